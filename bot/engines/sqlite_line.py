"""The embedded engine's line: claims as leases with fencing tokens in the application's own SQLite database."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.engines import ledger_statements as shared
from bot.engines import sqlite_statements as sql
from bot.engines.alive import AliveFiles
from bot.engines.entering import Entering
from bot.engines.ledger import claimed as claimed_from
from bot.engines.line import Failed, Taken
from bot.engines.watch import Watch
from bot.jobs import Buried, Claimed, LeaseLost, NewJob, Policies
from bot.memory.many import insert_rows
from bot.memory.moments import moment, stamp


class SqliteLine:
    """`longest_wait` bounds a retry's wait: one that seems longer shows that the wall clock was set back."""

    def __init__(self, watch: Watch, alive: AliveFiles, longest_wait: timedelta) -> None:
        self._watch, self._alive, self._longest_wait = watch, alive, longest_wait
        self.buried: Buried | None = None
        self.may_take_unseen = False

    # workers

    def register(self, conn: Connection, now: datetime) -> int:
        return int(_run(conn, sql.REGISTER, now=stamp(now)).lastrowid)

    def announce(self, worker_id: int) -> None:
        self._alive.hold(worker_id)

    def withdraw(self, worker_id: int) -> None:
        self._alive.let_go(worker_id)

    def beat(self, conn: Connection, worker_id: int) -> bool:
        return bool(_run(conn, sql.BEAT, worker_id=worker_id).rowcount)

    def leave(self, conn: Connection, worker_id: int) -> None:
        _run(conn, sql.UNREGISTER, worker_id=worker_id)

    async def listen(self, wake: Callable[[], None]) -> None:
        return

    def take_over(self, conn: Connection, worker_id: int, policies: Policies, now: datetime) -> int:
        return sum(self._freed(conn, one, policies, now) for one in self._gone(conn, worker_id))

    def _gone(self, conn: Connection, worker_id: int) -> set[int]:
        """Without a row: a restored backup, or a worker that was unregistered before its last claim."""
        others = [(int(one), int(beat)) for one, beat in _run(conn, sql.OTHERS, worker_id=worker_id)]
        orphaned = {int(row[0]) for row in _run(conn, sql.ORPHANS)}
        dead = {one for one, _ in others if self._alive.is_dead(one)}
        return orphaned | dead | set(self._watch.lapsed(others))

    def _freed(self, conn: Connection, gone: int, policies: Policies, now: datetime) -> int:
        _run(conn, sql.UNREGISTER, worker_id=gone)
        self._alive.forget(gone)
        held = [claimed_from(row) for row in _run(conn, sql.HELD_BY, worker_id=gone).fetchall()]
        for one in held:
            self._abandoned(conn, one, policies, now)
        return len(held)

    def _abandoned(self, conn: Connection, claimed: Claimed, policies: Policies, now: datetime) -> None:
        failed, seconds = shared.abandoned(claimed, policies)
        if seconds is None:
            self.bury(conn, claimed, failed, now)
        else:
            self.wait(conn, claimed, seconds, failed, now)

    # jobs

    def put(self, conn: Connection, jobs: Sequence[NewJob], now: datetime) -> list[bool]:
        locks = sorted({one.lock for one in jobs if one.lock is not None})
        given = {"once_keys": json.dumps([one.once_key for one in jobs]), "locks": json.dumps(locks)}
        known, lines, last = _run(conn, sql.BEFORE, **given).fetchone()
        entering = Entering(set(json.loads(known)), json.loads(lines), last, now)
        new = [entering.enters(one) for one in jobs]
        insert_rows(conn, "jobs", sql.ENQUEUED, entering.rows)
        for lock, priority, position in entering.lent:
            _run(conn, sql.LEND_PRIORITY, lock=lock, priority=priority, position=position)
        return new

    def take(self, conn: Connection, worker_id: int, kinds: Sequence[str], limit: int, now: datetime) -> Taken:
        if not _run(conn, sql.IS_REGISTERED, worker_id=worker_id).fetchone():
            return Taken(())
        self._bring_due(conn, now)
        values = {"worker_id": worker_id, "kinds": json.dumps(kinds), "limit": limit, "now": stamp(now)}
        rows = sorted(_run(conn, sql.CLAIM, **values).fetchall(), key=lambda row: (row[8], row[9]))
        next_due = _run(conn, shared.NEXT_DUE).fetchone()[0]
        seconds = (moment(next_due) - now).total_seconds() if next_due else None
        return Taken(tuple(claimed_from(row[:8]) for row in rows), seconds)

    def _bring_due(self, conn: Connection, now: datetime) -> None:
        too_far = stamp(now + self._longest_wait)
        _run(conn, sql.RETRY_DUE, now=stamp(now), clock_went_back=too_far)
        for (job_id,) in _run(conn, sql.FALLEN_DUE, now=stamp(now)).fetchall():
            self.stand_in_line(conn, job_id)

    def stand_in_line(self, conn: Connection, job_id: int) -> None:
        lock, priority, position = _run(conn, sql.STAND_IN_LINE, job_id=job_id).fetchone()
        if lock is not None:
            _run(conn, sql.LEND_PRIORITY, lock=lock, priority=priority, position=position)

    def finish(self, conn: Connection, claimed: Claimed, now: datetime) -> None:
        self._ended(conn, claimed, shared.FINISH, now=stamp(now))
        self._next(conn, claimed.lock)

    def wait(self, conn: Connection, claimed: Claimed, seconds: float, failed: Failed, now: datetime) -> None:
        due_at = stamp(now + timedelta(seconds=seconds))
        given_back = 0 if failed.counted else 1
        self._ended(
            conn, claimed, shared.WAIT, due_at=due_at, given_back=given_back, error=failed.error, error_id=failed.error_id
        )

    def bury(self, conn: Connection, claimed: Claimed, failed: Failed, now: datetime) -> None:
        self._ended(conn, claimed, shared.BURY, now=stamp(now), error=failed.error, error_id=failed.error_id)
        self._next(conn, claimed.lock)
        if self.buried is not None:
            self.buried(conn, claimed, failed.error_id)

    def give_back(self, conn: Connection, claimed: Claimed, now: datetime) -> None:
        self._ended(conn, claimed, shared.GIVE_BACK)

    def revive(self, conn: Connection, job_id: int) -> bool:
        if not _run(conn, shared.REVIVE, job_id=job_id).rowcount:
            return False
        self.stand_in_line(conn, job_id)
        return True

    def drop(self, conn: Connection, job_id: int, now: datetime) -> bool:
        dropped = _run(conn, shared.DROP, job_id=job_id, now=stamp(now)).fetchone()
        if dropped is not None:
            self._next(conn, dropped[0])
        return dropped is not None

    def _ended(self, conn: Connection, claimed: Claimed, statement: str, **values: Any) -> None:
        if not _run(conn, statement, job_id=claimed.job_id, token=claimed.token, **values).rowcount:
            raise LeaseLost(f"job {claimed.job_id} is no longer held under token {claimed.token}")

    def _next(self, conn: Connection, lock: str | None) -> None:
        if lock is not None:
            _run(conn, sql.NEXT_IN_LINE, lock=lock)


def _run(conn: Connection, statement: str, **values: Any) -> Any:
    driver: Any = conn.connection.driver_connection
    return driver.execute(statement, values)
