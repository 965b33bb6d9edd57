"""Questions that no article answered, masked before they come here; a conversation's are erased with it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.memory.moments import moment, stamp
from bot.memory.tables import unanswered
from bot.memory.upsert import inserted
from playbooks.domain.unanswered import Unanswered


def save(conn: Connection, one: Unanswered) -> bool:
    """False: the same question of the same conversation is there already; the first time it was asked stays."""
    return inserted(conn, unanswered, {**one.model_dump(), "asked_at": stamp(one.asked_at)})


def since(conn: Connection, at: datetime, limit: int = 4000) -> Sequence[Unanswered]:
    """The newest of them, oldest first."""
    query = select(unanswered).where(unanswered.c.asked_at >= stamp(at)).order_by(unanswered.c.asked_at.desc()).limit(limit)
    rows = [Unanswered(**{**row._mapping, "asked_at": moment(row.asked_at)}) for row in conn.execute(query)]
    return rows[::-1]


def erase(conn: Connection, conversation_id: str) -> int:
    """A privacy request, or an answered gap: how many went."""
    return conn.execute(delete(unanswered).where(unanswered.c.conversation_id == conversation_id)).rowcount


def forget_before(conn: Connection, at: datetime) -> int:
    return conn.execute(delete(unanswered).where(unanswered.c.asked_at < stamp(at))).rowcount
