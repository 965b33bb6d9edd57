"""What was stored as it came: put in line in the order of arrival, once, whoever sorts; what cannot be read waits apart."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import make_url

from bot import sorting
from bot.engines import jobs_in
from bot.intake import Intake, Letter, delivered
from bot.jobs import JobRow, JobState, Timing
from bot.journal import Journal
from bot.memory import counters, inbox
from bot.memory.database import Database, StorageUnavailable, open_database
from bot.metrics import Metrics
from bot.probe import Silent
from bot.sorting import Sorter
from bot.wiring import PATIENCE
from playbooks.domain.events import ContactEvent, Event
from retrieval.http import Calls
from retrieval.ports import Envelope, MalformedPayload
from tests.postgres import Postgres

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


class Post:
    """A source whose bodies list the ids of their events; "bad" cannot be read, "bug" is a fault of the reader."""

    is_mended = False

    def events(self, body: bytes) -> tuple[Event, ...]:
        names = json.loads(body)
        if "bad" in names and not self.is_mended:
            raise MalformedPayload("data.item: is missing")
        if "bug" in names:
            raise KeyError("what a customer wrote")
        return tuple(ContactEvent(event_id=one, source="post", at=NOW, contact_id="c1", what="updated") for one in names)


class House:
    """One process: its intake and its sorter over one database."""

    def __init__(self, database: Database, post: Post) -> None:
        self.database, self.jobs = database, jobs_in(database, policies=PATIENCE, timing=Timing(poll_seconds=0.02))
        self.sorter = Sorter(
            database=database,
            jobs=self.jobs,
            readers={"post": post},
            journal=Journal(Metrics(Calls())),
            probe=Silent(),
        )
        self.intake = Intake(self.jobs, self.sorter.arrived)

    async def stores(self, *letters: Letter) -> list[bool]:
        return await asyncio.gather(*(self.database.gathered(self.intake.store, one) for one in letters))

    async def lines(self) -> list[str]:
        rows = await self.database.read(lambda conn: self.jobs.list(conn, limit=999))
        return [one.once_key.removeprefix("take:post:") for one in reversed(rows)]


def letter(number: int, *events: str, source: str = "post") -> Letter:
    names = events or (f"e{number}",)
    envelope = Envelope(names[0] if len(names) == 1 else f"n{number}", "contact.updated", NOW)
    return delivered(source, envelope, json.dumps(names).encode(), NOW + timedelta(milliseconds=number))


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def house(any_database: Database, post: Post) -> House:
    return House(any_database, post)


@asynccontextmanager
async def at_work(*sorters: Sorter) -> AsyncIterator[None]:
    stop = asyncio.Event()
    running = [asyncio.create_task(one.run(stop)) for one in sorters]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*running)


async def sorted_whole(house: House, seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while (await house.database.read(inbox.oldest_unread))[0]:  # noqa: ASYNC110 - a database has no event to wait for
            await asyncio.sleep(0.005)


async def test_the_vendor_is_answered_before_anything_is_read_and_a_redelivery_is_known(house: House) -> None:
    assert await house.stores(letter(1), letter(2, "bad"), letter(1)) == [True, True, False]
    assert await house.lines() == []
    number, first = await house.database.read(inbox.oldest_unread)
    assert (number, first) == (2, NOW + timedelta(milliseconds=1))


async def test_what_arrived_stands_in_line_in_the_order_of_arrival_however_many_sort(any_url: str, house: House) -> None:
    other = await open_database(any_url)
    beside = House(other, Post())
    try:
        async with at_work(house.sorter, beside.sorter):
            for first in range(0, 450, 50):
                await (house, beside)[first % 20 // 10].stores(*(letter(one) for one in range(first, first + 50)))
            await sorted_whole(house)
        assert await house.lines() == [f"e{number}" for number in range(450)]
    finally:
        await other.close()


async def test_a_delivery_that_was_sorted_before_a_crash_took_the_mark_is_in_line_once(house: House) -> None:
    await house.stores(letter(1), letter(2))
    await house.database.transact(house.sorter.sort)
    await house.database.transact(lambda conn: conn.exec_driver_sql("UPDATE inbox SET unread = true"))
    assert await house.database.transact(house.sorter.sort) == 2
    assert await house.lines() == ["e1", "e2"]


@pytest.mark.parametrize(("which", "words"), [("bad", "data.item: is missing"), ("bug", "KeyError")])
async def test_one_that_cannot_be_read_holds_up_no_other_and_is_a_dead_letter_that_names_the_reason(
    house: House, which: str, words: str
) -> None:
    await house.stores(letter(1), letter(2, which), letter(3))
    async with worked(house):
        (dead,) = await dead_letters(house)
    assert [one for one in await house.lines() if one != f"read:post:{which}"] == ["e1", "e3"]
    assert words in (dead.error or "")
    assert "customer" not in (dead.error or "")
    row = await house.database.read(lambda conn: inbox.find(conn, "post", which))
    assert row is not None
    assert (row.state, row.reason) == (inbox.InboxState.FAILED, dead.error_id)


@pytest.mark.parametrize(("names", "state"), [(("bad",), inbox.InboxState.WAITING), (("bad", "m2"), inbox.InboxState.DONE)])
async def test_a_dead_delivery_is_read_again_when_the_reason_is_mended(
    house: House, post: Post, names: tuple[str, ...], state: inbox.InboxState
) -> None:
    await house.stores(letter(1, *names))
    async with worked(house):
        (dead,) = await dead_letters(house)
        post.is_mended = True
        assert await house.database.transact(lambda conn: house.jobs.retry(conn, dead.job_id))
        async with asyncio.timeout(10):
            while not (taken := await house.database.read(lambda conn: counters.value(conn, "taken bad"))):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert taken == 1
    row = await house.database.read(lambda conn: inbox.find(conn, "post", "bad" if len(names) == 1 else "n1"))
    assert row is not None
    assert row.state is state  # the desk marks the delivery of a single event when it has taken it


async def test_a_system_that_is_connected_no_longer_leaves_a_dead_letter_with_the_remedy(house: House) -> None:
    await house.stores(letter(1, source="parcels"))
    async with worked(house):
        (dead,) = await dead_letters(house)
    assert "parcels is not connected any more: connect it again" in (dead.error or "")


async def test_several_messages_of_one_delivery_stand_in_line_each_and_the_delivery_is_done(house: House) -> None:
    """Else its payload would be kept for ever: retention leaves what waits alone."""
    await house.stores(letter(1, "m1", "m2"))
    await house.database.transact(house.sorter.sort)
    assert await house.lines() == ["m1", "m2"]
    row = await house.database.read(lambda conn: inbox.find(conn, "post", "n1"))
    assert row is not None
    assert row.state is inbox.InboxState.DONE


async def test_a_database_that_is_briefly_gone_stops_no_sorter(house: House) -> None:
    class Away:
        left = 2

        def __getattr__(self, name: str) -> object:
            return getattr(house.database, name)

        async def transact(self, work: object) -> object:
            if self.left:
                self.left -= 1
                raise StorageUnavailable("gone", remedy="Wait.")
            return await house.database.transact(work)  # type: ignore[arg-type]

    house.sorter._database = Away()  # type: ignore[assignment]
    async with at_work(house.sorter):
        for number in range(3):
            await house.stores(letter(number))
            await asyncio.sleep(0.02)
        await sorted_whole(house)
    assert await house.lines() == ["e0", "e1", "e2"]


async def test_other_processes_hear_of_what_was_stored_also_after_their_connection_was_cut(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody looks by itself here: what is sorted was heard of."""
    monkeypatch.setattr(sorting, "POLL_SECONDS", 60.0)
    url = postgres.emptied_database()
    web, worker = await open_database(url), await open_database(url)
    storing, sorting_house = House(web, Post()), House(worker, Post())
    try:
        async with at_work(sorting_house.sorter):
            await heard(storing, url, 1)
            cut(url)
            await heard(storing, url, 2)
    finally:
        await web.close()
        await worker.close()


