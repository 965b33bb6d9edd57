"""Workers that die, stall or come back too late: their jobs go on elsewhere, and their late writes are refused."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.engines import jobs_in
from bot.jobs import Claimed, Commit, Jobs, JobState, NewJob, Patience, Policies, Timing
from bot.memory import counters
from bot.memory.database import Database
from tests.engine.crash_worker import TIMING

ROOT = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def worker_process(url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.engine.crash_worker", url,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def says(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await asyncio.wait_for(process.stdout.readline(), 15)).decode().strip()


async def by_the_second(claimed: Claimed) -> Commit:
    return lambda conn: _count(conn, f"{claimed.payload['name']} by the second")


def _count(conn: Connection, name: str) -> None:
    counters.add(conn, name)


@asynccontextmanager
async def working(jobs: Jobs, handler: Callable[[Claimed], object] = by_the_second) -> AsyncIterator[None]:
    stop = asyncio.Event()
    worker = asyncio.create_task(jobs.work({"work": handler}, stop))  # type: ignore[dict-item]
    try:
        yield
    finally:
        stop.set()
        await worker


async def enqueue(database: Database, jobs: Jobs, *names: str) -> None:
    def put(conn: Connection) -> None:
        for name in names:
            assert jobs.enqueue(conn, NewJob("work", {"name": name}, name, lock="c1"))

    await database.transact(put)


async def counted(database: Database, wanted: dict[str, int]) -> None:
    async with asyncio.timeout(10):
        while await database.read(counters.all_values) != wanted:  # noqa: ASYNC110 - a database has no event to wait for
            await asyncio.sleep(0.01)


async def test_a_worker_killed_between_claim_and_commit_leaves_its_job_to_another(any_database: Database, any_url: str) -> None:
    jobs = jobs_in(any_database, timing=TIMING)
    await enqueue(any_database, jobs, "a", "b")
    async with worker_process(any_url) as first:
        assert await says(first) == "started a"
        first.kill()
        await first.wait()
        async with working(jobs):
            await counted(any_database, {"a by the second": 1, "b by the second": 1})


async def test_on_sqlite_a_killed_workers_job_goes_on_at_once_not_after_the_lease(
    sqlite_database: Database, sqlite_url: str
) -> None:
    jobs = jobs_in(sqlite_database, timing=Timing(lease_seconds=600, beat_seconds=600))
    await enqueue(sqlite_database, jobs, "a")
    async with worker_process(sqlite_url) as first:
        assert await says(first) == "started a"
        first.kill()
        await first.wait()
        async with asyncio.timeout(5), working(jobs):
            await counted(sqlite_database, {"a by the second": 1})


async def test_a_worker_that_was_stopped_and_comes_back_late_writes_nothing(any_database: Database, any_url: str) -> None:
    jobs = jobs_in(any_database, timing=TIMING)
    await enqueue(any_database, jobs, "a")
    async with worker_process(any_url) as first:
        assert await says(first) == "started a"
        os.kill(first.pid, signal.SIGSTOP)
        async with working(jobs):
            await counted(any_database, {"a by the second": 1})
        assert first.stdin is not None
        first.stdin.write(b"go on\n")
        await enqueue(any_database, jobs, "b")
        os.kill(first.pid, signal.SIGCONT)
        assert await says(first) == "started b"  # it lives on, as a new worker
        assert await any_database.read(counters.all_values) == {"a by the second": 1}


async def test_a_worker_without_heartbeat_loses_its_claim_and_its_result_is_refused(
    any_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    mute = jobs_in(any_database, timing=Timing(lease_seconds=0.3, beat_seconds=600, poll_seconds=600))
    started, door = asyncio.Event(), asyncio.Event()

    async def slow(claimed: Claimed) -> Commit:
        started.set()
        await door.wait()
        return lambda conn: _count(conn, "late")

    await enqueue(any_database, mute, "a")
    async with working(mute, slow):
        await started.wait()
        async with working(jobs_in(any_database, timing=Timing(lease_seconds=0.3, beat_seconds=0.05))):
            await counted(any_database, {"a by the second": 1})
        door.set()
    assert await any_database.read(counters.all_values) == {"a by the second": 1}
    assert "late result refused" in caplog.text


async def test_a_late_result_is_refused_also_while_the_second_worker_is_at_it(any_database: Database) -> None:
    """The job is running then: only the token tells the claims apart."""
    mute = jobs_in(any_database, timing=Timing(lease_seconds=0.3, beat_seconds=600, poll_seconds=600, grace_seconds=0.2))
    started, first_door, second_door = [asyncio.Event(), asyncio.Event()], asyncio.Event(), asyncio.Event()

    async def first(claimed: Claimed) -> Commit:
        started[0].set()
        await first_door.wait()
        return lambda conn: _count(conn, "first")

    async def second(claimed: Claimed) -> Commit:
        started[1].set()
        await second_door.wait()
        return lambda conn: _count(conn, "second")

    await enqueue(any_database, mute, "a")
    async with working(mute, first):
        await started[0].wait()
        async with working(jobs_in(any_database, timing=Timing(lease_seconds=0.3, beat_seconds=0.05)), second):
            await asyncio.wait_for(started[1].wait(), 10)
            first_door.set()
            await any_database.transact(lambda conn: None)
            await asyncio.sleep(0.1)
            assert await any_database.read(counters.all_values) == {}
            second_door.set()
            await counted(any_database, {"second": 1})


async def test_a_job_that_kills_its_worker_every_time_ends_as_dead(any_database: Database, any_url: str) -> None:
    policies = Policies(Patience(attempts=2, first_wait_seconds=0.01, longest_wait_seconds=0.01))
    jobs = jobs_in(any_database, policies=policies, timing=TIMING)
    await enqueue(any_database, jobs, "a")
    for _ in range(2):
        async with worker_process(any_url) as process:
            assert await says(process) == "started a"
            process.kill()
            await process.wait()
            await _taken_over(any_database, jobs)
    (dead,) = await any_database.read(lambda conn: jobs.list(conn, state=JobState.DEAD))
    assert (dead.attempts, dead.error) == (2, "its worker died while it ran")


async def _taken_over(database: Database, jobs: Jobs) -> None:
    """By a worker that knows other kinds only: it sweeps and runs nothing."""
    stop = asyncio.Event()
    sweeper = asyncio.create_task(jobs.work({"other": by_the_second}, stop))
    async with asyncio.timeout(10):
        while (await database.read(jobs.counts)).get(JobState.RUNNING):  # noqa: ASYNC110 - a database has no event
            await asyncio.sleep(0.01)
    stop.set()
    await sweeper


async def test_a_worker_that_is_cancelled_instead_of_stopped_leaves_nothing_running(any_database: Database) -> None:
    jobs = jobs_in(any_database, timing=TIMING)
    started, ended = asyncio.Event(), asyncio.Event()

    async def endless(claimed: Claimed) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    await enqueue(any_database, jobs, "a")
    worker = asyncio.create_task(jobs.work({"work": endless}, asyncio.Event()))
    await started.wait()
    worker.cancel()
    await asyncio.wait_for(ended.wait(), 5)
    async with working(jobs_in(any_database, timing=TIMING)):
        await counted(any_database, {"a by the second": 1})
