"""Orders candidate articles: scores of both searches brought to one scale and weighed. Knows nothing of stores."""

from collections.abc import Sequence

import numpy as np

from retrieval.index.analysis import terms
from retrieval.index.embedder import Vectors
from retrieval.index.question import Question
from retrieval.index.shelf import Book

LEXICAL_SHARE = 0.3
"""The rest is dense; chosen on validation halves (docs/adr/031)."""


def lexical_scores(question: Question, book: Book, average: float) -> list[float]:
    """BM25 of each passage with the title counted twice (k1 1.2, b 0.75: the usual values)."""
    title = terms(book.article.title)
    scores = []
    for stretch in book.stretches:
        words = [*title, *title, *stretch.terms]
        length = 0.25 + 0.75 * len(words) / average
        counts = {term: words.count(term) for term in question.weights}
        scores.append(
            sum(weight * 2.2 * counts[term] / (counts[term] + 1.2 * length) for term, weight in question.weights.items())
        )
    return scores


def dense_scores(question: Question, book: Book) -> list[float]:
    if question.vector is None:
        return [0.0 for _ in book.stretches]
    return [float(one.vector @ question.vector) if one.vector is not None else 0.0 for one in book.stretches]


def scaled(values: Sequence[float]) -> Vectors:
    """To 0–1 within this result; all zero where nothing differs."""
    array = np.asarray(values, dtype=np.float32)
    spread = float(array.max() - array.min()) if len(array) else 0.0
    result: Vectors = (array - array.min()) / spread if spread > 0 else np.zeros_like(array)
    return result
