"""Actions to be done to the world, saved with the state that decided them; each once, told by its once_key. It does none.

The way of an entry: pending → doing → done, failed (the vendor refuses for good) or refused (a rule of ours).
Found in `doing` by a new attempt, an action may have taken effect: it is read back before it is tried again (D6).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.memory.moments import moment, stamp
from bot.memory.tables import outbox
from bot.memory.upsert import inserted
from playbooks.domain.actions import ACTION, Action


class OutboxState(StrEnum):
    PENDING = "pending"
    DOING = "doing"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"


OPEN = (OutboxState.PENDING.value, OutboxState.DOING.value)


@dataclass(frozen=True)
class OutboxRow:
    """`result` is JSON text of what the vendor gave back; `action` None: removed by retention or erasure."""

    once_key: str
    action: Action | None
    conversation_id: str | None
    cause: str | None
    state: OutboxState
    attempts: int
    result: str | None
    reason: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Begun:
    """`doubtful`: an earlier attempt began and its end is not known."""

    row: OutboxRow
    doubtful: bool


def save(conn: Connection, action: Action, *, at: datetime, cause: str | None = None, maybe_done: bool = False) -> bool:
    """False: this once_key is there already, whatever became of it. `maybe_done`: before a backup was restored."""
    values = {
        "once_key": action.once_key,
        "do": action.do,
        "action": ACTION.dump_json(action).decode(),
        "conversation_id": action.conversation_id,
        "cause": cause,
        "state": (OutboxState.DOING if maybe_done else OutboxState.PENDING).value,
        "created_at": stamp(at),
        "updated_at": stamp(at),
    }
    return inserted(conn, outbox, values)


def begin(conn: Connection, once_key: str, at: datetime) -> Begun | None:
    """None: nothing is to be done (finished, or unknown)."""
    before = find(conn, once_key)
    if before is None or before.state.value not in OPEN:
        return None
    _move(conn, once_key, at, state=OutboxState.DOING.value, attempts=outbox.c.attempts + 1)
    return Begun(before, doubtful=before.state is OutboxState.DOING)


def not_begun(conn: Connection, once_key: str, at: datetime) -> None:
    """The attempt certainly had no effect (refused connection, throttled): the next need not read it back."""
    _move(conn, once_key, at, state=OutboxState.PENDING.value)


def doubt_all(conn: Connection) -> int:
    """After a restore: what was decided before the backup may have been done after it. How many."""
    pending = update(outbox).where(outbox.c.state == OutboxState.PENDING.value)
    return conn.execute(pending.values(state=OutboxState.DOING.value)).rowcount


def done(conn: Connection, once_key: str, at: datetime, result: str | None = None) -> bool:
    """`result` is JSON text. False: it had ended before."""
    return _move(conn, once_key, at, state=OutboxState.DONE.value, result=result)


def failed(conn: Connection, once_key: str, at: datetime, reason: str) -> bool:
    return _move(conn, once_key, at, state=OutboxState.FAILED.value, reason=reason)


def refused(conn: Connection, once_key: str, at: datetime, reason: str) -> bool:
    return _move(conn, once_key, at, state=OutboxState.REFUSED.value, reason=reason)


def find(conn: Connection, once_key: str) -> OutboxRow | None:
    row = conn.execute(select(outbox).where(outbox.c.once_key == once_key)).first()
    return _row(row) if row else None


def still_open(conn: Connection, limit: int = 100) -> Sequence[OutboxRow]:
    """Oldest first."""
    query = select(outbox).where(outbox.c.state.in_(OPEN)).order_by(outbox.c.created_at).limit(limit)
    return [_row(one) for one in conn.execute(query)]


def of_conversation(conn: Connection, conversation_id: str, limit: int = 100) -> Sequence[OutboxRow]:
    """Newest first."""
    query = select(outbox).where(outbox.c.conversation_id == conversation_id)
    return [_row(one) for one in conn.execute(query.order_by(outbox.c.created_at.desc()).limit(limit))]


def drop_actions(conn: Connection, before: datetime) -> int:
    """Retention: what was done stays known by its key, its words go. How many."""
    old = update(outbox).where(outbox.c.updated_at < stamp(before), outbox.c.state.not_in(OPEN), outbox.c.action.is_not(None))
    return conn.execute(old.values(action=None, result=None)).rowcount


def counts(conn: Connection) -> dict[OutboxState, int]:
    rows = conn.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
    return {OutboxState(state): number for state, number in rows}


def _move(conn: Connection, once_key: str, at: datetime, **values: Any) -> bool:
    """Only what is open moves: a late attempt cannot overwrite an end."""
    open_one = update(outbox).where(outbox.c.once_key == once_key, outbox.c.state.in_(OPEN))
    return conn.execute(open_one.values(updated_at=stamp(at), **values)).rowcount == 1


def _row(row: Any) -> OutboxRow:
    return OutboxRow(
        once_key=row.once_key,
        action=ACTION.validate_json(row.action) if row.action else None,
        conversation_id=row.conversation_id,
        cause=row.cause,
        state=OutboxState(row.state),
        attempts=row.attempts,
        result=row.result,
        reason=row.reason,
        created_at=moment(row.created_at),
        updated_at=moment(row.updated_at),
    )
