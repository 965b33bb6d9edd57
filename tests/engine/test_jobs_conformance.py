"""What both engines promise of a job (bot/jobs.py): stored with what it belongs to, run once, remembered for its time."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.jobs import (
    Jobs,
    NewJob,
    PermanentFailure,
)
from bot.memory import counters
from bot.memory.database import Database
from tests.engine.shop import Shop, enqueue, nothing_open, settled, working


async def test_a_job_runs_and_what_its_handler_returned_is_written(any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    async with working(jobs, shop):
        assert await enqueue(any_database, jobs, "a") == [True]
        await settled(any_database, jobs, lambda counts: nothing_open(counts) and bool(shop.finished))
    assert await any_database.read(lambda conn: counters.value(conn, "done a")) == 1


async def test_one_once_key_is_one_job_even_after_it_finished(any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    assert await enqueue(any_database, jobs, "a", "a", "b") == [True, False, True]
    async with working(jobs, shop):
        await settled(any_database, jobs, nothing_open)
        assert await enqueue(any_database, jobs, "a") == [False]
    assert sorted(shop.started) == ["a", "b"]


async def test_a_job_of_a_transaction_that_fails_was_never_enqueued(any_database: Database, jobs: Jobs) -> None:
    def put_and_fail(conn: Connection) -> None:
        assert jobs.enqueue(conn, NewJob("work", {"name": "a"}, "a"))
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await any_database.transact(put_and_fail)
    assert await enqueue(any_database, jobs, "a") == [True]


async def test_finished_jobs_are_forgotten_after_their_time_and_dead_ones_kept(any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    shop.fails = {"b": [PermanentFailure("no")]}
    await enqueue(any_database, jobs, "a", "b")
    async with working(jobs, shop):
        await settled(any_database, jobs, nothing_open)
    assert await any_database.transact(lambda conn: jobs.forget(conn, datetime.now(UTC) - timedelta(hours=1))) == 0
    assert await any_database.transact(lambda conn: jobs.forget(conn, datetime.now(UTC) + timedelta(hours=1))) == 1
    assert [one.once_key for one in await any_database.read(jobs.list)] == ["b"]


async def test_oldest_tells_how_long_work_has_been_waiting(any_database: Database, jobs: Jobs) -> None:
    assert await any_database.read(jobs.oldest) is None
    before = datetime.now(UTC)
    await enqueue(any_database, jobs, "a")
    oldest = await any_database.read(jobs.oldest)
    assert oldest is not None
    assert before <= oldest <= datetime.now(UTC)
