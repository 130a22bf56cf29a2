"""lines.py DIR: rendered text lines for the OCR models: recognition (48 x 320), direction (48 x 192), detection (pages of 640 x 640)."""
import glob
import os
import sys

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from photographs import planes, save, square, photographs
from texts import chinese, sentences

DIR = sys.argv[1]
FONTS = {  # different ones for calibration and test but for the one that has Chinese characters
    "calibration": ["DejaVu*", "Liberation*", "Roboto-*", "FreeSerif*"],
    "test": ["Lato-[BMRSI]*", "LinLibertine_R*", "LinBiolinum_R*", "FreeSans*", "RobotoCondensed-*"],
}
COUNTS = {"calibration": (64, 16), "test": (256, 16)}


def fonts(patterns):
    folder = os.path.join(DIR, "packages", "debian", "usr", "share", "fonts")
    return sorted(path for pattern in patterns for end in ("ttf", "otf", "ttc")
                  for path in glob.glob(os.path.join(folder, "**", f"{pattern}.{end}"), recursive=True))


class Lines:
    """Draws pictures of lines of text."""

    def __init__(self, name, seed):
        self.random = np.random.default_rng(seed)
        self.words = [sentence.split() for sentence in sentences(DIR, name, 600, self.random)]
        self.chinese = chinese(DIR, name)
        self.fonts = fonts(FONTS[name])
        self.chinese_font = fonts(["wqy-microhei"])[0]

    def pick(self, items):
        return items[self.random.integers(len(items))]

    def text(self, longest):
        """Words or numbers of up to so many characters, and their font; one line of five is Chinese."""
        kind = self.random.random()
        if kind < 0.2:
            return self.pick(self.chinese), self.chinese_font
        if kind < 0.3:
            return f"{self.random.integers(1, 32)}.{self.random.integers(1, 13)}.{self.random.integers(1950, 2030)}", self.pick(self.fonts)
        words = self.pick(self.words)
        start = self.random.integers(len(words))
        line = words[start][:longest]
        for word in words[start + 1:]:
            if len(line) + 1 + len(word) > longest:
                break
            line += " " + word
        return line, self.pick(self.fonts)

    def draw(self, longest):
        """A line in any two colours far enough apart, with a margin, slightly turned, blurred and noisy."""
        text, path = self.text(longest)
        font = ImageFont.truetype(path, int(self.random.integers(24, 44)))
        left, top, right, bottom = font.getbbox(text)
        margin = int(self.random.integers(3, 9))
        paper, ink = self.colours()
        picture = Image.new("RGB", (right - left + 2 * margin, bottom - top + 2 * margin), paper)
        ImageDraw.Draw(picture).text((margin - left, margin - top), text, fill=ink, font=font)
        picture = picture.rotate(self.random.uniform(-1.5, 1.5), Image.BICUBIC, expand=False, fillcolor=paper)
        if self.random.random() < 0.5:
            picture = picture.filter(ImageFilter.GaussianBlur(self.random.uniform(0.3, 1.0)))
        noisy = np.asarray(picture, dtype=float) + self.random.normal(0, self.random.uniform(0, 12), (picture.height, picture.width, 1))
        return Image.fromarray(noisy.clip(0, 255).astype(np.uint8)), text

    def colours(self):
        while True:
            paper, ink = self.random.integers(0, 256, 3), self.random.integers(0, 256, 3)
            if abs(int(paper.sum()) - int(ink.sum())) > 300:
                return tuple(int(c) for c in paper), tuple(int(c) for c in ink)


def fitted(picture, width, height=48):
    """As PP-OCR feeds lines: scaled to the height, blue, green and red from -1 to 1, filled up with zeros on the right."""
    picture = picture.resize((min(width, max(1, round(picture.width * height / picture.height))), height), Image.BILINEAR)
    values = np.zeros((3, height, width), dtype=np.float32)
    values[:, :, :picture.width] = planes([picture])[0][::-1] / 127.5 - 1
    return values


def page(lines, photograph):
    """Lines of text on a photograph, as the detection model is fed: mean and deviation of ImageNet's pixels, blue, green and red."""
    picture = square(photograph, 640)
    for _ in range(lines.random.integers(4, 12)):
        line, _ = lines.draw(24)
        x, y = lines.random.integers(0, max(1, 640 - line.width)), lines.random.integers(0, 640 - line.height)
        picture.paste(line, (int(x), int(y)))
    mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    return ((planes([picture])[0][::-1] / 255 - mean[:, None, None]) / deviation[:, None, None]).astype(np.float32)


def main():
    pictures = list(photographs())
    for name, seed, is_test in [("calibration", 1, False), ("test", 2, True)]:
        lines = Lines(name, seed)
        count, pages = COUNTS[name]
        drawn = [lines.draw(18) for _ in range(count)]
        save("ocr-rec", name, np.stack([fitted(picture, 320) for picture, _ in drawn]))
        open(os.path.join(DIR, "data", "ocr-rec", f"{name}.txt"), "w", encoding="utf-8").write("\n".join(text for _, text in drawn) + "\n")
        turned = [(lines.draw(12)[0], i % 2 == 1) for i in range(count)]
        save("ocr-cls", name, np.stack([fitted(picture.rotate(180) if is_turned else picture, 192) for picture, is_turned in turned]))
        save("ocr-cls", f"{name}-labels", np.array([is_turned for _, is_turned in turned], dtype=np.int64))
        own = [picture for picture, of_test in pictures if of_test == is_test]
        save("ocr-det", name, np.stack([page(lines, own[i]) for i in range(pages)]))
        print(f"ocr, {name}: {count} lines in {len(lines.fonts) + 1} fonts, {pages} pages")


if __name__ == "__main__":
    main()
