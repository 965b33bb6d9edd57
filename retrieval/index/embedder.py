"""What the index asks of an embedding model, and what it says when there is none. Never fetches a model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors. `name` changes whenever the vectors would: the index is then embedded anew."""

    @property
    def name(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text, in order, each of length 1 (a zero row where a text has no direction). *Errors:* VendorError."""
        ...


@dataclass(frozen=True)
class ModelMissing:
    """No embedding model: search is lexical only. `why` and `remedy` are fit to show to a person."""

    why: str
    remedy: str


def unit(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1; a zero row stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled
