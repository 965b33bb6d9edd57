"""A tiny company: three intents, a stand-in for the embedding model that knows a few synonyms, and the eval layout."""

import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np

from retrieval.classify.intents import Examples
from retrieval.index.embedder import Vectors, unit

SYNONYMS = {"package": "parcel", "shipment": "parcel", "reimburse": "refund", "router": "wifi", "wireless": "wifi"}
SAID = {
    "delivery": ("where is my parcel", "my parcel is late", "track the parcel please", "parcel not here yet"),
    "refund": ("I want a refund", "when does the refund arrive on my card", "refund my money", "give me my refund now"),
    "network": ("the wifi is gone", "plug does not join wifi", "wifi password is wrong", "no wifi light on the plug"),
}
OUTSIDE = ("sing a song about cats", "who won the football", "weather for tomorrow", "cook me pasta", "tell jokes")


class Synonyms:
    """An Embedder: a sum of a fixed direction for each word, synonyms sharing one. Counts the texts it was asked."""

    name, dimensions = "synonyms", 64

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return unit(np.array([self._sum(text) for text in texts], dtype=np.float32).reshape(-1, self.dimensions))

    def _sum(self, text: str) -> Vectors:
        words = [SYNONYMS.get(word, word) for word in re.findall(r"\w+", text.lower())]
        total: Vectors = np.sum([_direction(word) for word in words or [""]], axis=0)
        return total


def _direction(word: str) -> Vectors:
    seed = int.from_bytes(sha256(word.encode()).digest()[:4], "big")
    return np.random.default_rng(seed).standard_normal(Synonyms.dimensions).astype(np.float32)


def examples(said: Mapping[str, tuple[str, ...]] = SAID) -> Examples:
    rows = [(text, intent) for intent, texts in said.items() for text in texts]
    return Examples([text for text, _ in rows], [intent for _, intent in rows])


def write(folder: Path, **parts: Examples) -> Path:
    for name, part in parts.items():
        rows = [json.dumps({"text": text, "label": label}) for text, label in zip(part.texts, part.intents, strict=True)]
        (folder / f"{name}.jsonl").write_text("\n".join(rows) + "\n")
    return folder
