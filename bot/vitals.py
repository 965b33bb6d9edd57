"""How the house itself is: which connected systems are silent and what work was given up; read here, judged by the desk.

Every process tells the others through the database what it heard, since any of them may be the one that looks.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.jobs import Jobs, JobState
from bot.memory import Connection, process_reports
from bot.memory.database import Database, StorageUnavailable
from playbooks.domain.vitals import Heard, ProcessReport
from playbooks.outages import outages
from retrieval.http import Calls

log = logging.getLogger(__name__)

TOLD_EVERY_SECONDS = 15.0
"""Half a round, so that a round sees what happened before the one before it; one small row."""


@dataclass(frozen=True)
class Vitals:
    """`silent`: vendors whose last calls all failed, with how many; `refusing`: those that do not take our credentials any
    more; `given_up`: dead jobs and the newest one's id."""

    silent: Mapping[str, int] = field(default_factory=dict)
    answering: frozenset[str] = frozenset()
    refusing: frozenset[str] = frozenset()
    given_up: int = 0
    newest_given_up: int = 0


async def all_well() -> Vitals:
    return Vitals()


class SharedVitals:
    """One process's part in them. Only systems behind the door: Slack refusing five posts into an archived channel is no
    outage of Slack's."""

    def __init__(
        self,
        process: str,
        calls: Calls,
        database: Database,
        jobs: Jobs,
        clock: Callable[[], datetime],
        every_seconds: float = TOLD_EVERY_SECONDS,
    ) -> None:
        self._process, self._calls, self._database, self._jobs, self._clock = process, calls, database, jobs, clock
        self._every_seconds = every_seconds
        self._telling: asyncio.Task[None] | None = None

    async def look(self) -> Vitals:
        """Of all processes, this one's as it is now."""
        own = self._report()
        told, (given_up, newest) = await self._database.read(
            lambda conn: (process_reports.all_told(conn), _dead(conn, self._jobs))
        )
        found = outages([own, *(one for one in told if one.process != own.process)], own.at)
        return Vitals(
            silent=dict(found.silent),
            answering=found.answering,
            refusing=found.refusing,
            given_up=given_up,
            newest_given_up=newest,
        )

    async def tell(self) -> None:
        """Nothing where nobody was called."""
        own = self._report()
        if not own.heard:
            return
        try:
            await self._database.transact(lambda conn: process_reports.tell(conn, own))
        except StorageUnavailable as error:
            log.warning("what was heard of the connected systems is told later: %s", error)

    async def start(self) -> None:
        self._telling = asyncio.create_task(self._keep_telling())

    async def stop(self) -> None:
        """With a last word: an outage outlives who saw it."""
        if self._telling is not None:
            self._telling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._telling
            await self.tell()

    async def _keep_telling(self) -> None:
        while True:
            await asyncio.sleep(self._every_seconds)
            await self.tell()

    def _report(self) -> ProcessReport:
        heard = (_heard(self._calls, vendor) for vendor in self._calls.breakers)
        return ProcessReport(
            process=self._process,
            at=self._clock(),
            heard=tuple(one for one in heard if one.failed_at or one.answered_at),
        )


def _heard(calls: Calls, vendor: str) -> Heard:
    return Heard(
        vendor=vendor,
        failures=calls.failures_in_row[vendor],
        refusals=calls.refusals_in_row[vendor],
        failed_at=calls.last_failure.get(vendor),
        answered_at=calls.last_success.get(vendor),
    )


def _dead(conn: Connection, jobs: Jobs) -> tuple[int, int]:
    newest = max((one.job_id for one in jobs.list(conn, state=JobState.DEAD)), default=0)
    return jobs.counts(conn).get(JobState.DEAD, 0), newest
