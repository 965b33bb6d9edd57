"""Events as they arrived, each once; the row outlives its payload, so that a late duplicate is still recognised."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.memory.arrivals import Arrived, InboxState, accept, accept_all
from bot.memory.moments import moment, moment_or_none, stamp
from bot.memory.tables import inbox
from bot.memory.unread import UNREAD, Unread, mark_read, oldest_unread, tell_of_unread, unread

__all__ = [
    "UNREAD", "Arrived", "InboxRow", "InboxState", "Unread", "accept", "accept_all", "counts", "drop_payloads", "find",
    "is_overtaken", "knows", "latest", "mark", "mark_read", "masked_view", "oldest_unread", "recent", "tell_of_unread",
    "unread",
]  # fmt: skip


@dataclass(frozen=True)
class InboxRow:
    """`payload` None: removed by retention. It holds customers' words: show it through `masked_view`."""

    source: str
    event_id: str
    topic: str
    at: datetime
    received_at: datetime
    conversation_id: str | None
    payload: str | None
    state: InboxState
    reason: str | None
    duplicates: int


def mark(conn: Connection, source: str, event_id: str, state: InboxState, reason: str | None = None) -> None:
    conn.execute(_one(source, event_id).values(state=state.value, reason=reason))


def find(conn: Connection, source: str, event_id: str) -> InboxRow | None:
    row = conn.execute(select(inbox).where(inbox.c.source == source, inbox.c.event_id == event_id)).first()
    return _row(row) if row else None


def recent(
    conn: Connection, *, conversation_id: str | None = None, state: InboxState | None = None, limit: int = 50
) -> Sequence[InboxRow]:
    """Newest arrival first."""
    query = select(inbox).order_by(inbox.c.received_at.desc()).limit(limit)
    if conversation_id is not None:
        query = query.where(inbox.c.conversation_id == conversation_id)
    if state is not None:
        query = query.where(inbox.c.state == state.value)
    return [_row(one) for one in conn.execute(query)]


def latest(conn: Connection, source: str, conversation_id: str) -> datetime | None:
    """The vendor's own time of the last event received of it."""
    query = select(func.max(inbox.c.at)).where(inbox.c.conversation_id == conversation_id, inbox.c.source == source)
    return moment_or_none(conn.execute(query).scalar())


def is_overtaken(conn: Connection, source: str, conversation_id: str, at: datetime) -> bool:
    """A later event of this conversation was done already: this one came out of order by the vendor's own time."""
    newer = select(inbox.c.event_id).where(
        inbox.c.conversation_id == conversation_id,
        inbox.c.source == source,
        inbox.c.state == InboxState.DONE.value,
        inbox.c.at > stamp(at),
    )
    return conn.execute(newer.limit(1)).first() is not None


def knows(conn: Connection, source: str, event_ids: Sequence[str]) -> frozenset[str]:
    """Which of these were received, payload or not: the poller feeds in the others."""
    known = select(inbox.c.event_id).where(inbox.c.source == source, inbox.c.event_id.in_(event_ids))
    return frozenset(conn.execute(known).scalars())


def drop_payloads(conn: Connection, before: datetime) -> int:
    """Retention: the tombstone stays, the words go. Waiting events keep theirs. How many."""
    old = update(inbox).where(
        inbox.c.received_at < stamp(before), inbox.c.payload.is_not(None), inbox.c.state != InboxState.WAITING.value
    )
    return conn.execute(old.values(payload=None)).rowcount


def counts(conn: Connection) -> dict[InboxState, int]:
    rows = conn.execute(select(inbox.c.state, func.count()).group_by(inbox.c.state))
    return {InboxState(state): number for state, number in rows}


def masked_view(payload: str | None, mask: Callable[[str], str]) -> Any:
    """The payload with `mask` applied to every string in it, keys' values and attachments' names alike (L20)."""
    return None if payload is None else _masked(json.loads(payload), mask)


def _masked(value: Any, mask: Callable[[str], str]) -> Any:
    match value:
        case str():
            return mask(value)
        case list():
            return [_masked(one, mask) for one in value]
        case dict():
            return {key: _masked(one, mask) for key, one in value.items()}
        case _:
            return value


def _one(source: str, event_id: str) -> Any:
    return update(inbox).where(inbox.c.source == source, inbox.c.event_id == event_id)


def _row(row: Any) -> InboxRow:
    return InboxRow(
        source=row.source,
        event_id=row.event_id,
        topic=row.topic,
        at=moment(row.at),
        received_at=moment(row.received_at),
        conversation_id=row.conversation_id,
        payload=row.payload,
        state=InboxState(row.state),
        reason=row.reason,
        duplicates=row.duplicates,
    )