async def heard(storing: House, url: str, number: int) -> None:
    await listens(url)
    await storing.stores(letter(number))
    await sorted_whole(storing, 5)


async def listens(url: str) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    query = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    async with asyncio.timeout(10), await psycopg.AsyncConnection.connect(plain, autocommit=True) as conn:
        while not (await (await conn.execute(query)).fetchone())[0]:  # type: ignore[index] # noqa: ASYNC110
            await asyncio.sleep(0.02)


def cut(url: str) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as conn:
        conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
        )


@asynccontextmanager
async def worked(house: House) -> AsyncIterator[None]:
    """Its sorter and a worker that counts what it takes."""
    stop = asyncio.Event()

    async def take(claimed: object) -> object:
        name = claimed.payload["event_id"]  # type: ignore[attr-defined]
        return lambda conn: counters.add(conn, f"taken {name}")

    handlers = {"take": take, sorting.READ: house.sorter.read}
    async with at_work(house.sorter):
        working = asyncio.create_task(house.jobs.work(handlers, stop, 4, house.sorter.given_up))  # type: ignore[arg-type]
        try:
            yield
        finally:
            stop.set()
            await working


async def dead_letters(house: House) -> Sequence[JobRow]:
    async with asyncio.timeout(10):
        while not (found := await house.database.read(lambda conn: house.jobs.list(conn, state=JobState.DEAD))):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return found
