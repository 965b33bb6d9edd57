"""Orders candidate articles by signals of both searches, each brought to one scale and weighed. Knows nothing of stores.

The weights were chosen on validation halves of four help centres (docs/adr/031); a trained re-ranker measured no better.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np

from retrieval.index.book import TITLE_COUNTS, Book
from retrieval.index.embedder import Vectors
from retrieval.index.question import Question, rarity
from retrieval.index.signals import adjustment

K1, B = 2.0, 0.75
"""BM25's saturation and length weight: of 0.5–2 and 0.3–0.9 these ranked best on all four sets."""

LEXICAL, DENSE, GIST = 0.4, 0.65, 0.2
"""Best passage by words, best passage by meaning, mean meaning of the whole article."""

TITLE, SUBJECT, APART = 0.1, 0.1, 0.1
"""For usual questions only: the title's meaning; the words of a first line that stands above others, as a subject does; how
far the article is from what all articles have in common: one in the middle of all is a neighbour of any question."""

PHRASES, REPEATS = 0.35, 0.35
"""For questions as long as a letter only: word pairs in common, and words weighed by how often the writer says them."""

SHORT, LONG = 40, 160
"""Terms between which a question turns into a letter. The model reads 256 tokens; what comes later only words can find."""


@dataclass(frozen=True)
class Scores:
    """Signals of one candidate as they were measured, and per passage what decides which of them is shown."""

    lexical: Vectors
    dense: Vectors
    title: float
    subject: float
    apart: float
    repeats: float
    phrases: float

    @property
    def best_lexical(self) -> float:
        return float(self.lexical.max())

    @property
    def best_dense(self) -> float:
        return float(self.dense.max())

    @property
    def gist(self) -> float:
        return float(self.dense.mean())


@dataclass(frozen=True)
class Ranked:
    """A candidate with its place; `score` is 0–1 within this result, give or take the adjustment."""

    book: Book
    scores: Scores
    score: float

    @property
    def shown(self) -> int:
        """Index of the passage that fits best by words and meaning together."""
        words, meaning = scaled(self.scores.lexical.tolist()), scaled(self.scores.dense.tolist())
        return int(np.argmax(LEXICAL * words + DENSE * meaning))


def shortlist(lexical: dict[int, float], dense: dict[int, float], parents: dict[int, int], most: int) -> list[int]:
    """The likeliest articles by the scores that the two searches gave their passages; `parents` maps passage to article."""
    first: dict[int, float] = {}
    words = dict(zip(lexical, LEXICAL * scaled(list(lexical.values())), strict=True))
    meaning = dict(zip(dense, DENSE * scaled(list(dense.values())), strict=True))
    for passage, article in parents.items():
        first[article] = max(first.get(article, 0.0), float(words.get(passage, 0.0) + meaning.get(passage, 0.0)))
    return sorted(first, key=lambda article: -first[article])[:most]


def ranked(question: Question, books: Sequence[Book], average_length: float, now: datetime) -> list[Ranked]:
    """Best first. Books without passages are not candidates."""
    measured = _measured(question, [book for book in books if book.stretches], average_length)
    if not measured:
        return []
    fused = _fused(question, [scores for _, scores in measured])
    fused = fused + np.array([adjustment(book, now) for book, _ in measured], np.float32)
    order = np.argsort(-fused, kind="stable")
    return [Ranked(measured[at][0], measured[at][1], float(fused[at])) for at in order]


def length_of_letter(question: Question) -> float:
    """0 for a usual question, 1 for a long letter."""
    return min(1.0, max(0.0, (len(question.terms) - SHORT) / (LONG - SHORT)))


def scaled(values: Sequence[float]) -> Vectors:
    """To 0–1 within this result; all zero where nothing differs."""
    array = np.asarray(values, dtype=np.float32)
    spread = float(array.max() - array.min()) if len(array) else 0.0
    result: Vectors = (array - array.min()) / spread if spread > 0 else np.zeros_like(array)
    return result


