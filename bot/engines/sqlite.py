"""The embedded engine: durable jobs in the application's own SQLite database; it needs nothing else."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from bot.engines import ledger
from bot.engines.alive import AliveFiles
from bot.engines.line import Wakers
from bot.engines.sqlite_line import SqliteLine
from bot.engines.watch import Watch
from bot.engines.worker import Worker
from bot.jobs import Handler, JobRow, JobState, NewJob, Policies, Timing
from bot.memory.database import Database, call_after_commit


class SqliteJobs:
    """`clock` gives the wall time that due times mean; leases use `monotonic` only, so a step of the clock ends none."""

    def __init__(
        self,
        database: Database,
        policies: Policies,
        timing: Timing,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._policies, self._timing, self._clock, self._monotonic = (
            database,
            policies,
            timing,
            clock,
            monotonic,
        )
        self._wakers = Wakers()
        self._alive = AliveFiles(Path(f"{database.url.database}-workers"))
        patiences = (policies.default, *policies.by_kind.values())
        self._longest_wait = timedelta(seconds=max(one.longest_wait_seconds for one in patiences) + 1)
        self._line = self._new_line()

    def _new_line(self) -> SqliteLine:
        return SqliteLine(Watch(self._timing.lease_seconds, self._monotonic), self._alive, self._longest_wait)

    def enqueue(self, conn: Connection, job: NewJob) -> bool:
        is_new = self._line.put(conn, job, self._clock())
        if is_new:
            call_after_commit(conn, self._wakers.wake)
        return is_new

    async def work(self, handlers: Mapping[str, Handler], stop: asyncio.Event, concurrency: int = 8) -> None:
        line = self._new_line()
        worker = Worker(
            database=self._database,
            line=line,
            handlers=handlers,
            policies=self._policies,
            timing=self._timing,
            clock=self._clock,
            concurrency=concurrency,
        )
        await worker.run(stop, self._wakers)

    def wake(self) -> None:
        self._wakers.wake()

    def list(
        self, conn: Connection, *, state: JobState | None = None, kind: str | None = None, limit: int = 50
    ) -> Sequence[JobRow]:
        return ledger.listed(conn, state, kind, limit)

    def show(self, conn: Connection, job_id: int) -> JobRow | None:
        return ledger.shown(conn, job_id)

    def retry(self, conn: Connection, job_id: int) -> bool:
        revived = self._line.revive(conn, job_id)
        if revived:
            call_after_commit(conn, self._wakers.wake)
        return revived

    def drop(self, conn: Connection, job_id: int) -> bool:
        return self._line.drop(conn, job_id, self._clock())

    def counts(self, conn: Connection) -> dict[JobState, int]:
        return ledger.counted(conn)

    def oldest(self, conn: Connection) -> datetime | None:
        return ledger.oldest(conn)

    def forget(self, conn: Connection, before: datetime) -> int:
        return ledger.forgotten(conn, before)
