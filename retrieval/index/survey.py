"""What a help centre as a whole is like, so that one result can be judged by it: what its passages share, how alike they are.

Computed from samples, once after each sync, when a search first asks. It ranks nothing and judges no question.
"""

from collections.abc import Sequence

import numpy as np

from retrieval.index.embedder import Vectors
from retrieval.index.meaning import Meaning
from retrieval.index.question import USUAL_CONTRAST, Ground
from retrieval.index.scope import Scope
from retrieval.index.shelf import Shelf

PASSAGES = 2000
"""Looked at for what all share: the mean of so many is steady, and they are read in some 20 ms."""

TITLES = 60
"""Asked as if they were questions; a millisecond or two each, and the mean of so many moves by some .015."""

NEIGHBOURS = 30
"""More than the passages of most articles, so that one of another article is among them."""

LEAST_CONTRAST, MOST_CONTRAST = 0.08, 0.4
"""Of four help centres .08 (a bank whose products have a page each that say the same), .17, .22 and .33."""


class Survey:
    def __init__(self, shelf: Shelf, meaning: Meaning) -> None:
        self._shelf, self._meaning = shelf, meaning
        self._known: dict[tuple[int, ...], Ground] = {}
        self._known_at = ""

    def ground(self, partitions: Sequence[int]) -> Ground:
        generation, key = self._shelf.generation(), tuple(partitions)
        if generation != self._known_at:
            self._known, self._known_at = {}, generation
        if key not in self._known:
            self._known[key] = Ground(self._common(partitions), self._contrast(partitions))
        return self._known[key]

    def _common(self, partitions: Sequence[int]) -> Vectors | None:
        found = self._shelf.vectors(_spread(self._shelf.admitted(partitions, Scope(frozenset())), PASSAGES))
        mean: Vectors | None = np.stack([one for _, one in found.values()]).mean(axis=0) if found else None
        return mean

    def _contrast(self, partitions: Sequence[int]) -> float:
        titles = self._shelf.title_vectors(_spread(self._shelf.titled(partitions), TITLES))
        gaps = [gap for row, vector in titles.items() if (gap := self._gap(row, vector, partitions)) is not None]
        if len(gaps) < TITLES // 10:
            return USUAL_CONTRAST
        return min(MOST_CONTRAST, max(LEAST_CONTRAST, float(np.mean(gaps))))

    def _gap(self, row: int, title: Vectors, partitions: Sequence[int]) -> float | None:
        """None where the title finds no passage of its own, or only those."""
        near = self._meaning.near(title, partitions, NEIGHBOURS)
        parents = self._shelf.article_rows([number for number, _ in near])
        own = [cosine for number, cosine in near if parents.get(number) == row]
        others = [cosine for number, cosine in near if parents.get(number) not in {row, None}]
        return own[0] - others[0] if own and others else None


def _spread(numbers: Sequence[int], most: int) -> Sequence[int]:
    """So many of them at most, evenly spread."""
    return numbers[:: max(1, -(-len(numbers) // most))]
