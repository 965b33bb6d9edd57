"""How well a result supports an answer, as a handful of numbers: what the abstention model reads. Judges nothing itself."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from retrieval.index.question import Question
from retrieval.index.ranking import Ranked

HEAVIEST = 5
"""The rarest terms of a question are usually what it is about."""

RIVALS = 5
"""A right article stands out from the few behind it; where nothing fits, the first ones are all equally far."""

Evidence = dict[str, float]


def evidence(question: Question, found: Sequence[Ranked]) -> Evidence:
    """Features by name, all near 0–1. `found` is the whole ranked shortlist, best first, and not empty."""
    top, ceiling = found[0], 3.0 * sum(question.weights.values()) or 1.0
    dense = sorted((one.scores.best_dense for one in found), reverse=True)
    words = sorted((one.scores.best_lexical for one in found), reverse=True)
    return {
        "dense_best": dense[0],
        "dense_gap": dense[0] - _mean(dense[1 : 1 + RIVALS], dense[0]),
        "title_lead": _lead([_title(question, one) for one in found]),
        "words_fit": words[0] / ceiling,
        "words_top": top.scores.best_lexical / ceiling,
        "words_lead": (words[0] - _mean(words[1:2], 0.0)) / (words[0] + 1e-6),
        "words_gap": (words[0] - _mean(words[1 : 1 + RIVALS], 0.0)) / (words[0] + 1e-6),
        "heaviest_top": _heaviest(question, top),
        "heaviest_best": max(_heaviest(question, one) for one in found[:10]),
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


def _heaviest(question: Question, one: Ranked) -> float:
    heavy, terms = list(question.weights)[:HEAVIEST], _terms(one)
    return sum(term in terms for term in heavy) / len(heavy) if heavy else 0.0


def _unknown(question: Question) -> float:
    total = sum(question.weights.values())
    return sum(weight for term, weight in question.weights.items() if not question.documents[term]) / total if total else 1.0


def _agreement(found: Sequence[Ranked]) -> float:
    """1 where the best by words is also the best by meaning, else the mean of the reciprocal ranks they give each other."""
    by_words = sorted(range(len(found)), key=lambda at: -found[at].scores.best_lexical)
    by_meaning = sorted(range(len(found)), key=lambda at: -found[at].scores.best_dense)
    return (1 / (1 + by_meaning.index(by_words[0])) + 1 / (1 + by_words.index(by_meaning[0]))) / 2


def _title(question: Question, one: Ranked) -> float:
    if question.vector is None or one.book.title_vector is None:
        return 0.0
    return float(question.vector @ one.book.title_vector)


def _phrases(question: Question, top: Ranked) -> float:
    """Share of the question's word pairs that the article has."""
    asked = set(pairwise(question.terms))
    texts = [top.book.title_terms, *(one.terms for one in top.book.stretches)]
    return len(asked & {pair for text in texts for pair in pairwise(text)}) / len(asked) if asked else 0.0
