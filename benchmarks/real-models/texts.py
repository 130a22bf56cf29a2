"""Texts that Debian's packages hold, those for calibration and those for the test from different documents."""
import gettext
import gzip
import os
import re

FORTUNES = {
    "calibration": ["science", "people", "work", "art", "food", "wisdom"],
    "test": ["education", "law", "men-women", "medicine", "sports", "humorists"],
}
MANUALS = {
    "calibration": ["debian-policy", "policy.txt.gz"],
    "test": ["developers-reference", "docs", "developers-reference.txt.gz"],
}
CHINESE = {"calibration": "coreutils", "test": "tar"}


def manual(share, name):
    """Plain text of a manual of Debian's."""
    return gzip.open(os.path.join(share, "doc", *MANUALS[name]), "rt", encoding="utf-8").read()


def split(text):
    """Sentences of 5 to 60 words."""
    for paragraph in re.split(r"\n\s*\n|\n%\n", text):
        for sentence in re.split(r"(?<=[.!?])\s+", re.sub(r"\s+", " ", paragraph).strip()):
            if 5 <= len(sentence.split()) <= 60 and sentence[0].isalnum() and sentence[-1] in ".!?" and "__" not in sentence:
                yield sentence


def sentences(directory, name, count, random):
    """Sentences, half of them from a manual and half from quotations, none twice."""
    share = os.path.join(directory, "packages", "debian", "usr", "share")
    quotations = "\n%\n".join(open(os.path.join(share, "games", "fortunes", file), encoding="utf-8", errors="replace").read()
                              for file in FORTUNES[name])
    chosen = []
    for text in (manual(share, name), quotations):
        pool = sorted(set(split(text)))
        chosen += [pool[i] for i in random.permutation(len(pool))[:count // 2]]
    return [chosen[i] for i in random.permutation(len(chosen))]


def chinese(directory, name):
    """Pieces of Chinese text of up to 10 characters, from a program's messages."""
    share = os.path.join(directory, "packages", "debian", "usr", "share")
    with open(os.path.join(share, "locale", "zh_CN", "LC_MESSAGES", CHINESE[name] + ".mo"), "rb") as file:
        messages = gettext.GNUTranslations(file)._catalog
    runs = {run for text in messages.values() if isinstance(text, str) for run in re.findall(r"[\u4e00-\u9fff]{4,10}", text)}
    return sorted(runs)
