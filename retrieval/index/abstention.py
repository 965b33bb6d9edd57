"""Says how likely a result answers its question: a small calibrated model over evidence.py, its numbers in abstention.json.

It never sees text. `python -m bot.evaluate.train_abstention` makes the numbers; SOURCES.md says from what.
"""

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from retrieval.index.analysis import WORD, terms
from retrieval.index.evidence import Evidence
from retrieval.index.question import Question

NAMED = 3
"""Words of the question that the explanation names at most."""


@dataclass(frozen=True)
class Abstention:
    """Logistic regression: `weights` by feature, on features as they are. Below `threshold` the answer is withheld."""

    weights: dict[str, float]
    bias: float
    threshold: float

    def chance(self, evidence: Evidence) -> float:
        """0–1 that the best passages answer the question."""
        total = self.bias + sum(weight * evidence[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@lru_cache(maxsize=2)
def shipped(with_model: bool) -> Abstention:
    """The model for hybrid search, or the one for words alone where no embedding model is installed."""
    numbers = json.loads(files(__package__).joinpath("abstention.json").read_text(encoding="utf-8"))
    return Abstention(**numbers["hybrid" if with_model else "lexical"])


def why_not(question: Question, nearest: str) -> str:
    """In words, for the agent. Names what no article mentions, else the nearest article."""
    unknown = _words(question, {term for term, count in question.documents.items() if count == 0})
    if unknown:
        return f"no article covers {', '.join(f'“{word}”' for word in unknown)}; the nearest is “{nearest}”"
    return f"no article covers this; the nearest, “{nearest}”, does not seem to answer it"


def _words(question: Question, wanted: set[str]) -> list[str]:
    """As the customer wrote them, in order. A word counts as unknown where all its terms are."""
    found = [
        word for word in WORD.findall(question.text) if (made := set(terms(word))) and made <= wanted and not word.isdigit()
    ]
    return list(dict.fromkeys(found))[:NAMED]
