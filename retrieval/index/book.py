"""Articles as ranking sees them: terms, vectors and what readers thought, without the store they come from."""

from dataclasses import dataclass
from datetime import datetime

from retrieval.index.embedder import Vectors

TITLE_COUNTS = 3
"""A word of the title counts as if it stood in each passage three times."""


@dataclass(frozen=True)
class Stretch:
    """A passage as ranking sees it; `vector` is None where the article was stored without a model."""

    number: int
    article: int
    ordinal: int
    terms: tuple[str, ...]
    breadcrumb: str
    vector: Vectors | None
    start: int
    end: int


@dataclass(frozen=True)
class Book:
    """A current article as ranking sees it, with all its passages; its text stays on the shelf until it is shown."""

    row: int
    title_terms: tuple[str, ...]
    title_vector: Vectors | None
    stretches: tuple[Stretch, ...]
    updated_at: datetime | None = None
    helpful: int = 0
    unhelpful: int = 0
