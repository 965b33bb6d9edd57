"""What moves an article besides its text: its age and what agents said of it. Bounded: it settles near ties, never more."""

from dataclasses import dataclass
from datetime import datetime

from retrieval.index.book import Book

MOST_RECENCY = 0.02
"""Of a score of 0–1. A fresh article gets it all, one of a year half; one without a date the same as one of a year."""

MOST_FEEDBACK = 0.04
"""Reached only by many verdicts of one kind."""

HALF_LIFE_DAYS = 365.0

DOUBT = 5
"""Verdicts that are assumed to have been even before the first is heard."""


@dataclass(frozen=True)
class Verdicts:
    """How often agents said so of drafts that rest on an article."""

    helpful: int
    unhelpful: int


def adjustment(book: Book, now: datetime) -> float:
    """Between ±(MOST_RECENCY + MOST_FEEDBACK): the most by which two articles can change places is twice that."""
    return recency(book.updated_at, now) + feedback(book.helpful, book.unhelpful)


def recency(updated_at: datetime | None, now: datetime) -> float:
    """MOST_RECENCY for an article of today, falling to -MOST_RECENCY with age; 0 at a year and for an unknown date."""
    if updated_at is None:
        return 0.0
    days = max(0.0, (now - updated_at).total_seconds() / 86400)
    return float(MOST_RECENCY * (2 * 0.5 ** (days / HALF_LIFE_DAYS) - 1))


def feedback(helpful: int, unhelpful: int) -> float:
    return MOST_FEEDBACK * (helpful - unhelpful) / (helpful + unhelpful + DOUBT)
