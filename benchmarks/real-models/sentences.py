"""sentences.py DIR: sentences for MiniLM, as its own WordPiece vocabulary cuts them, padded to 128 with masks."""
import os
import sys
import unicodedata

import numpy as np

from texts import sentences

DIR = sys.argv[1]
LENGTH = 128


def words(text):
    """BERT's basic tokenisation, uncased: no accents, punctuation apart, Chinese characters one by one."""
    text = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
    spaced = "".join(f" {c} " if is_alone(c) else c for c in text if unicodedata.category(c) not in ("Cc", "Cf") or c.isspace())
    return spaced.split()


def is_alone(c):
    return "\u4e00" <= c <= "\u9fff" or 33 <= ord(c) <= 47 or 58 <= ord(c) <= 64 or 91 <= ord(c) <= 96 or 123 <= ord(c) <= 126 \
        or unicodedata.category(c).startswith("P")


def pieces(word, vocabulary):
    """The longest pieces from the left; [UNK] where there is none."""
    found, start = [], 0
    while start < len(word):
        end = next((e for e in range(len(word), start, -1) if ("##" if start else "") + word[start:e] in vocabulary), None)
        if end is None:
            return [vocabulary["[UNK]"]]
        found.append(vocabulary[("##" if start else "") + word[start:end]])
        start = end
    return found


def encode(text, vocabulary):
    ids = [piece for word in words(text) for piece in pieces(word, vocabulary)][:LENGTH - 2]
    return [vocabulary["[CLS]"], *ids, vocabulary["[SEP]"]]


def main():
    lines = open(os.path.join(DIR, "models", "minilm-vocab.txt"), encoding="utf-8").read().splitlines()
    vocabulary = {piece: i for i, piece in enumerate(lines)}
    folder = os.path.join(DIR, "data", "minilm")
    os.makedirs(folder, exist_ok=True)
    for name, seed in [("calibration", 1), ("test", 2)]:
        texts = sentences(DIR, name, 256, np.random.default_rng(seed))
        rows = [encode(text, vocabulary) for text in texts]
        ids = np.array([row + [0] * (LENGTH - len(row)) for row in rows], dtype=np.int64)
        mask = np.array([[1] * len(row) + [0] * (LENGTH - len(row)) for row in rows], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        for key, array in inputs.items():
            np.save(os.path.join(folder, f"{name}-{key}.npy"), array)
        np.savez(os.path.join(folder, f"{name}.npz"), **inputs)
        open(os.path.join(folder, f"{name}.txt"), "w", encoding="utf-8").write("\n".join(texts) + "\n")
        print(f"minilm, {name}: {len(rows)} sentences of {np.mean(mask.sum(1)):.0f} tokens on average")


if __name__ == "__main__":
    main()
