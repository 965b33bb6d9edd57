"""A question as the search sees it: its terms with their weights, and its vector where there is a model."""

import math
from dataclasses import dataclass

from retrieval.index.embedder import Vectors


@dataclass(frozen=True)
class Question:
    """`weights` holds the idf of each distinct term, rarest first, `documents` how many passages have it."""

    text: str
    terms: tuple[str, ...]
    weights: dict[str, float]
    documents: dict[str, int]
    vector: Vectors | None

    @property
    def known_terms(self) -> list[str]:
        """Those that occur at all, rarest first."""
        return [term for term in self.weights if self.documents[term]]


def rarity(total: int, documents: int) -> float:
    """BM25's idf, never negative."""
    return math.log(1 + (total - documents + 0.5) / (documents + 0.5))
