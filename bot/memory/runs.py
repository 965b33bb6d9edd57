"""Where each conversation's procedure stands, with the desk's own facts about it; saved only over the version that was read."""

import itertools
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.memory.moments import moment, stamp
from bot.memory.states import States
from bot.memory.tables import runs
from bot.memory.upsert import inserted
from playbooks.domain.run import SopRun


class StaleRun(Exception):
    """Somebody else saved this conversation's run since it was read: read it again and decide again."""


@dataclass(frozen=True)
class SavedRun:
    """`facts` is JSON the desk keeps beside the run; `version` goes back into `save`."""

    run: SopRun
    facts: dict[str, Any]
    version: int
    updated_at: datetime


@dataclass(frozen=True)
class DueRun:
    conversation_id: str
    due_at: datetime


def load(conn: Connection, conversation_id: str) -> SavedRun | None:
    row = conn.execute(select(runs).where(runs.c.conversation_id == conversation_id)).first()
    return _saved(row) if row else None


def save(
    conn: Connection, run: SopRun, facts: Mapping[str, Any], *, version: int, at: datetime, due_at: datetime | None = None
) -> int:
    """The new version. `version` is the one read, 0 for a first save. It is due at its first timer, or `due_at` if earlier.

    *Errors:* StaleRun.
    """
    due = [one.due_at for one in run.timers] + ([due_at] if due_at else [])
    values = {
        "sop": run.sop,
        "state": run.state,
        "owner": run.owner,
        "run": run.model_dump_json(),
        "facts": json.dumps(dict(facts)),
        "version": version + 1,
        "due_at": min((stamp(one) for one in due), default=None),
        "updated_at": stamp(at),
    }
    if not _stored(conn, run.conversation_id, version, values):
        raise StaleRun(f"run of conversation {run.conversation_id} is no longer at version {version}")
    return version + 1


def due(conn: Connection, now: datetime, limit: int = 10_000) -> Sequence[DueRun]:
    """Runs whose time has come, longest due first."""
    query = select(runs.c.conversation_id, runs.c.due_at).where(runs.c.due_at <= stamp(now)).order_by(runs.c.due_at)
    return [DueRun(one, moment(at)) for one, at in conn.execute(query.limit(limit))]


def recent(conn: Connection, *, state: str | None = None, owner: str | None = None, limit: int = 50) -> Sequence[SavedRun]:
    """Last changed first."""
    query = select(runs).order_by(runs.c.updated_at.desc()).limit(limit)
    if state is not None:
        query = query.where(runs.c.state == state)
    if owner is not None:
        query = query.where(runs.c.owner == owner)
    return [_saved(one) for one in conn.execute(query)]


def loads(conn: Connection, over: States) -> dict[str, int]:
    """Unfinished chats by owner; `over` are the states in which a chat is finished."""
    owned = select(runs.c.owner, func.count()).where(runs.c.owner.is_not(None), runs.c.state.not_in(over.names))
    found: Counter[str] = Counter(dict(conn.execute(owned.group_by(runs.c.owner)).all()))
    disputed = select(runs).where(runs.c.owner.is_not(None), runs.c.state.in_(over.disputed))
    found.update(one.owner for one in map(_run, conn.execute(disputed)) if one.owner and not over.hold(one))
    return dict(found)


def open_of(conn: Connection, owners: Sequence[str], over: States, limit: int = 200) -> Sequence[SavedRun]:
    """Unfinished chats of these owners, longest unchanged first."""
    query = select(runs).where(runs.c.owner.in_(owners), runs.c.state.not_in(over.sure)).order_by(runs.c.updated_at)
    unfinished = (one for one in map(_saved, conn.execute(query)) if not over.hold(one.run))
    return list(itertools.islice(unfinished, limit))


def standing_in(conn: Connection, waiting: States, since: datetime, limit: int = 500) -> Sequence[str]:
    """Conversations that have been in one of these states since then, whatever was tried in the meantime."""
    query = select(runs).where(runs.c.state.in_(waiting.names)).order_by(runs.c.updated_at).limit(limit)
    saved = [one for one in map(_run, conn.execute(query)) if waiting.hold(one)]
    return [one.conversation_id for one in saved if one.entered_at <= since]


def _stored(conn: Connection, conversation_id: str, version: int, values: Mapping[str, Any]) -> bool:
    if version == 0:
        return inserted(conn, runs, {"conversation_id": conversation_id, **values})
    read = update(runs).where(runs.c.conversation_id == conversation_id, runs.c.version == version)
    return conn.execute(read.values(**values)).rowcount == 1


def _run(row: Any) -> SopRun:
    return SopRun.model_validate_json(row.run)


def _saved(row: Any) -> SavedRun:
    return SavedRun(_run(row), json.loads(row.facts), row.version, moment(row.updated_at))
