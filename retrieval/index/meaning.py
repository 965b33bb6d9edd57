"""Dense search: the passages nearest in meaning. Where Chroma fails, search goes on by words and the failure is remembered."""

import logging
from collections.abc import Sequence

import numpy as np

from retrieval.index.dense import DenseStore, failures
from retrieval.index.library import DAMAGED, Library
from retrieval.index.question import Question
from retrieval.index.scope import Scope
from retrieval.index.shelf import Shelf

log = logging.getLogger(__name__)

EXACT = 5000
"""Up to so many admitted passages a narrow scope is searched by comparing all vectors: some 10 ms, and nothing is missed.
Chroma's own filter is linear too, and slower (dependencies.md)."""

FURTHER = 10
"""Times as many neighbours are asked for where a narrow scope admits more than that, since some will be dropped."""


class Meaning:
    """`trouble` says why the last dense search failed, None where it did not."""

    def __init__(self, shelf: Shelf, dense: DenseStore | None, library: Library) -> None:
        self._shelf, self._dense, self._library = shelf, dense, library
        self.trouble: str | None = None

    def nearest(self, question: Question, partitions: Sequence[int], scope: Scope, limit: int) -> list[tuple[int, float]]:
        """(passage number, cosine), best first; [] without a model or where Chroma fails."""
        if self._dense is None or question.vector is None or self.trouble:
            return []
        if not scope.narrow:
            return self._asked(self._dense, question, partitions, limit)
        admitted = self._shelf.admitted(partitions, scope)
        if len(admitted) <= EXACT:
            return self._compared(question, admitted, limit)
        allowed = set(admitted)
        return [one for one in self._asked(self._dense, question, partitions, limit * FURTHER) if one[0] in allowed][:limit]

    def _asked(self, dense: DenseStore, question: Question, partitions: Sequence[int], limit: int) -> list[tuple[int, float]]:
        assert question.vector is not None
        try:
            return dense.nearest(partitions, question.vector, limit)
        except failures() as error:  # an answer by words beats none
            self.trouble = f"the vector store failed ({type(error).__name__}); it is rebuilt at the next start"
            log.warning("dense search failed", extra={"error": type(error).__name__})
            self._library.remember(DAMAGED, "yes")
            return []

    def _compared(self, question: Question, numbers: Sequence[int], limit: int) -> list[tuple[int, float]]:
        found = self._shelf.vectors(numbers)
        if not found or question.vector is None:
            return []
        cosines = np.stack([vector for _, vector in found.values()]) @ question.vector
        best = np.argsort(-cosines, kind="stable")[:limit]
        known = list(found)
        return [(known[at], float(cosines[at])) for at in best]
