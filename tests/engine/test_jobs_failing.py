"""What both engines promise of failures: tried again with patience, given up, shown, tried anew or dropped."""

import asyncio
import itertools
import time

import pytest
from sqlalchemy import Connection

from bot.engines import jobs_in
from bot.jobs import (
    Claimed,
    Commit,
    Jobs,
    JobState,
    Patience,
    PermanentFailure,
    Policies,
)
from bot.memory import counters
from bot.memory.database import Database
from retrieval.errors import Refused, Surprised, Throttled, Unavailable
from tests.engine.shop import TIMING, Shop, enqueue, nothing_open, settled, working


@pytest.mark.parametrize(
    "error", [Unavailable("dhl", "down", remedy="later"), Throttled("dhl", "slow", remedy="wait"), RuntimeError("surprise")]
)
async def test_an_error_that_may_pass_is_tried_again_up_to_the_ceiling_then_dead(
    any_database: Database, jobs: Jobs, error: Exception
) -> None:
    shop = Shop()
    shop.fails = {"a": [error] * 9}
    await enqueue(any_database, jobs, "a", "b", lock="c1")
    async with working(jobs, shop):
        await shop.until(lambda: "b" in shop.finished)
        await settled(any_database, jobs, nothing_open)
    assert shop.started == ["a", "a", "a", "b"]
    assert shop.attempts == [1, 2, 3, 1]
    (dead,) = await any_database.read(lambda conn: jobs.list(conn, state=JobState.DEAD))
    assert (dead.once_key, dead.attempts) == ("a", 3)
    assert dead.error_id


@pytest.mark.parametrize(
    "error",
    [
        PermanentFailure("no such action"),
        Refused("stripe", "401", remedy="renew the key"),
        Surprised("stripe", "no id", remedy="read the docs"),
    ],
)
async def test_an_error_that_cannot_pass_is_dead_at_once(any_database: Database, jobs: Jobs, error: Exception) -> None:
    shop = Shop()
    shop.fails = {"a": [error]}
    await enqueue(any_database, jobs, "a")
    async with working(jobs, shop):
        await settled(any_database, jobs, lambda counts: counts[JobState.DEAD] == 1)
    assert shop.started == ["a"]


