"""What both engines promise of lines: order inside one, many side by side, due times, and whose turn it is."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.jobs import (
    PERSON_WAITS,
    SWEEP,
    Jobs,
    JobState,
)
from bot.memory.database import Database
from retrieval.errors import Throttled, Unavailable
from tests.engine.shop import Shop, enqueue, nothing_open, settled, working


async def test_jobs_of_one_lock_run_one_at_a_time_in_the_order_of_their_enqueueing(any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    names = [f"n{number:02}" for number in range(20)]
    await enqueue(any_database, jobs, *names[:10], lock="c1")
    async with working(jobs, shop, concurrency=6):
        await enqueue(any_database, jobs, *names[10:], lock="c1")
        await shop.until(lambda: len(shop.finished) == 20)
    assert shop.started == names
    assert shop.most_running == 1


async def test_locks_run_side_by_side(any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    shop.doors = {"a": asyncio.Event(), "b": asyncio.Event()}
    await enqueue(any_database, jobs, "a", lock="c1")
    await enqueue(any_database, jobs, "b", lock="c2")
    async with working(jobs, shop):
        await shop.until(lambda: len(shop.started) == 2)
        for door in shop.doors.values():
            door.set()
        await shop.until(lambda: len(shop.finished) == 2)


async def test_a_job_waiting_for_its_retry_keeps_its_place_before_those_of_its_lock(any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    shop.fails = {"a": [Unavailable("dhl", "down", remedy="later")]}
    await enqueue(any_database, jobs, "a", "b", lock="c1")
    async with working(jobs, shop):
        await shop.until(lambda: len(shop.finished) == 2)
    assert shop.started == ["a", "a", "b"]


async def test_a_job_without_a_lock_overtakes_one_that_waits_for_its_retry(any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    shop.fails = {"a": [Throttled("dhl", "slow down", remedy="wait", retry_after_seconds=0.05)]}
    await enqueue(any_database, jobs, "a", "b")
    async with working(jobs, shop, concurrency=1):
        await shop.until(lambda: len(shop.finished) == 2)
    assert shop.started == ["a", "b", "a"]


async def test_a_person_who_waits_goes_before_a_sweep(any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    await enqueue(any_database, jobs, "sweep", priority=SWEEP)
    await enqueue(any_database, jobs, "normal")
    await enqueue(any_database, jobs, "person", priority=PERSON_WAITS)
    async with working(jobs, shop, concurrency=1):
        await shop.until(lambda: len(shop.finished) == 3)
    assert shop.started == ["person", "normal", "sweep"]


async def test_priority_never_overtakes_inside_a_lock_but_is_lent_to_those_in_front(any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    await enqueue(any_database, jobs, "other")
    await enqueue(any_database, jobs, "sweep", lock="c1", priority=SWEEP)
    await enqueue(any_database, jobs, "person", lock="c1", priority=PERSON_WAITS)
    async with working(jobs, shop, concurrency=1):
        await shop.until(lambda: len(shop.finished) == 3)
    assert shop.started == ["sweep", "person", "other"]


async def test_a_job_with_a_due_time_waits_for_it_and_holds_nobody_up(any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    due_at = datetime.now(UTC) + timedelta(seconds=0.3)
    await enqueue(any_database, jobs, "later", lock="c1", due_at=due_at)
    await enqueue(any_database, jobs, "now", lock="c1")
    async with working(jobs, shop):
        await shop.until(lambda: "now" in shop.finished)
        assert (await any_database.read(jobs.counts)).get(JobState.LATER) == 1
        await shop.until(lambda: "later" in shop.finished)
    assert datetime.now(UTC) >= due_at
    assert shop.started == ["now", "later"]


async def test_a_job_that_falls_due_goes_to_the_end_of_its_line(any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    shop.doors = {"first": asyncio.Event()}
    await enqueue(any_database, jobs, "later", lock="c1", due_at=datetime.now(UTC) + timedelta(seconds=0.1))
    await enqueue(any_database, jobs, "first", "second", lock="c1")
    async with working(jobs, shop):
        await settled(any_database, jobs, lambda counts: not counts.get(JobState.LATER))
        await enqueue(any_database, jobs, "third", lock="c1")
        shop.doors["first"].set()
        await shop.until(lambda: len(shop.finished) == 4)
    assert shop.started == ["first", "second", "later", "third"]


async def test_a_due_time_in_the_past_is_now(any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    await enqueue(any_database, jobs, "a", due_at=datetime.now(UTC) - timedelta(days=1))
    async with working(jobs, shop):
        await shop.until(lambda: shop.finished == ["a"])


async def test_dropping_a_job_that_waits_behind_another_leaves_the_line_in_order(any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    shop.doors = {"a": asyncio.Event()}
    await enqueue(any_database, jobs, "a", "b", "c", lock="c1")
    async with working(jobs, shop):
        await shop.until(lambda: shop.started == ["a"])
        behind = next(one for one in await any_database.read(jobs.list) if one.once_key == "b")
        assert await any_database.transact(lambda conn: jobs.drop(conn, behind.job_id))
        shop.doors["a"].set()
        await settled(any_database, jobs, nothing_open)
    assert shop.started == ["a", "c"]
