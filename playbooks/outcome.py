"""What became of a draft, by how much of it was sent; a measure for the reports, it changes no draft."""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Literal

Outcome = Literal["used", "edited", "ignored"]

# The limits of issue 4: at .85 an agent changed a word or two, under .4 they wrote their own.
_USED, _EDITED = 0.85, 0.4


def outcome_of(draft_text: str, sent_text: str) -> Outcome:
    alike = similarity(draft_text, sent_text)
    return "used" if alike >= _USED else "edited" if alike >= _EDITED else "ignored"


def outcomes_of(drafts: Mapping[str, str], sent_text: str, known: str | None = None) -> dict[str, Outcome]:
    """By draft_id, of all that lay there when this was sent: the one it was made of, which is `known` or the one most like it,
    by its likeness; the others were passed over, however alike the variants are."""
    made_of = known if known in drafts else max(drafts, key=lambda one: similarity(drafts[one], sent_text), default=None)
    return {one: outcome_of(text, sent_text) if one == made_of else "ignored" for one, text in drafts.items()}


def similarity(one: str, other: str) -> float:
    """0 to 1, over words, so that a changed word costs the same wherever it stands and spacing costs nothing."""
    return SequenceMatcher(None, _words(one), _words(other), autojunk=False).ratio()


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text.lower())
