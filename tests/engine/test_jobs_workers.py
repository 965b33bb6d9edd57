"""What both engines promise of workers: they share the work, keep what they hold, and stop without losing it."""

import asyncio

from bot.engines import jobs_in
from bot.jobs import (
    Jobs,
    NewJob,
    Timing,
)
from bot.memory.database import Database
from tests.engine.shop import QUICK, TIMING, Shop, enqueue, nothing_open, settled, working


async def test_stopping_lets_a_running_job_finish(any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    shop.doors = {"a": asyncio.Event()}
    await enqueue(any_database, jobs, "a", "b", lock="c1")
    async with working(jobs, shop):
        await shop.until(lambda: shop.started == ["a"])
        asyncio.get_running_loop().call_later(0.05, shop.doors["a"].set)
    assert shop.finished == ["a"]
    assert nothing_open(await any_database.read(jobs.counts)) is False
    async with working(jobs, shop):
        await shop.until(lambda: shop.finished == ["a", "b"])


async def test_stopping_gives_back_what_does_not_finish_and_the_attempt_is_not_counted(any_database: Database) -> None:
    jobs = jobs_in(any_database, policies=QUICK, timing=Timing(0.6, 0.1, 0.05, grace_seconds=0.05))
    shop = Shop()
    shop.doors = {"a": asyncio.Event()}
    await enqueue(any_database, jobs, "a", "b", lock="c1")
    async with working(jobs, shop):
        await shop.until(lambda: shop.started == ["a"])
    shop.doors["a"].set()
    async with working(jobs, shop):
        await shop.until(lambda: shop.finished == ["a", "b"])
    assert shop.attempts == [1, 1, 1]


async def test_a_long_handler_keeps_its_claim_by_heartbeat(any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    shop.doors = {"a": asyncio.Event()}
    await enqueue(any_database, jobs, "a")
    async with working(jobs, shop), working(jobs, shop):
        await shop.until(lambda: shop.started == ["a"])
        await asyncio.sleep(TIMING.lease_seconds * 2)  # not synchronisation: the time that must pass without effect
        shop.doors["a"].set()
        await settled(any_database, jobs, nothing_open)
    assert shop.started == ["a"]


async def test_two_workers_share_the_work_and_double_none(any_url: str, any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    names = [f"n{number}" for number in range(60)]
    async with working(jobs, shop), working(jobs_in(any_database, policies=QUICK, timing=TIMING), shop):
        await asyncio.gather(*(enqueue(any_database, jobs, one, lock=f"c{index % 7}") for index, one in enumerate(names)))
        await shop.until(lambda: len(shop.finished) == 60)
    assert sorted(shop.finished) == sorted(names)


async def test_a_worker_takes_only_kinds_it_knows(any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    await any_database.transact(lambda conn: jobs.enqueue(conn, NewJob("unknown", {"name": "u"}, "u")))
    await enqueue(any_database, jobs, "a")
    async with working(jobs, shop):
        await shop.until(lambda: shop.finished == ["a"])
    assert shop.started == ["a"]


async def test_an_idle_worker_starts_a_job_without_waiting_for_its_poll(any_database: Database) -> None:
    jobs = jobs_in(any_database, policies=QUICK, timing=Timing(poll_seconds=60))
    shop = Shop()
    async with working(jobs, shop):
        await asyncio.sleep(0.1)
        await enqueue(any_database, jobs, "a")
        async with asyncio.timeout(2):
            await shop.until(lambda: shop.finished == ["a"])
