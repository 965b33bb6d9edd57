"""How a message feels, from −4 to 4, by a small model over sentence embeddings; English only, and silent on anything else.

Its numbers are in mood.json, made by `python -m bot.evaluate.train_mood`; SOURCES.md says from which data. It decides nothing.
"""

import hashlib
import json
from collections.abc import Callable
from importlib.resources import files

import numpy as np

from retrieval.index.embedder import Embedder

FILE = "mood.json"
SHA256 = "04a3ce676953e9a058bfc872c765d24702a292ac9d10acbd754e3c7940536c2d"
"""Of mood.json as it was trained."""

MOST_REMEMBERED = 2000
"""Messages whose mood is kept: each event of a chat reads the same messages again."""

LONGEST_TEXT = 2000

MADE_FOR = "all-MiniLM-L6-v2/fp32"
"""The embedder whose vectors the numbers weigh."""


class ArtefactDamaged(Exception):
    """A shipped file is not what was shipped; `str(error)` says which and the remedy."""


class Mood:
    """A `playbooks.sentiment.Reader`."""

    def __init__(self, embedder: Embedder, tongue: Callable[[str], str | None], weights: bytes | None = None) -> None:
        """`weights`: another mood.json's bytes. *Errors:* ArtefactDamaged."""
        numbers = json.loads(intact(files(__package__).joinpath(FILE).read_bytes()) if weights is None else weights)
        self._weights, self._bias = np.array(numbers["weights"], dtype=np.float32), float(numbers["bias"])
        self._embedder, self._tongue = embedder, tongue
        self._remembered: dict[str, float | None] = {}

    def __call__(self, text: str) -> float | None:
        """None: blank, or not English."""
        start = text.strip()[:LONGEST_TEXT]
        if start not in self._remembered:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[start] = self._read(start)
        return self._remembered[start]

    def _read(self, text: str) -> float | None:
        if not text or self._tongue(text) not in {"en", None}:
            return None
        return float(self._embedder.embed([text])[0] @ self._weights) + self._bias


def reads(embedder: Embedder) -> bool:
    return embedder.name == MADE_FOR


def intact(content: bytes) -> bytes:
    """The bytes given. *Errors:* ArtefactDamaged where they are not those that were trained."""
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise ArtefactDamaged(f"retrieval/classify/{FILE} is not the shipped file; install Deskside again")
    return content
