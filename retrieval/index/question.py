"""A question as the search sees it: its terms with their weights, and its vector where there is a model."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from retrieval.index.embedder import Vectors

USUAL_CONTRAST = 0.2


@dataclass(frozen=True)
class Ground:
    """What the help centre is like (survey.py). `common`: the mean vector of all passages, None without a model.

    `contrast`: how much nearer an article's own passages are to its title than the nearest passage of another article. Where
    articles are alike, a right answer stands out less.
    """

    common: Vectors | None = None
    contrast: float = USUAL_CONTRAST


@dataclass(frozen=True)
class Question:
    """`weights` holds the idf of each distinct term, rarest first, `documents` how many passages have it.

    `ground` is what the help centre is like; `subject` the weights of a first line that stands above others.
    """

    text: str
    terms: tuple[str, ...]
    weights: dict[str, float]
    documents: dict[str, int]
    vector: Vectors | None
    ground: Ground = Ground()
    subject: Mapping[str, float] = field(default_factory=dict)

    @property
    def known_terms(self) -> list[str]:
        """Those that occur at all, rarest first."""
        return [term for term in self.weights if self.documents[term]]


def rarity(total: int, documents: int) -> float:
    """BM25's idf, never negative."""
    return math.log(1 + (total - documents + 0.5) / (documents + 0.5))


def subject_of(text: str) -> str:
    """The first line where more follow, as in a mail; "" where the question is one line."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[0] if len(lines) > 1 else ""
