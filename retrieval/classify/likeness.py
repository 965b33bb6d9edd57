"""How alike two texts are: by meaning (an embedding model) and by wording, in given shares."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.classify.wording import Wording
from retrieval.index.embedder import Embedder, Vectors

Likenesses = NDArray[np.float32]


@dataclass(frozen=True)
class Known:
    """Texts made comparable. `meaning` is None where there is no embedding model."""

    wording: Any
    meaning: Vectors | None


class Likeness:
    """Learned from texts; compares any others with them."""

    def __init__(
        self, texts: Sequence[str], share_of_meaning: float, embedder: Embedder | None, vectors: Vectors | None = None
    ) -> None:
        self._embedder = embedder
        self._wording = Wording(texts)
        self._meaning = share_of_meaning if embedder else 0.0
        self.known = self._read(texts, vectors)

    def between(self, texts: Sequence[str], vectors: Vectors | None = None) -> Likenesses:
        """One row a text, one column a learned one. `vectors` where the texts are embedded already."""
        return self._blended(self._read(texts, vectors), self.known)

    def among(self) -> Likenesses:
        return self._blended(self.known, self.known)

    def _read(self, texts: Sequence[str], vectors: Vectors | None) -> Known:
        if self._embedder is None:
            return Known(self._wording.rows(texts), None)
        return Known(self._wording.rows(texts), self._embedder.embed(texts) if vectors is None else vectors)

    def _blended(self, asked: Known, known: Known) -> Likenesses:
        likeness: Likenesses = (asked.wording @ known.wording.T).toarray()
        if asked.meaning is not None and known.meaning is not None:
            likeness *= 1 - self._meaning
            likeness += self._meaning * (asked.meaning @ known.meaning.T)
        return likeness
