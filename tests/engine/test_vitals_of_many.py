"""One outage is told once and its end once, whichever process heard it and whichever process's round looks."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.engines import jobs_in
from bot.jobs import Claimed
from bot.memory import alerts, process_reports
from bot.memory.database import Database
from bot.vitals import SharedVitals
from playbooks.domain.alert import RaisedAlert
from playbooks.domain.events import EVENT, TimerDue
from playbooks.outages import GONE_AFTER, OVERRULED_AFTER
from retrieval.errors import VendorError
from retrieval.http import Calls, Door, Policy, Rate
from tests.journeys.small_house import house_over

ROUND, SECOND = timedelta(seconds=30), timedelta(seconds=1)
HASTY = Policy(rate=Rate(100, 1), attempts=1, breaker_seconds=0)


class Clock:
    """Everybody's."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Process:
    """A worker process: calls of its own, a database in common."""

    def __init__(self, name: str, database: Database, clock: Clock) -> None:
        self.database, self.clock, self.status = database, clock, 200
        self.calls = Calls(clock=clock)
        client = httpx.AsyncClient(transport=httpx.MockTransport(self._answered), base_url="http://stripe")
        self.door = Door("stripe", client, HASTY, self.calls)
        self.vitals = SharedVitals(name, self.calls, database, jobs_in(database, clock=clock), clock)
        self.road = house_over(database, clock=clock, vitals=self.vitals.look).road

    def _answered(self, _: httpx.Request) -> httpx.Response:
        return httpx.Response(self.status)

    async def hears(self, status: int, times: int = 5) -> None:
        """Calls the vendor, and tells the others what came of it."""
        self.status, self.clock.now = status, self.clock.now + SECOND
        for _ in range(times):
            try:
                await self.door.call("read", "GET", "/")
            except VendorError:
                continue
        await self.vitals.tell()

    async def looks(self) -> None:
        """Its round, half a minute after the last one; by then it has told again what it heard."""
        self.clock.now += ROUND
        await self.vitals.tell()
        now = self.clock.now
        event = TimerDue(event_id=f"house:{now.isoformat()}", source="deskside", at=now, timer="house")
        await self.database.transact(lambda conn: self.road.accept(conn, event, now))
        payload = EVENT.dump_python(event, mode="json")
        commit = await self.road.take(Claimed(1, "take", payload, "source:deskside", event.event_id, 1, 1, now))
        await self.database.transact(commit)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def both(any_database: Database, clock: Clock) -> tuple[Process, Process]:
    return Process("a", any_database, clock), Process("b", any_database, clock)


async def told(database: Database, rule: str = "vendor_outage:stripe") -> tuple[int, int, bool]:
    """How often it was told that it began and that it is over, and whether it stands."""
    found = await database.read(lambda conn: alerts.find(conn, [rule]))
    known: RaisedAlert | None = next(iter(found), None)
    words = [one.words for one in known.history] if known else []
    ends = sum(one.startswith("Over") for one in words)
    return len(words) - ends, ends, known is not None and known.is_open


async def both_look(both: tuple[Process, Process], times: int = 2) -> None:
    for _ in range(times):
        for one in both:
            await one.looks()


async def test_an_outage_that_both_see_is_told_once_and_its_end_once(
    any_database: Database, both: tuple[Process, Process]
) -> None:
    a, b = both
    for one in both:
        await one.hears(503)
    await both_look(both)
    assert await told(any_database) == (1, 0, True)
    await a.hears(200, 1)
    await both_look(both)
    assert await told(any_database) == (1, 0, True), "b still hears nothing"
    await b.hears(200, 1)
    await both_look(both)
    assert await told(any_database) == (1, 1, False)


async def test_an_outage_that_one_sees_and_the_other_does_not_is_told_once_by_either(
    any_database: Database, both: tuple[Process, Process]
) -> None:
    a, b = both
    await b.hears(200, 1)
    await a.hears(503)
    for _ in range(3):
        await b.looks()
        await b.hears(200, 1)
        await a.looks()
        await a.hears(503, 1)
    assert await told(any_database) == (1, 0, True)
    await a.hears(200, 1)
    await both_look(both)
    assert await told(any_database) == (1, 1, False)


