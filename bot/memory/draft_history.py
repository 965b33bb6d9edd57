"""Drafts of a stretch of time with what agents thought of them, to measure what drafting is worth; it changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.memory.drafts import SavedDraft, saved
from bot.memory.moments import stamp
from bot.memory.tables import drafts, feedback


@dataclass(frozen=True)
class PastDraft:
    """`useful` are the verdicts of agents, one each."""

    saved: SavedDraft
    useful: tuple[bool, ...] = ()


def since(conn: Connection, at: datetime) -> Sequence[PastDraft]:
    """Oldest first."""
    verdicts: dict[str, list[bool]] = {}
    told = select(feedback.c.draft_id, feedback.c.useful).join(drafts, drafts.c.draft_id == feedback.c.draft_id)
    for draft_id, useful in conn.execute(told.where(drafts.c.created_at >= stamp(at))):
        verdicts.setdefault(draft_id, []).append(bool(useful))
    rows = conn.execute(select(drafts).where(drafts.c.created_at >= stamp(at)).order_by(drafts.c.created_at))
    return [PastDraft(saved(row), tuple(verdicts.get(row.draft_id, ()))) for row in rows]
