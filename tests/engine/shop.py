"""A worker's handler that notes what ran, and the ways to give it work and to wait for it, for what both engines promise."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import Connection

from bot.jobs import Claimed, Commit, Handler, Jobs, JobState, NewJob, Patience, Policies, Timing
from bot.memory import counters
from bot.memory.database import Database

QUICK = Policies(Patience(attempts=3, first_wait_seconds=0.02, longest_wait_seconds=0.05, limit_seconds=5))
TIMING = Timing(lease_seconds=1.0, beat_seconds=0.1, poll_seconds=0.05, grace_seconds=2)


class Shop:
    """A worker's handler that notes what ran; `fails` maps a name to the errors of its first attempts."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.finished: list[str] = []
        self.attempts: list[int] = []
        self.fails: dict[str, list[Exception]] = {}
        self.doors: dict[str, asyncio.Event] = {}
        self.changed = asyncio.Condition()
        self.running = 0
        self.most_running = 0

    async def __call__(self, claimed: Claimed) -> Commit | None:
        name = claimed.payload["name"]
        await self._note(self.started, name)
        self.attempts.append(claimed.attempt)
        self.running += 1
        self.most_running = max(self.running, self.most_running)
        try:
            if name in self.doors:
                await self.doors[name].wait()
            if self.fails.get(name):
                raise self.fails[name].pop(0)
        finally:
            self.running -= 1
        await self._note(self.finished, name)
        return lambda conn: _count(conn, f"done {name}")

    async def _note(self, where: list[str], name: str) -> None:
        async with self.changed:
            where.append(name)
            self.changed.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10), self.changed:
            await self.changed.wait_for(condition)


def _count(conn: Connection, name: str) -> None:
    counters.add(conn, name)


async def enqueue(database: Database, jobs: Jobs, *names: str, **options: object) -> list[bool]:
    def put(conn: Connection) -> list[bool]:
        new = [NewJob("work", {"name": one}, **({"once_key": one} | options)) for one in names]  # type: ignore[arg-type]
        return [jobs.enqueue(conn, one) for one in new]

    return await database.transact(put)


@asynccontextmanager
async def working(jobs: Jobs, handler: Handler, concurrency: int = 4) -> AsyncIterator[None]:
    stop = asyncio.Event()
    worker = asyncio.create_task(jobs.work({"work": handler}, stop, concurrency))
    try:
        yield
    finally:
        stop.set()
        await worker


async def settled(database: Database, jobs: Jobs, wanted: Callable[[dict[JobState, int]], bool]) -> dict[JobState, int]:
    """Waits for the database to show it: the last write comes after the handler's last word."""
    async with asyncio.timeout(10):
        while not wanted(counts := await database.read(jobs.counts)):  # noqa: ASYNC110 - a database has no event to wait for
            await asyncio.sleep(0.01)
    return counts


def nothing_open(counts: dict[JobState, int]) -> bool:
    return all(not number for state, number in counts.items() if state is not JobState.DEAD)