async def test_a_process_that_has_called_nobody_neither_ends_an_outage_nor_hides_it(
    any_database: Database, both: tuple[Process, Process]
) -> None:
    busy, idle = both
    await idle.vitals.tell()
    assert await any_database.read(process_reports.all_told) == []
    await busy.hears(503)
    await idle.looks()
    assert await told(any_database) == (1, 0, True)
    await both_look(both)
    assert await told(any_database) == (1, 0, True)
    await busy.hears(200, 1)
    await idle.looks()
    await idle.looks()
    assert await told(any_database) == (1, 1, False)


async def test_the_outage_of_a_process_that_was_killed_is_over_when_another_is_answered(
    any_database: Database, clock: Clock, both: tuple[Process, Process]
) -> None:
    killed, lives = both
    await lives.hears(200, 1)
    await killed.hears(503)
    await lives.looks()
    assert await told(any_database) == (1, 0, True)
    clock.now += GONE_AFTER
    await lives.looks()
    assert await told(any_database) == (1, 0, True), "its own last answer is older than the outage"
    await lives.hears(200, 1)
    await lives.looks()
    await lives.looks()
    assert await told(any_database) == (1, 1, False)


async def test_a_process_that_calls_no_more_does_not_keep_an_outage_standing(
    any_database: Database, clock: Clock, both: tuple[Process, Process]
) -> None:
    quiet, busy = both
    await quiet.hears(503)
    await busy.looks()
    clock.now += OVERRULED_AFTER
    await quiet.vitals.tell()
    await busy.hears(200, 1)
    await both_look(both)
    assert await told(any_database) == (1, 1, False)


async def test_credentials_that_one_process_has_not_renewed_are_told_once(
    any_database: Database, both: tuple[Process, Process]
) -> None:
    """As while a deployment is half done."""
    old, new = both
    await old.hears(401, 3)
    for _ in range(3):
        await new.hears(200, 1)
        await new.looks()
        await old.looks()
    assert await told(any_database, "bot_failure:credentials:stripe") == (1, 0, True)
    await old.hears(200, 1)
    await both_look(both)
    assert await told(any_database, "bot_failure:credentials:stripe") == (1, 1, False)


async def test_what_a_process_long_gone_reported_is_forgotten(
    any_database: Database, clock: Clock, both: tuple[Process, Process]
) -> None:
    gone, lives = both
    await gone.hears(503)
    clock.now += process_reports.KEPT + ROUND
    await lives.hears(200, 1)
    assert [one.process for one in await any_database.read(process_reports.all_told)] == ["b"]


async def test_a_running_process_tells_by_itself_and_again_after_the_database_was_away(
    sqlite_database: Database, clock: Clock
) -> None:
    one = Process("a", sqlite_database, clock)
    await one.hears(503)
    by_itself = SharedVitals("b", one.calls, sqlite_database, jobs_in(sqlite_database), clock, every_seconds=0.01)
    await sqlite_database.transact(lambda conn: conn.exec_driver_sql("PRAGMA query_only = ON") and None)
    await by_itself.start()
    await asyncio.sleep(0.05)  # not synchronisation: it is refused meanwhile
    await sqlite_database.transact(lambda conn: conn.exec_driver_sql("PRAGMA query_only = OFF") and None)
    async with asyncio.timeout(5):
        while len(await sqlite_database.read(process_reports.all_told)) < 2:  # noqa: ASYNC110 - a database has no event
            await asyncio.sleep(0.01)
    await one.hears(200, 1)
    await by_itself.stop()
    told = {report.process: report.heard for report in await sqlite_database.read(process_reports.all_told)}
    assert told["b"] == told["a"], "its last word"
    assert told["b"][0].failures == 0
