"""A wall clock that is set forwards or back while work waits or runs: nothing is lost, doubled, put out of order or held up."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.engines import jobs_in
from bot.jobs import JobState, Patience, Policies
from bot.memory.database import Database
from retrieval.errors import Unavailable
from tests.engine.shop import QUICK, TIMING, Shop, enqueue, nothing_open, settled, working

HOURS = timedelta(hours=5)


class Clock:
    """A wall clock that can be set."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset


@pytest.mark.parametrize("step", [HOURS, -HOURS])
async def test_a_step_of_the_wall_clock_ends_no_lease(any_database: Database, step: timedelta) -> None:
    clock, shop = Clock(), Shop()
    shop.doors = {"a": asyncio.Event()}
    jobs, other = (jobs_in(any_database, policies=QUICK, timing=TIMING, clock=clock) for _ in range(2))
    await enqueue(any_database, jobs, "a")
    async with working(jobs, shop), working(other, shop):
        await asyncio.sleep(TIMING.beat_seconds * 2)  # both have seen each other's heartbeat
        clock.offset = step
        await asyncio.sleep(TIMING.beat_seconds * 3)
        shop.doors["a"].set()
        await settled(any_database, jobs, nothing_open)
    assert shop.started == ["a"]


async def test_a_clock_set_back_does_not_delay_a_retry_by_as_much(any_database: Database) -> None:
    clock, shop = Clock(), Shop()
    shop.fails = {"a": [Unavailable("dhl", "down", remedy="later")]}
    policies = Policies(Patience(first_wait_seconds=1, longest_wait_seconds=1))
    jobs = jobs_in(any_database, policies=policies, timing=TIMING, clock=clock)
    await enqueue(any_database, jobs, "a")
    async with working(jobs, shop):
        await settled(any_database, jobs, lambda counts: bool(counts.get(JobState.RETRYING)))
        clock.offset = -HOURS
        began = time.monotonic()
        await shop.until(lambda: shop.finished == ["a"])
    assert time.monotonic() - began < 5


async def test_what_comes_after_a_clock_was_set_back_stands_behind_what_came_before(any_database: Database) -> None:
    clock, shop = Clock(), Shop()
    jobs = jobs_in(any_database, policies=QUICK, timing=TIMING, clock=clock)
    for name, step in (("first", HOURS), ("second", -HOURS), ("third", timedelta())):
        clock.offset = step
        await enqueue(any_database, jobs, name, lock="c1")
    async with working(jobs, shop):
        await shop.until(lambda: len(shop.finished) == 3)
    assert shop.started == ["first", "second", "third"]


async def test_what_is_due_comes_by_the_wall_clock_whichever_way_it_was_set(sqlite_database: Database) -> None:
    clock, shop = Clock(), Shop()
    jobs = jobs_in(sqlite_database, policies=QUICK, timing=TIMING, clock=clock)
    await enqueue(sqlite_database, jobs, "later", due_at=datetime.now(UTC) + HOURS)
    async with working(jobs, shop):
        clock.offset = -HOURS
        await enqueue(sqlite_database, jobs, "now")
        await shop.until(lambda: shop.finished == ["now"])
        clock.offset = HOURS + timedelta(minutes=1)
        await shop.until(lambda: shop.finished == ["now", "later"])


async def test_on_postgresql_the_servers_clock_says_what_has_fallen_due(any_database: Database) -> None:
    """Workers on several machines would not agree."""
    if any_database.name != "postgresql":
        pytest.skip("an embedded database has no clock of its own")
    clock, shop = Clock(), Shop()
    jobs = jobs_in(any_database, policies=QUICK, timing=TIMING, clock=clock)
    await enqueue(any_database, jobs, "later", due_at=datetime.now(UTC) + HOURS / 2)
    await enqueue(any_database, jobs, "soon", due_at=datetime.now(UTC) + timedelta(seconds=0.2))
    clock.offset = HOURS
    async with working(jobs, shop):
        await shop.until(lambda: shop.finished == ["soon"])
        assert (await any_database.read(jobs.counts)).get(JobState.LATER) == 1
