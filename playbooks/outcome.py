"""What became of a draft, measured by how much of it was sent: used, edited or ignored."""

from difflib import SequenceMatcher

USED_FROM, EDITED_FROM = 0.85, 0.4
"""Shares of likeness, as lessons.md gives them."""


def likeness(draft: str, sent: str) -> float:
    """0 to 1 by words, so that a re-wrapped line changes nothing."""
    return SequenceMatcher(None, draft.split(), sent.split(), autojunk=False).ratio()


def outcome_of(draft: str, sent: str) -> str:
    ratio = likeness(draft, sent)
    return "used" if ratio >= USED_FROM else "edited" if ratio >= EDITED_FROM else "ignored"
