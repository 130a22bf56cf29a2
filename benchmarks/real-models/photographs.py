"""photographs.py DIR: inputs for the picture models, from photographs that Debian's packages hold.

A photograph is either for calibration or for the test, by a hash of its content; nearly equal ones count as one. Pictures are
cropped to a square around their middle and scaled, as ML.NET's ResizeImages does by default (IsoCrop).
"""
import glob
import hashlib
import io
import os
import sys

import numpy as np
from PIL import Image

DIR = sys.argv[1]
DEBIAN = os.path.join(DIR, "packages", "debian", "usr", "share")
RESOURCES = ["categorization", "erase", "explore_farm_animals", "explore_monuments", "explore_world_animals", "explore_world_music"]
FOLDERS = ["backgrounds/*.jpg", "backgrounds/mate/nature/*.jpg"]


def webp_pictures(path):
    """The WebP files inside a Qt resource file, which stores them as they are."""
    data = open(path, "rb").read()
    at = data.find(b"RIFF")
    while at >= 0:
        length = int.from_bytes(data[at + 4:at + 8], "little") + 8
        if data[at + 8:at + 12] == b"WEBP":
            yield data[at:at + length]
        at = data.find(b"RIFF", at + 4)


def files():
    for name in RESOURCES:
        yield from webp_pictures(os.path.join(DEBIAN, "gcompris-qt", "rcc", name + ".rcc"))
    for pattern in FOLDERS:
        for path in sorted(glob.glob(os.path.join(DEBIAN, pattern))):
            yield open(path, "rb").read()


def fingerprint(picture):
    """64 bits that hardly change when a picture is scaled or compressed: is each of 8 x 9 pixels brighter than the next?"""
    small = np.asarray(picture.convert("L").resize((9, 8), Image.BILINEAR), dtype=int)
    return (small[:, 1:] > small[:, :-1]).ravel()


def photographs():
    """Pairs of a picture and whether it is for the test."""
    seen = []
    for data in files():
        try:
            picture = Image.open(io.BytesIO(data))
        except OSError:
            continue
        if picture.mode != "RGB" or min(picture.size) < 224:
            continue
        print_ = fingerprint(picture)
        if any(np.count_nonzero(print_ != other) <= 10 for other in seen):
            continue
        seen.append(print_)
        yield picture.convert("RGB"), hashlib.sha1(data).digest()[0] % 2 == 1


def square(picture, size, x=0.5, y=0.5, part=1.0):
    """A square part of a picture, scaled."""
    side = int(min(picture.size) * part)
    left, top = int((picture.width - side) * x), int((picture.height - side) * y)
    return picture.crop((left, top, left + side, top + side)).resize((size, size), Image.BILINEAR)


def crops(pictures, count, size, random):
    """One crop of every picture, then further ones of those that are large enough, until there are as many as wanted."""
    chosen = [square(picture, size) for picture in pictures][:count]
    large = [picture for picture in pictures if min(picture.size) >= 600]
    while len(chosen) < count:
        x, y, part = random.uniform(0, 1), random.uniform(0, 1), random.uniform(0.4, 0.8)
        chosen.append(square(large[random.integers(len(large))], size, x, y, part))
    return chosen


def planes(pictures):
    """N x 3 x height x width, red, green and blue from 0 to 255."""
    return np.stack([np.asarray(picture, dtype=np.float32).transpose(2, 0, 1) for picture in pictures])


def save(folder, name, array):
    os.makedirs(os.path.join(DIR, "data", folder), exist_ok=True)
    np.save(os.path.join(DIR, "data", folder, name + ".npy"), array)


def main():
    found = list(photographs())
    for name, test, seed in [("calibration", False, 1), ("test", True, 2)]:
        random = np.random.default_rng(seed)
        pictures = [picture for picture, is_test in found if is_test == test]
        print(f"{len(pictures)} photographs for {name}")
        save("resnet18", f"{name}-pixels", planes(crops(pictures, 128, 224, random)))
        large = sorted(pictures, key=lambda picture: -min(picture.size))[:8]
        save("background", name, (planes(square(picture, 1024) for picture in large) - 128) / 256)


if __name__ == "__main__":
    main()
