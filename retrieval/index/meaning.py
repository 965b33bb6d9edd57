"""Dense search: the passages nearest in meaning. Where Chroma fails, search goes on by words and the failure is remembered."""

import logging
import math
import time
from collections.abc import Callable, Sequence

import numpy as np

from retrieval.index.dense import DenseStore, failures
from retrieval.index.embedder import Vectors
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


REST_SECONDS = 30.0
"""A server that failed is left alone so long; meanwhile answers go by words, and nobody waits for its time limit."""


class Meaning:
    """`trouble` says why dense search is off, None where it is on. A store in this process stays off until the next start."""

    def __init__(
        self, shelf: Shelf, dense: DenseStore | None, library: Library, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._shelf, self._dense, self._library, self._seconds = shelf, dense, library, seconds
        self.trouble: str | None = None
        self._until = 0.0

    def nearest(self, question: Question, partitions: Sequence[int], scope: Scope, limit: int) -> list[tuple[int, float]]:
        """(passage number, cosine), best first; [] without a model or where Chroma fails."""
        if self._dense is None or question.vector is None:
            return []
        if not scope.narrow:
            return self.near(question.vector, partitions, limit)
        admitted = self._shelf.admitted(partitions, scope)
        if len(admitted) <= EXACT:
            return self._compared(question, admitted, limit)
        allowed = set(admitted)
        return [one for one in self.near(question.vector, partitions, limit * FURTHER) if one[0] in allowed][:limit]

    def near(self, vector: Vectors, partitions: Sequence[int], limit: int) -> list[tuple[int, float]]:
        """The same for any vector and nothing narrower than partitions."""
        if self._dense is None or (self.trouble and self._seconds() < self._until):
            return []
        try:
            found = self._dense.nearest(partitions, vector, limit)
        except failures() as error:  # an answer by words beats none
            self._failed(self._dense, type(error).__name__)
            return []
        self.trouble = None
        return found

    def _failed(self, dense: DenseStore, error: str) -> None:
        log.warning("dense search failed", extra={"error": error})
        if dense.may_return:
            dense.look_again()
            self._until, then = self._seconds() + REST_SECONDS, f"it is asked again in {REST_SECONDS:.0f} seconds"
        else:
            self._until, then = math.inf, "it is rebuilt at the next start"
            self._library.remember(DAMAGED, "yes")
        self.trouble = f"the vector store failed ({error}); {then}"

    def _compared(self, question: Question, numbers: Sequence[int], limit: int) -> list[tuple[int, float]]:
        found = self._shelf.vectors(numbers)
        if not found or question.vector is None:
            return []
        cosines = np.stack([vector for _, vector in found.values()]) @ question.vector
        best = np.argsort(-cosines, kind="stable")[:limit]
        known = list(found)
        return [(known[at], float(cosines[at])) for at in best]
