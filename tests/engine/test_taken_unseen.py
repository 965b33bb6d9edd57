"""A claim whose commit was cut off: the database gave the job to a worker that never heard of it, and lives on."""

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from bot.engines import jobs_in
from bot.engines.line import Taken
from bot.jobs import Claimed, NewJob, Timing
from bot.memory.database import Database, StorageUnavailable, open_database
from tests.postgres import Postgres

QUICK = Timing(lease_seconds=1.0, beat_seconds=0.1, poll_seconds=0.05, grace_seconds=1)


class CutOnce:
    """A database whose connection breaks once, after a claim is on disk and before anybody is told."""

    def __init__(self, database: Database) -> None:
        self._database, self.cuts = database, 0
        self.name, self.url = database.name, database.url

    async def transact(self, work: Callable[[Connection], Any], **how: Any) -> Any:
        result = await self._database.transact(work, **how)
        if isinstance(result, Taken) and result.claims and not self.cuts:
            self.cuts += 1
            raise StorageUnavailable("the connection was cut", remedy="It is tried again.")
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


async def test_a_job_that_was_taken_unseen_by_a_worker_that_lives_on_is_done(postgres: Postgres) -> None:
    url = postgres.migrated_database()
    inner = await open_database(url)
    database, done, stop = CutOnce(inner), list[str](), asyncio.Event()
    jobs = jobs_in(database, timing=QUICK)

    async def count(claimed: Claimed) -> None:
        done.append(claimed.once_key)

    await inner.transact(lambda conn: [jobs.enqueue(conn, NewJob("count", {}, one, lock="line")) for one in ("a", "b")])
    working = asyncio.create_task(jobs.work({"count": count}, stop))
    async with asyncio.timeout(15):
        while done != ["a", "b"]:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.05)
    stop.set()
    await working
    assert database.cuts == 1
    await inner.close()
    postgres.drop(url)
