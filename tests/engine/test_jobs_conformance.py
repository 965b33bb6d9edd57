"""What both engines promise (bot/jobs.py), each case on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.engines import jobs_in
from bot.jobs import (
    PERSON_WAITS,
    SWEEP,
    Claimed,
    Commit,
    Handler,
    Jobs,
    JobState,
    NewJob,
    Patience,
    PermanentFailure,
    Policies,
    Timing,
)
from bot.memory import counters
from bot.memory.database import Database
from retrieval.errors import Refused, Surprised, Throttled, Unavailable

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


@pytest.fixture
def jobs(any_database: Database) -> Jobs:
    return jobs_in(any_database, policies=QUICK, timing=TIMING)


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


async def test_an_idle_worker_starts_a_job_without_waiting_for_its_poll(any_database: Database) -> None:
    jobs = jobs_in(any_database, policies=QUICK, timing=Timing(poll_seconds=60))
    shop = Shop()
    async with working(jobs, shop):
        await asyncio.sleep(0.1)
        await enqueue(any_database, jobs, "a")
        async with asyncio.timeout(2):
            await shop.until(lambda: shop.finished == ["a"])


def test_waiting_doubles_up_to_its_bound_and_never_alike_for_two_jobs() -> None:
    patience = Patience(first_wait_seconds=1, longest_wait_seconds=60)
    waits = [patience.wait_seconds("a", attempt) for attempt in range(1, 12)]
    assert all(0.5 * min(2.0**index, 60) <= wait <= min(2.0**index, 60) for index, wait in enumerate(waits))
    assert patience.wait_seconds("a", 5) != patience.wait_seconds("b", 5)
    assert patience.wait_seconds("a", 1, asked_seconds=7) == 7
    assert patience.wait_seconds("a", 1, asked_seconds=7000) == 60


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