def _fused(question: Question, scores: Sequence[Scores]) -> Vectors:
    letter = length_of_letter(question)
    parts = [
        (LEXICAL, [one.best_lexical for one in scores]),
        (DENSE, [one.best_dense for one in scores]),
        (GIST, [one.gist for one in scores]),
        (TITLE * (1 - letter), [one.title for one in scores]),
        (SUBJECT * (1 - letter), [one.subject for one in scores]),
        (APART * (1 - letter), [one.apart for one in scores]),
        (PHRASES * letter, [one.phrases for one in scores]),
        (REPEATS * letter, [one.repeats for one in scores]),
    ]
    used = [(weight, values) for weight, values in parts if weight]
    total: Vectors = sum((weight * scaled(values) for weight, values in used), np.zeros(len(scores), np.float32))
    return total / np.float32(sum(weight for weight, _ in used))


def _measured(question: Question, books: Sequence[Book], average: float) -> list[tuple[Book, Scores]]:
    letter = length_of_letter(question) > 0
    repeats = Counter(question.terms)
    weighed = {term: weight * repeats[term] for term, weight in question.weights.items()}
    phrases = _phrase_scores(question, books) if letter else [0.0] * len(books)
    measured = []
    for book, phrase in zip(books, phrases, strict=True):
        counts = [_counts(question, book, at) for at in range(len(book.stretches))]
        scores = Scores(
            lexical=np.array([_bm25(question.weights, *one, average) for one in counts], dtype=np.float32),
            dense=_nearness(question.vector, book),
            title=_title(question, book),
            subject=max(_bm25(question.subject, *one, average) for one in counts) if question.subject else 0.0,
            apart=-float(_nearness(question.ground.common, book).mean()),
            repeats=max(_bm25(weighed, *one, average) for one in counts) if letter else 0.0,
            phrases=phrase,
        )
        measured.append((book, scores))
    return measured


def _counts(question: Question, book: Book, at: int) -> tuple[dict[str, int], int]:
    """How often each term of the question occurs in a passage with its title, and the length of both."""
    stretch = book.stretches[at]
    counts = Counter(term for term in stretch.terms if term in question.weights)
    for term in book.title_terms:
        if term in question.weights:
            counts[term] += TITLE_COUNTS
    return counts, len(stretch.terms) + TITLE_COUNTS * len(book.title_terms)


def _bm25(weights: Mapping[str, float], counts: dict[str, int], length: int, average: float) -> float:
    norm = K1 * (1 - B + B * length / average)
    return sum(weights.get(term, 0.0) * (K1 + 1) * count / (count + norm) for term, count in counts.items())


def _nearness(direction: Vectors | None, book: Book) -> Vectors:
    if direction is None:
        return np.zeros(len(book.stretches), np.float32)
    return np.array([0.0 if one.vector is None else one.vector @ direction for one in book.stretches], dtype=np.float32)


def _title(question: Question, book: Book) -> float:
    return 0.0 if question.vector is None or book.title_vector is None else float(question.vector @ book.title_vector)


def _phrase_scores(question: Question, books: Sequence[Book]) -> list[float]:
    """BM25 over word pairs; how rare a pair is, is judged among the candidates."""
    asked = set(pairwise(question.terms))
    counts = [_pairs(book, asked) for book in books]
    lengths = [sum(len(one.terms) for one in book.stretches) + len(book.title_terms) for book in books]
    average = max(1.0, sum(lengths) / max(1, len(lengths)))
    spread = Counter(pair for one in counts for pair in one)
    scores = []
    for one, length in zip(counts, lengths, strict=True):
        norm = 1.2 * (0.5 + 0.5 * length / average)
        scores.append(sum(rarity(len(books), spread[pair]) * 2.2 * count / (count + norm) for pair, count in one.items()))
    return scores


def _pairs(book: Book, asked: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    texts = [book.title_terms, *(one.terms for one in book.stretches)]
    return Counter(pair for text in texts for pair in pairwise(text) if pair in asked)
