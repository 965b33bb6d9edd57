"""How well a result supports an answer, as a handful of numbers: what the abstention model reads. Judges nothing itself."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from retrieval.index.question import Question
from retrieval.index.ranking import Ranked

RIVALS = 5
"""A right article stands out from the few behind it; where nothing fits, the first ones are all equally far."""

Evidence = dict[str, float]


def evidence(question: Question, found: Sequence[Ranked]) -> Evidence:
    """Features by name, most near 0–1. `found` is the whole ranked shortlist, best first, and not empty.

    Gaps in meaning are told in units of the help centre's own contrast: alike articles are never far from each other.
    """
    top, ceiling, contrast = found[0], 3.0 * sum(question.weights.values()) or 1.0, question.ground.contrast
    dense = sorted((one.scores.best_dense for one in found), reverse=True)
    words = sorted((one.scores.best_lexical for one in found), reverse=True)
    behind = _mean(dense[1 : 1 + RIVALS], dense[0])
    return {
        "dense_best": dense[0],
        "dense_gap": (dense[0] - behind) / contrast,
        "dense_rise": (dense[0] - behind) / max(0.05, 1 - behind),
        "title_lead": _lead([one.scores.title for one in found]) / contrast,
        "words_fit": words[0] / ceiling,
        "words_top": top.scores.best_lexical / ceiling,
        "words_lead": (words[0] - _mean(words[1:2], 0.0)) / (words[0] + 1e-6),
        "words_gap": (words[0] - _mean(words[1 : 1 + RIVALS], 0.0)) / (words[0] + 1e-6),
        "coverage": _coverage(question, top),
        "unknown": _unknown(question),
        "agreement": _agreement(found),
        "lead": _lead([one.score for one in found[:2]]),
        "lead_over_rivals": _lead([one.score for one in found]),
        "score_top": top.score,
        "phrases": _phrases(question, top),
        "length": min(1.0, len(question.terms) / 100),
    }


def _lead(values: Sequence[float]) -> float:
    """How far the first is above those behind it."""
    return values[0] - _mean(values[1 : 1 + RIVALS], 0.0)


def _mean(values: Sequence[float], nothing: float) -> float:
    return float(np.mean(values)) if values else nothing


def _terms(one: Ranked) -> set[str]:
    return {term for stretch in one.book.stretches for term in stretch.terms} | set(one.book.title_terms)


def _coverage(question: Question, one: Ranked) -> float:
    """Share of the question's terms that the article has, rare ones counting more."""
    total, terms = sum(question.weights.values()), _terms(one)
    return sum(weight for term, weight in question.weights.items() if term in terms) / total if total else 0.0


def _unknown(question: Question) -> float:
    total = sum(question.weights.values())
    return sum(weight for term, weight in question.weights.items() if not question.documents[term]) / total if total else 1.0


def _agreement(found: Sequence[Ranked]) -> float:
    """1 where the best by words is also the best by meaning, else the mean of the reciprocal ranks they give each other."""
    by_words = sorted(range(len(found)), key=lambda at: -found[at].scores.best_lexical)
    by_meaning = sorted(range(len(found)), key=lambda at: -found[at].scores.best_dense)
    return (1 / (1 + by_meaning.index(by_words[0])) + 1 / (1 + by_words.index(by_meaning[0]))) / 2


def _phrases(question: Question, top: Ranked) -> float:
    """Share of the question's word pairs that the article has."""
    asked = set(pairwise(question.terms))
    texts = [top.book.title_terms, *(one.terms for one in top.book.stretches)]
    return len(asked & {pair for text in texts for pair in pairwise(text)}) / len(asked) if asked else 0.0
