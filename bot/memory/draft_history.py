"""Drafts of a stretch of time with what agents thought of them, to measure what drafting is worth; it changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.memory.drafts import SavedDraft, saved
from bot.memory.moments import stamp
from bot.memory.tables import drafts, feedback


@dataclass(frozen=True)
class PastDraft:
    """`useful` are the verdicts of agents, one each; `reasons` what those said who found it of no use."""

    saved: SavedDraft
    useful: tuple[bool, ...] = ()
    reasons: tuple[str, ...] = ()


def since(conn: Connection, at: datetime) -> Sequence[PastDraft]:
    """Oldest first."""
    told: dict[str, list[tuple[bool, str]]] = {}
    query = select(feedback.c.draft_id, feedback.c.useful, feedback.c.reason)
    joined = query.join(drafts, drafts.c.draft_id == feedback.c.draft_id).where(drafts.c.created_at >= stamp(at))
    for draft_id, useful, reason in conn.execute(joined):
        told.setdefault(draft_id, []).append((bool(useful), reason))
    rows = conn.execute(select(drafts).where(drafts.c.created_at >= stamp(at)).order_by(drafts.c.created_at))
    return [_past(row, told.get(row.draft_id, [])) for row in rows]


def _past(row: Any, told: Sequence[tuple[bool, str]]) -> PastDraft:
    reasons = tuple(reason for useful, reason in told if reason and not useful)
    return PastDraft(saved(row), tuple(useful for useful, _ in told), reasons)


def used_macros(conn: Connection, most: int) -> Sequence[tuple[str, str]]:
    """What customers said and the macro that was sent for it, as it was or edited; the newest first."""
    sent = (drafts.c.outcome.in_(("used", "edited")), drafts.c.draft.like('%"kind":"macro"%'))
    rows = conn.execute(select(drafts).where(*sent).order_by(drafts.c.created_at.desc()).limit(most))
    found = [saved(row).draft for row in rows]
    return [(one.asked, one.macro_id) for one in found if one.asked and one.macro_id]
