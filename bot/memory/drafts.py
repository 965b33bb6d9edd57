"""Suggested replies, what became of them, and what agents thought of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from bot.memory.moments import moment, moment_or_none, stamp
from bot.memory.tables import drafts, feedback
from bot.memory.upsert import inserted, put
from playbooks.domain.content import Draft


@dataclass(frozen=True)
class SavedDraft:
    """`outcome` is the desk's word (used, edited, ignored); None while nobody decided."""

    draft: Draft
    outcome: str | None
    sent_text: str | None
    created_at: datetime
    decided_at: datetime | None


def save(conn: Connection, draft: Draft, at: datetime) -> bool:
    """False: it is there already (the same cause was worked twice)."""
    values = {
        "draft_id": draft.draft_id,
        "conversation_id": draft.conversation_id,
        "draft": draft.model_dump_json(),
        "written_for": draft.written_for_part_id,
        "created_at": stamp(at),
    }
    return inserted(conn, drafts, values)


def find(conn: Connection, draft_id: str) -> SavedDraft | None:
    row = conn.execute(select(drafts).where(drafts.c.draft_id == draft_id)).first()
    return saved(row) if row else None


def latest(conn: Connection, conversation_id: str) -> SavedDraft | None:
    query = select(drafts).where(drafts.c.conversation_id == conversation_id).order_by(drafts.c.created_at.desc())
    row = conn.execute(query.limit(1)).first()
    return saved(row) if row else None


def undecided(conn: Connection, conversation_id: str) -> Sequence[SavedDraft]:
    query = select(drafts).where(drafts.c.conversation_id == conversation_id, drafts.c.outcome.is_(None))
    return [saved(one) for one in conn.execute(query.order_by(drafts.c.created_at))]


def decide(conn: Connection, draft_id: str, outcome: str, at: datetime, sent_text: str | None = None) -> None:
    values = {"outcome": outcome, "sent_text": sent_text, "decided_at": stamp(at)}
    conn.execute(update(drafts).where(drafts.c.draft_id == draft_id).values(**values))


def rate(conn: Connection, draft_id: str, agent_id: str, useful: bool, at: datetime, reason: str = "") -> None:
    """An agent's last word counts. `reason` is an id of `playbooks.feedback`."""
    values = {"draft_id": draft_id, "agent_id": agent_id, "useful": useful, "reason": reason, "at": stamp(at)}
    put(conn, feedback, values)


def ratings(conn: Connection, draft_id: str) -> dict[str, bool]:
    """By agent_id."""
    query = select(feedback.c.agent_id, feedback.c.useful).where(feedback.c.draft_id == draft_id)
    return {agent_id: bool(useful) for agent_id, useful in conn.execute(query)}


def forget_before(conn: Connection, before: datetime) -> int:
    """With what was thought of them."""
    old = select(drafts.c.draft_id).where(drafts.c.created_at < stamp(before))
    conn.execute(delete(feedback).where(feedback.c.draft_id.in_(old)))
    return conn.execute(delete(drafts).where(drafts.c.created_at < stamp(before))).rowcount


def outcomes(conn: Connection, since: datetime) -> dict[str | None, int]:
    query = select(drafts.c.outcome, func.count()).where(drafts.c.created_at >= stamp(since)).group_by(drafts.c.outcome)
    return dict(conn.execute(query).all())


def saved(row: Any) -> SavedDraft:
    return SavedDraft(
        draft=Draft.model_validate_json(row.draft),
        outcome=row.outcome,
        sent_text=row.sent_text,
        created_at=moment(row.created_at),
        decided_at=moment_or_none(row.decided_at),
    )
