"""A question as the search sees it: its terms with their weights, and its vector where there is a model."""

from dataclasses import dataclass

from retrieval.index.embedder import Vectors


@dataclass(frozen=True)
class Question:
    """`weights` holds the idf of each distinct term, rarest first; terms that no passage has are among them."""

    text: str
    terms: tuple[str, ...]
    weights: dict[str, float]
    documents: dict[str, int]
    vector: Vectors | None
