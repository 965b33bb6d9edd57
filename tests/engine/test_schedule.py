"""The clock: double ticks collapse, missed ones follow their rule, and every tick has its job."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from bot.engines import jobs_in
from bot.jobs import SWEEP, Jobs
from bot.memory.database import Database
from bot.memory.tables import ticks as table
from bot.schedule import MOST_MISSED, SET_BACK, Clock, Tick, due_moments, forget_ticks, tick_id

AT = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
SWEEPING = Tick("sla-sweep", timedelta(minutes=1))
DIGEST = Tick("digest", timedelta(minutes=1), missed="each")


class Now:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def jobs(any_database: Database) -> Jobs:
    return jobs_in(any_database)


def struck(conn: Connection) -> list[str]:
    return list(conn.execute(select(table.c.tick_id).order_by(table.c.tick_id)).scalars())


def test_a_ticks_name_says_its_moment() -> None:
    assert tick_id(SWEEPING, AT) == "sla-sweep:2026-11-22T10:05Z"
    assert tick_id(Tick("pulse", timedelta(seconds=10)), AT) == "pulse:2026-11-22T10:05:00Z"


@pytest.mark.parametrize(
    ("tick", "last", "now", "minutes"),
    [
        (SWEEPING, None, AT + timedelta(seconds=42), [5]),
        (SWEEPING, AT, AT + timedelta(seconds=59), []),
        (SWEEPING, AT, AT + timedelta(seconds=60), [6]),
        (SWEEPING, AT, AT + timedelta(minutes=4, seconds=1), [9]),
        (DIGEST, AT, AT + timedelta(minutes=4, seconds=1), [6, 7, 8, 9]),
        (DIGEST, None, AT, [5]),
        (DIGEST, AT, AT - timedelta(hours=3), []),
    ],
)
def test_missed_moments_follow_the_ticks_rule(tick: Tick, last: datetime | None, now: datetime, minutes: list[int]) -> None:
    assert due_moments(tick, last, now) == [AT.replace(minute=one) for one in minutes]


def test_after_a_long_stop_only_so_many_are_caught_up_the_newest() -> None:
    moments = due_moments(DIGEST, AT, AT + timedelta(days=30))
    assert len(moments) == MOST_MISSED
    assert moments[-1] == AT + timedelta(days=30)


async def test_ticks_of_several_processes_at_one_moment_are_one_job(any_database: Database, jobs: Jobs) -> None:
    clocks = [Clock(any_database, jobs_in(any_database), [SWEEPING], Now(AT)) for _ in range(4)]
    assert sum(await asyncio.gather(*(one.strike(SWEEPING) for one in clocks))) == 1
    (job,) = await any_database.read(jobs.list)
    assert (job.kind, job.once_key, job.priority) == ("sla-sweep", "tick:sla-sweep:2026-11-22T10:05Z", SWEEP)
    assert job.payload == {"tick": "sla-sweep:2026-11-22T10:05Z", "at": "2026-11-22T10:05:00.000000+00:00"}


@pytest.mark.parametrize("tick", [SWEEPING, DIGEST])
async def test_a_clock_set_back_does_not_stop_the_ticks_and_repeats_none(
    any_database: Database, jobs: Jobs, tick: Tick
) -> None:
    now = Now(AT - timedelta(hours=3))
    clocks = [Clock(any_database, jobs_in(any_database), [tick], now) for _ in range(3)]

    async def all_strike() -> int:
        return sum(await asyncio.gather(*(one.strike(tick) for one in clocks)))

    assert await all_strike() == 1
    now.at = AT
    await all_strike()
    done = set[int]()
    for minutes in (0, 1, 1, 2):
        now.at = AT - timedelta(hours=3) + timedelta(minutes=minutes)
        wanted = 0 if minutes in done else 1
        done.add(minutes)
        assert await all_strike() == wanted
    now.at = AT - SET_BACK
    assert await all_strike() == 0, "so much may two machines differ"
    now.at = AT + timedelta(minutes=1)
    assert await all_strike() == 1
    assert len(await any_database.read(struck)) == len(await any_database.read(lambda conn: jobs.list(conn, limit=999)))


async def test_starting_catches_up_and_then_strikes_by_itself(any_database: Database, jobs: Jobs) -> None:
    now = Now(AT)
    often = Tick("pulse", timedelta(seconds=1), missed="each")
    clock = Clock(any_database, jobs, [often], now)
    await clock.strike(often)
    now.at += timedelta(seconds=2)
    await clock.start()
    assert await any_database.read(struck) == [f"pulse:2026-11-22T10:05:0{second}Z" for second in range(3)]
    now.at += timedelta(seconds=1)
    async with asyncio.timeout(5):
        while len(await any_database.read(struck)) < 4:  # noqa: ASYNC110 - a database has no event to wait for
            await asyncio.sleep(0.05)
    clock.stop()
    assert len(await any_database.read(jobs.list)) == 4


async def test_forgetting_keeps_the_newest_tick_by_which_missed_ones_are_told(any_database: Database, jobs: Jobs) -> None:
    now = Now(AT)
    clock = Clock(any_database, jobs, [DIGEST], now)
    await clock.strike(DIGEST)
    now.at += timedelta(minutes=3)
    await clock.strike(DIGEST)
    assert await any_database.transact(lambda conn: forget_ticks(conn, AT + timedelta(days=9))) == 3
    assert await any_database.read(struck) == ["digest:2026-11-22T10:08Z"]
