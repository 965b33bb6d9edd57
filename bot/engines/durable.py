"""The port of bot/jobs.py over any line: what both engines do alike."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.engines import ledger
from bot.engines.line import Line
from bot.engines.worker import Worker
from bot.jobs import Buried, Handler, JobRow, JobState, NewJob, Policies, Timing
from bot.memory.database import Database, call_after_commit
from bot.wakers import Wakers


class DurableJobs:
    """Each worker gets a line of its own from `new_line`: what it saw of other workers is its own."""

    def __init__(
        self,
        database: Database,
        new_line: Callable[[], Line],
        *,
        policies: Policies,
        timing: Timing,
        clock: Callable[[], datetime],
    ) -> None:
        self._database, self._new_line, self._line = database, new_line, new_line()
        self._policies, self._timing, self._clock = policies, timing, clock
        self._wakers = Wakers()

    def enqueue(self, conn: Connection, job: NewJob) -> bool:
        return self.enqueue_all(conn, [job])[0]

    def enqueue_all(self, conn: Connection, jobs: Sequence[NewJob]) -> Sequence[bool]:
        new = self._line.put(conn, jobs, self._clock()) if jobs else []
        if any(new):
            call_after_commit(conn, self._wakers.wake)
        return new

    async def work(
        self, handlers: Mapping[str, Handler], stop: asyncio.Event, concurrency: int = 8, buried: Buried | None = None
    ) -> None:
        line = self._new_line()
        line.buried = buried
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
