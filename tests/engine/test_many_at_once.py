"""What comes in together is stored as if it had come one by one: inbox rows, places in lines, priorities lent."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, make_url

from bot.engines import jobs_in
from bot.intake import Intake, Letter
from bot.jobs import Jobs, NewJob
from bot.memory import inbox
from bot.memory.database import Database

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def intake_of(database: Database) -> Intake:
    return Intake(jobs_in(database), lambda conn: None)


def letter(event_id: str, key: str = "", *, lock: str = "c1") -> Letter:
    arrived = inbox.Arrived("intercom", event_id, "t", NOW, NOW, f'"{event_id} \\u0000 ünï {{}} , \\" NULL"', lock)
    return Letter(arrived, NewJob("work", {"name": key}, key, lock=lock) if key else None)


async def test_a_crowd_of_deliveries_is_stored_each_once_whole_and_told_apart(any_database: Database) -> None:
    intake = intake_of(any_database)
    names = [f"e{number % 150}" for number in range(300)]
    new = await asyncio.gather(*(any_database.gathered(intake.store, letter(one, f"job {one}")) for one in names))
    assert new == [True] * 150 + [False] * 150
    rows = await any_database.read(lambda conn: inbox.recent(conn, limit=999))
    assert {one.event_id: one.payload for one in rows} == {one: letter(one).arrived.payload for one in names}
    assert {one.duplicates for one in rows} == {1}


async def test_one_letter_that_cannot_be_stored_spoils_no_other(any_database: Database) -> None:
    intake = intake_of(any_database)
    unfit = Letter(letter("bad").arrived, NewJob("work", {}, None))  # type: ignore[arg-type]
    several = [letter(f"e{number}", f"j{number}") for number in range(20)]
    several[7] = unfit
    stored = await asyncio.gather(*(any_database.gathered(intake.store, one) for one in several), return_exceptions=True)
    assert [isinstance(one, BaseException) for one in stored] == [number == 7 for number in range(20)]
    assert len(await any_database.read(lambda conn: inbox.recent(conn, limit=999))) == 19


async def test_two_processes_that_take_the_same_crowd_in_other_orders_store_it_once(
    any_url: str, any_database: Database
) -> None:
    """Each holds what the other waits for, were it not for the order in which they ask."""
    from bot.memory.database import open_database  # noqa: PLC0415

    other = await open_database(any_url)
    letters = [letter(f"e{number}", f"j{number}", lock=f"c{number % 17}") for number in range(200)]
    try:
        both = [
            (database.gathered(intake_of(database).store, one), one)
            for ours, theirs in zip(letters, reversed(letters), strict=True)
            for database, one in ((any_database, ours), (other, theirs))
        ]
        stored = await asyncio.gather(*(waiting for waiting, _ in both))
    finally:
        await other.close()
    assert sum(stored) == 200
    assert len(await any_database.read(lambda conn: jobs_in(any_database).list(conn, limit=999))) == 200


JOBS = st.lists(
    st.builds(
        lambda key, lock, priority, later: NewJob(
            "work", {}, f"k{key}", lock=lock, priority=priority, due_at=LATER + timedelta(days=key) if later else None
        ),
        st.integers(0, 12),
        st.sampled_from([None, "a", "b"]),
        st.sampled_from([0, 10, 20]),
        st.sampled_from([False, False, False, True]),
    ),
    max_size=14,
)


@contextmanager
def taken_back(database: Database) -> Iterator[Connection]:
    """A transaction that leaves nothing."""
    driver = "postgresql+psycopg" if database.name == "postgresql" else "sqlite"
    engine = create_engine(make_url(database.url).set(drivername=driver))
    try:
        with engine.connect() as conn:
            yield conn
            conn.rollback()
    finally:
        engine.dispose()


def standing(conn: Connection) -> list[Any]:
    """Everything of the line that decides who is next; places as ranks."""
    ours = conn.exec_driver_sql("SELECT once_key, lock, priority, state, due_at FROM jobs ORDER BY position, once_key").all()
    if conn.dialect.name == "sqlite":
        return list(ours)
    heads = "SELECT queueing_lock, lock, priority, status::text FROM procrastinate_jobs ORDER BY id"
    return [*ours, *conn.exec_driver_sql(heads).all()]


def entered(database: Database, jobs: Jobs, groups: Sequence[Sequence[NewJob]]) -> tuple[list[bool], list[Any]]:
    with taken_back(database) as conn:
        new = [is_new for group in groups for is_new in jobs.enqueue_all(conn, group)]
        return new, standing(conn)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=JOBS, together=JOBS)
def test_jobs_that_enter_together_stand_as_if_they_had_entered_one_by_one(
    any_url: str, before: list[NewJob], together: list[NewJob]
) -> None:
    database = Unopened(any_url)
    jobs = jobs_in(database)  # type: ignore[arg-type]
    one_by_one = [[one] for one in (*before, *together)]
    assert entered(database, jobs, [before, together]) == entered(database, jobs, one_by_one)  # type: ignore[arg-type]


class Unopened:
    """Where a database is, for who brings a connection of their own."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.name = self.url.get_backend_name()


@pytest.mark.parametrize("size", [0, 1, 3, 4, 5, 63, 64, 65, 150])
async def test_every_size_of_group_is_stored_whole(any_database: Database, size: int) -> None:
    intake = intake_of(any_database)
    letters = [letter(f"e{number}", f"j{number}") for number in range(size)]
    assert await any_database.transact(lambda conn: intake.store(conn, letters)) == [True] * size
    jobs = await any_database.read(lambda conn: jobs_in(any_database).list(conn, limit=999))
    assert [one.once_key for one in reversed(jobs)] == [f"j{number}" for number in range(size)]