async def test_a_foreign_errors_text_is_neither_logged_nor_stored(
    any_database: Database, jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop()
    shop.fails = {"a": [ValueError("priya.nair@example.com wrote: help")] * 3}
    await enqueue(any_database, jobs, "a")
    async with working(jobs, shop):
        await settled(any_database, jobs, lambda counts: counts[JobState.DEAD] == 1)
    (dead,) = await any_database.read(lambda conn: jobs.list(conn, state=JobState.DEAD))
    assert dead.error == "ValueError"
    assert dead.error_id is not None
    assert dead.error_id in caplog.text
    assert "priya" not in caplog.text


async def test_a_dead_job_runs_again_when_asked_with_new_attempts(any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    shop.fails = {"a": [PermanentFailure("no")]}
    await enqueue(any_database, jobs, "a", lock="c1")
    async with working(jobs, shop):
        await settled(any_database, jobs, lambda counts: counts[JobState.DEAD] == 1)
        (dead,) = await any_database.read(lambda conn: jobs.list(conn, state=JobState.DEAD))
        assert await any_database.transact(lambda conn: jobs.retry(conn, dead.job_id))
        assert not await any_database.transact(lambda conn: jobs.retry(conn, dead.job_id))
        await settled(any_database, jobs, lambda counts: nothing_open(counts) and not counts[JobState.DEAD])
    assert shop.finished == ["a"]
    assert shop.attempts == [1, 1]


async def test_a_dropped_job_lets_the_next_of_its_lock_pass_and_never_comes_back(any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    await enqueue(any_database, jobs, "a", "b", lock="c1")
    first = (await any_database.read(jobs.list))[-1]
    assert first.once_key == "a"
    assert await any_database.transact(lambda conn: jobs.drop(conn, first.job_id))
    assert not await any_database.transact(lambda conn: jobs.drop(conn, first.job_id))
    assert await enqueue(any_database, jobs, "a") == [False]
    async with working(jobs, shop):
        await settled(any_database, jobs, nothing_open)
    assert shop.started == ["b"]


async def test_a_commit_that_fails_leaves_nothing_and_the_job_is_tried_again(any_database: Database, jobs: Jobs) -> None:
    tries: list[int] = []

    async def handler(claimed: Claimed) -> Commit | None:
        tries.append(claimed.attempt)

        def commit(conn: Connection) -> None:
            counters.add(conn, "written")
            if claimed.attempt == 1:
                raise ValueError("stale")

        return commit

    await enqueue(any_database, jobs, "a")
    async with working(jobs, handler):
        await settled(any_database, jobs, nothing_open)
    assert tries == [1, 2]
    assert await any_database.read(lambda conn: counters.value(conn, "written")) == 1


async def test_an_attempt_that_hangs_ends_at_its_limit_and_is_tried_again(any_database: Database) -> None:
    jobs = jobs_in(any_database, policies=Policies(Patience(2, 0.01, 0.01, limit_seconds=0.05)), timing=TIMING)
    shop = Shop()
    shop.doors = {"a": asyncio.Event()}
    await enqueue(any_database, jobs, "a")
    async with working(jobs, shop):
        await settled(any_database, jobs, lambda counts: counts[JobState.DEAD] == 1)
    assert shop.started == ["a", "a"]


def test_waiting_doubles_up_to_its_bound_and_never_alike_for_two_jobs() -> None:
    patience = Patience(first_wait_seconds=1, longest_wait_seconds=60)
    waits = [patience.wait_seconds("a", attempt) for attempt in range(1, 12)]
    assert all(0.5 * min(2.0**index, 60) <= wait <= min(2.0**index, 60) for index, wait in enumerate(waits))
    assert patience.wait_seconds("a", 5) != patience.wait_seconds("b", 5)
    assert patience.wait_seconds("a", 1, asked_seconds=7) == 7
    assert patience.wait_seconds("a", 1, asked_seconds=7000) == 60


async def test_a_running_job_cannot_be_dropped(any_database: Database, jobs: Jobs) -> None:
    shop = Shop()
    shop.doors = {"a": asyncio.Event()}
    await enqueue(any_database, jobs, "a")
    async with working(jobs, shop):
        await shop.until(lambda: shop.started == ["a"])
        (running,) = await any_database.read(jobs.list)
        assert not await any_database.transact(lambda conn: jobs.drop(conn, running.job_id))
        shop.doors["a"].set()
    assert shop.finished == ["a"]


async def test_attempts_come_further_and_further_apart(any_database: Database) -> None:
    jobs = jobs_in(any_database, policies=Policies(Patience(3, 0.2, 10)), timing=TIMING)
    assert min(await gaps(any_database, jobs, RuntimeError("surprise"))) >= 0.1
    [first, second] = await gaps(any_database, jobs, RuntimeError("surprise"), name="b")
    assert second >= 0.2, "the full wait is twice the first one's, less at most half"
    assert first < 5


async def test_a_vendors_own_wish_is_waited_for(any_database: Database) -> None:
    jobs = jobs_in(any_database, policies=Policies(Patience(2, 0.01, 10)), timing=TIMING)
    slow = Throttled("dhl", "slow down", remedy="wait", retry_after_seconds=0.6)
    assert (await gaps(any_database, jobs, slow))[0] >= 0.6


@pytest.mark.parametrize(("error", "attempts"), [(Unavailable("dhl", "down", remedy="later"), 4), (RuntimeError("ours"), 2)])
async def test_a_vendors_absence_is_borne_longer_than_a_fault_of_ours(
    any_database: Database, error: Exception, attempts: int
) -> None:
    patience = Patience(attempts=2, first_wait_seconds=0.01, longest_wait_seconds=0.01, outage_attempts=4)
    jobs = jobs_in(any_database, policies=Policies(patience), timing=TIMING)
    assert len(await gaps(any_database, jobs, error)) == attempts - 1


async def gaps(database: Database, jobs: Jobs, error: Exception, name: str = "a") -> list[float]:
    """Seconds between the attempts, until it is given up."""
    began: list[float] = []

    async def fails(claimed: Claimed) -> Commit | None:
        began.append(time.monotonic())
        raise error

    before = (await database.read(jobs.counts)).get(JobState.DEAD, 0)
    await enqueue(database, jobs, name)
    async with working(jobs, fails):
        await settled(database, jobs, lambda counts: counts.get(JobState.DEAD, 0) > before)
    return [later - earlier for earlier, later in itertools.pairwise(began)]
