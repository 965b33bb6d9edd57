"""The wide engine's line: heads of lines on Procrastinate, our fencing tokens and the rest of each line in the same database.

Procrastinate hands out jobs and knows living workers by the database server's clock, so no worker's clock matters. Our jobs
table says what a job is, keeps the order of each lock (why: postgres_functions.sql), refuses late writes by token, and
remembers finished once_keys. Locks it takes: a line's advisory lock last, so that workers do not wait in a ring.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from procrastinate import manager, psycopg_connector
from procrastinate.sql import queries
from sqlalchemy import Connection, text

from bot.engines import ledger_statements as sql
from bot.engines.ledger import claimed as claimed_from
from bot.engines.ledger import written
from bot.engines.line import Failed, Taken
from bot.jobs import Buried, Claimed, LeaseLost, NewJob, Policies
from bot.memory.many import arrays
from bot.memory.moments import moment, stamp

log = logging.getLogger(__name__)

TAKE = """
SELECT job_id, kind, payload, lock, once_key, attempts, token, enqueued_at FROM deskside_take(%s, %s, %s, %s)
"""
ENQUEUED = ("text", "text", "text", "text", "int4", "text")
ENQUEUE = f"SELECT deskside_enqueue_all({', '.join(f'%b::{one}[]' for one in ENQUEUED)}, %s)"
ENQUEUE_ONE = "SELECT deskside_enqueue(%s, %s, %s, %s, %s, p_due_at => %s, p_now => %s)"
LEAVE = "SELECT procrastinate_finish_job_v1(dispatch_id, 'succeeded', true) FROM ended"
NEXT_IN_LINE = text("SELECT deskside_next_in_line(:lock)")

SOONEST_SECONDS = 0.05  # between two looks for a due job: our clock may run before the server's
RECONNECT_SECONDS = 1.0


class PostgresLine:
    def __init__(self, conninfo: str, lease_seconds: float) -> None:
        self._conninfo, self._lease_seconds = conninfo, lease_seconds
        self.buried: Buried | None = None
        self.may_take_unseen = True

    # workers

    def register(self, conn: Connection, now: datetime) -> int:
        return int(_ask(conn, "register_worker")[0]["worker_id"])

    def announce(self, worker_id: int) -> None:
        """Its heartbeat says so."""

    def withdraw(self, worker_id: int) -> None:
        """`leave` has said so."""

    def beat(self, conn: Connection, worker_id: int) -> bool:
        _ask(conn, "update_heartbeat", worker_id=worker_id)
        return self._is_registered(conn, worker_id)

    def leave(self, conn: Connection, worker_id: int) -> None:
        _ask(conn, "unregister_worker", worker_id=worker_id)

    def _is_registered(self, conn: Connection, worker_id: int) -> bool:
        found = conn.execute(text("SELECT 1 FROM procrastinate_workers WHERE id = :id FOR KEY SHARE"), {"id": worker_id})
        return found.first() is not None

    def take_over(self, conn: Connection, worker_id: int, policies: Policies, now: datetime) -> int:
        filters = {"queue": None, "task_name": None, "seconds_since_heartbeat": self._lease_seconds}
        stalled = [row["args"]["job_id"] for row in _ask(conn, "select_stalled_jobs_by_heartbeat", **filters)]
        freed = sum(self._freed(conn, job_id, policies, now) for job_id in stalled)
        _ask(conn, "prune_stalled_workers", seconds_since_heartbeat=self._lease_seconds)
        return freed

    def _freed(self, conn: Connection, job_id: int, policies: Policies, now: datetime) -> bool:
        """Another sweeper, or its own worker at the last moment, may be first: the token tells."""
        row = conn.execute(text(sql.RUNNING), {"job_id": job_id}).first()
        if row is None:
            return False
        with suppress(LeaseLost):
            claimed = claimed_from(row)
            self._abandoned(conn, claimed, policies, now)
            return True
        return False

    def _abandoned(self, conn: Connection, claimed: Claimed, policies: Policies, now: datetime) -> None:
        failed, seconds = sql.abandoned(claimed, policies)
        if seconds is None:
            self.bury(conn, claimed, failed, now)
        else:
            self.wait(conn, claimed, seconds, failed, now)

    async def listen(self, wake: Callable[[], None]) -> None:
        async def told(*, channel: str, notification: object) -> None:
            wake()

        while True:
            try:
                connector = psycopg_connector.PsycopgConnector(conninfo=self._conninfo, min_size=0, max_size=1)
                await connector.open_async()
                try:
                    await manager.JobManager(connector).listen_for_jobs(on_notification=told)
                finally:
                    await connector.close_async()
            except Exception as error:  # noqa: BLE001 - polling goes on meanwhile
                log.warning("not told of new jobs, polling only: %s", type(error).__name__)
            await asyncio.sleep(RECONNECT_SECONDS)

    # jobs

    def put(self, conn: Connection, jobs: Sequence[NewJob], now: datetime) -> list[bool]:
        if len(jobs) == 1:  # a third of the cost
            return [bool(_driver(conn).execute(ENQUEUE_ONE, (*_row(jobs[0], now), stamp(now))).fetchone()[0])]
        columns = arrays([_row(one, now) for one in jobs], len(ENQUEUED))
        entered = {key for (key,) in _driver(conn).execute(ENQUEUE, (*columns, stamp(now))).fetchall()}
        firsts = {one.once_key: one for one in reversed(jobs)}
        return [one.once_key in entered and firsts[one.once_key] is one for one in jobs]

    def take(self, conn: Connection, worker_id: int, kinds: Sequence[str], limit: int, now: datetime) -> Taken:
        rows = _driver(conn).execute(TAKE, (list(kinds), worker_id, limit, stamp(now))).fetchall()
        return Taken(tuple(claimed_from(row) for row in rows), self._next_due_seconds(conn, now))

    def _next_due_seconds(self, conn: Connection, now: datetime) -> float | None:
        (next_due,) = _driver(conn).execute(sql.NEXT_DUE).fetchone()
        return max((moment(next_due) - now).total_seconds(), SOONEST_SECONDS) if next_due else None

    def finish(self, conn: Connection, claimed: Claimed, now: datetime) -> None:
        self._left(conn, claimed, sql.FINISH, now=stamp(now))

    def wait(self, conn: Connection, claimed: Claimed, seconds: float, failed: Failed, now: datetime) -> None:
        values = {"due_at": stamp(now + timedelta(seconds=seconds)), "given_back": 0 if failed.counted else 1}
        dispatch_id = self._ended(conn, claimed, sql.WAIT, **values, error=failed.error, error_id=failed.error_id)
        self._retry(conn, dispatch_id, seconds)

    def bury(self, conn: Connection, claimed: Claimed, failed: Failed, now: datetime) -> None:
        self._left(conn, claimed, sql.BURY, now=stamp(now), error=failed.error, error_id=failed.error_id)
        if self.buried is not None:
            self.buried(conn, claimed, failed.error_id)

    def give_back(self, conn: Connection, claimed: Claimed, now: datetime) -> None:
        self._retry(conn, self._ended(conn, claimed, sql.GIVE_BACK), 0.0)

    def revive(self, conn: Connection, job_id: int) -> bool:
        if not conn.execute(text(sql.REVIVE), {"job_id": job_id}).rowcount:
            return False
        conn.execute(text("SELECT deskside_stand_in_line(:job_id)"), {"job_id": job_id})
        return True

    def drop(self, conn: Connection, job_id: int, now: datetime) -> bool:
        dropped = conn.execute(text(sql.DROP), {"job_id": job_id, "now": stamp(now)}).first()
        if dropped is not None:
            todo = text("DELETE FROM procrastinate_jobs WHERE queueing_lock = :once_key AND status = 'todo'")
            conn.execute(todo, {"once_key": dropped.once_key})
            conn.execute(NEXT_IN_LINE, {"lock": dropped.lock})
        return dropped is not None

    def _retry(self, conn: Connection, dispatch_id: int, seconds: float) -> None:
        """The moment is the server's own, so that a worker with a wrong clock waits no longer."""
        at = conn.execute(text("SELECT now() + make_interval(secs => :seconds)"), {"seconds": seconds}).scalar_one()
        nothing_new = {"new_priority": None, "new_queue_name": None, "new_lock": None}
        _ask(conn, "retry_job", job_id=dispatch_id, retry_at=at, **nothing_new)

    def _left(self, conn: Connection, claimed: Claimed, statement: str, **values: Any) -> None:
        """Out of Procrastinate's tables too: nothing finished slows a claim down."""
        self._held(conn, claimed, f"WITH ended AS ({statement} RETURNING dispatch_id) {LEAVE}", values)
        if claimed.lock is not None:
            conn.execute(NEXT_IN_LINE, {"lock": claimed.lock})

    def _ended(self, conn: Connection, claimed: Claimed, statement: str, **values: Any) -> int:
        return int(self._held(conn, claimed, f"{statement} RETURNING dispatch_id", values)[0])

    def _held(self, conn: Connection, claimed: Claimed, statement: str, values: dict[str, Any]) -> Any:
        row = conn.execute(text(statement), values | {"job_id": claimed.job_id, "token": claimed.token}).first()
        if row is None:
            raise LeaseLost(f"job {claimed.job_id} is no longer held under token {claimed.token}")
        return row


def _row(job: NewJob, now: datetime) -> tuple[str | int | None, ...]:
    due_at = stamp(job.due_at) if job.due_at is not None and job.due_at > now else None
    return job.once_key, job.kind, written(job), job.lock, job.priority, due_at


def _ask(conn: Connection, name: str, **arguments: Any) -> list[dict[str, Any]]:
    """One of Procrastinate's own queries, on our connection."""
    from psycopg.rows import dict_row  # noqa: PLC0415

    with _driver(conn).cursor(row_factory=dict_row) as cursor:
        cursor.execute(queries[name], arguments)
        rows: list[dict[str, Any]] = cursor.fetchall()
        return rows


def _driver(conn: Connection) -> Any:
    return conn.connection.driver_connection
