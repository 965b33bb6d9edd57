"""The jobs table as both engines and operators read it; it moves no job in its line."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from bot.jobs import Claimed, JobRow, JobState, NewJob
from bot.memory.moments import moment, moment_or_none, stamp
from bot.memory.tables import jobs
from bot.trace import Trace, parsed

TRACE = "trace"
"""What led to a job travels beside what it is about, so that the other process goes on with it."""


def listed(conn: Connection, state: JobState | None, kind: str | None, limit: int) -> Sequence[JobRow]:
    """Newest first."""
    query = select(jobs).order_by(jobs.c.job_id.desc()).limit(limit)
    if state is not None:
        query = query.where(jobs.c.state == state.value)
    if kind is not None:
        query = query.where(jobs.c.kind == kind)
    return [_row(one) for one in conn.execute(query)]


def shown(conn: Connection, job_id: int) -> JobRow | None:
    found = conn.execute(select(jobs).where(jobs.c.job_id == job_id)).first()
    return _row(found) if found else None


def counted(conn: Connection) -> dict[JobState, int]:
    unfinished = select(jobs.c.state, func.count()).where(jobs.c.finished_at.is_(None)).group_by(jobs.c.state)
    dead = select(func.count()).where(jobs.c.state == "dead")
    counts = {JobState(state): number for state, number in conn.execute(unfinished)}
    return counts | {JobState.DEAD: conn.execute(dead).scalar_one()}


def oldest(conn: Connection) -> datetime | None:
    waiting = select(func.min(jobs.c.enqueued_at)).where(jobs.c.finished_at.is_(None), jobs.c.state.in_(("ready", "queued")))
    return moment_or_none(conn.execute(waiting).scalar())


def forgotten(conn: Connection, before: datetime) -> int:
    """Dead jobs are kept: a person decides about them."""
    return conn.execute(delete(jobs).where(jobs.c.state == "done", jobs.c.finished_at < stamp(before))).rowcount


def written(job: NewJob) -> str:
    """Its payload as it is stored."""
    return json.dumps({**job.payload, TRACE: str(job.trace)} if job.trace else job.payload)


def _untraced(text: str) -> tuple[dict[str, Any], Trace | None]:
    payload: dict[str, Any] = json.loads(text)
    return payload, parsed(payload.pop(TRACE, None))


def claimed(row: Any) -> Claimed:
    """Of the columns job_id, kind, payload, lock, once_key, attempts, token, enqueued_at, in this order."""
    job_id, kind, payload, lock, once_key, attempts, token, enqueued_at = row
    about, trace = _untraced(payload)
    return Claimed(job_id, kind, about, lock, once_key, attempts, token, moment(enqueued_at), trace)


def _row(row: Row[Any]) -> JobRow:
    payload, trace = _untraced(row.payload)
    return JobRow(
        job_id=row.job_id,
        once_key=row.once_key,
        kind=row.kind,
        payload=payload,
        lock=row.lock,
        priority=row.priority,
        state=JobState(row.state),
        attempts=row.attempts,
        enqueued_at=moment(row.enqueued_at),
        due_at=moment_or_none(row.due_at),
        started_at=moment_or_none(row.started_at),
        finished_at=moment_or_none(row.finished_at),
        error=row.error,
        error_id=row.error_id,
        trace=trace,
    )
