"""An event that fails every time ends as a dead letter, and whoever asked is told a reference (L2)."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from starlette.testclient import TestClient

from bot.console.outbound import ConsoleOut
from bot.desk import Desk
from bot.desk.plan import Plan
from bot.engines import jobs_in
from bot.http import web_app, webhook_routes
from bot.jobs import JobRow, JobState, Patience, Policies, Timing
from bot.memory import console_messages, inbox, outbox
from bot.memory.database import Database, StorageUnavailable, open_database
from bot.memory.runs import StaleRun
from bot.memory.schema import migrate
from bot.metrics import Metrics
from bot.perform import Tools
from bot.recall import Recall
from bot.road import Road
from playbooks.domain.actions import AddTag
from playbooks.domain.events import Asked, ConversationEvent, Event
from playbooks.domain.people import Actor, Surface
from playbooks.domain.place import ChannelKind, Place
from playbooks.domain.policy import Policies as CompanyPolicies
from retrieval.errors import Surprised, Unavailable, VendorError
from retrieval.http import Calls
from retrieval.ports import Envelope

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PATIENCE = Policies(Patience(attempts=3, first_wait_seconds=0.01, longest_wait_seconds=0.02, limit_seconds=2))
PLACE = Place(surface=Surface.CONSOLE, channel_id="live-chat", thread_id="q-1", channel_kind=ChannelKind.PRIVATE)
ASKED = Asked(
    event_id="1",
    source="console",
    at=NOW,
    actor=Actor(surface=Surface.CONSOLE, user_id="mei.tan@solvane.example", workspace_id="console", name="Mei"),
    place=PLACE,
    text="who is this?",
)
WROTE = ConversationEvent(event_id="n1", source="intercom", at=NOW, conversation_id="7", what="customer_replied")


class Poisoned(Desk):
    """Fails with the next error, as long as there are any; afterwards it plans what it was given."""

    def __init__(self, errors: list[Exception], plan: Callable[[Event], Plan] = lambda event: Plan(cause=event)) -> None:
        self.errors, self.plan, self.takes = errors, plan, 0

    async def take(self, event: Event) -> Plan:
        self.takes += 1
        if self.errors:
            raise self.errors.pop(0)
        return self.plan(event)


class Sink:
    """An inbox that answers a tag with the next error."""

    def __init__(self, *errors: VendorError) -> None:
        self.errors = list(errors)

    async def add_tag(self, conversation_id: str, admin_id: str, tag: str) -> str:
        if self.errors:
            raise self.errors.pop(0)
        return "part"

    async def conversation(self, conversation_id: str) -> Any:
        return SimpleNamespace(tags=())


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "deskside.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
async def database(template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    shutil.copy(template, tmp_path / "deskside.db")
    one = await open_database(f"sqlite:///{tmp_path / 'deskside.db'}")
    yield one
    await one.close()


def road_of(database: Database, desk: Desk, sink: Sink | None = None) -> Road:
    tools = Tools(
        inbox=cast(Any, sink),
        conversations=cast(Any, sink),
        cases=None,
        case_source=None,
        surfaces={Surface.CONSOLE: ConsoleOut(database, lambda: NOW)},
        posted=Recall(database).posted,
        policies=cast(CompanyPolicies, None),
        bot_admin_id="5000",
        settle=timedelta(),
    )
    jobs = jobs_in(database, policies=PATIENCE, timing=Timing(poll_seconds=0.02))
    return Road(
        database=database,
        jobs=jobs,
        desk=desk,
        tools=tools,
        metrics=Metrics(Calls()),
        clock=lambda: datetime.now(UTC),
        patience=PATIENCE,
    )


@asynccontextmanager
async def working(road: Road) -> AsyncIterator[None]:
    stop = asyncio.Event()
    worker = asyncio.create_task(road._jobs.work(road.handlers, stop, 4, road.buried))
    try:
        yield
    finally:
        stop.set()
        await worker


async def idle(road: Road, database: Database) -> list[JobRow]:
    async with asyncio.timeout(10):
        while any(state is not JobState.DEAD and many for state, many in (await database.read(road._jobs.counts)).items()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return list(await database.read(lambda conn: road._jobs.list(conn, state=JobState.DEAD)))


async def test_a_question_that_always_fails_is_answered_with_the_reference_of_its_dead_letter(database: Database) -> None:
    road = road_of(database, Poisoned([RuntimeError("a bug") for _ in range(3)]))
    async with working(road):
        await road.intake(ASKED)
        (dead,) = await idle(road, database)
    shown = await database.read(lambda conn: console_messages.since(conn, "live-chat"))
    assert [one.thread_id for one in shown] == ["q-1"]
    assert shown[0].card is not None
    assert dead.error_id is not None
    assert dead.error_id in shown[0].card.summary
    assert "bug" not in str(shown[0].card)
    row = await database.read(lambda conn: inbox.find(conn, "console", "1"))
    assert row is not None
    assert (row.state, row.reason) == (inbox.InboxState.FAILED, dead.error_id)


async def test_a_webhook_that_always_fails_is_a_dead_letter_and_nobody_is_disturbed(database: Database) -> None:
    road = road_of(database, Poisoned([RuntimeError("a bug") for _ in range(3)]))
    async with working(road):
        await database.transact(lambda conn: road.accept(conn, WROTE, NOW))
        assert len(await idle(road, database)) == 1
    assert await database.read(lambda conn: console_messages.since(conn, "live-chat")) == []


@pytest.mark.parametrize(
    "error",
    [
        StaleRun("somebody else saved it"),
        Surprised("intercom", "not a JSON object", remedy="Read again."),
        Unavailable("intercom", "503", remedy="Wait."),
    ],
    ids=lambda one: type(one).__name__,
)
async def test_what_passes_makes_the_event_be_taken_again(database: Database, error: Exception) -> None:
    desk = Poisoned([error])
    road = road_of(database, desk)
    async with working(road):
        await database.transact(lambda conn: road.accept(conn, WROTE, NOW))
        assert await idle(road, database) == []
    assert desk.takes == 2


def tagging(event: Event) -> Plan:
    plan = Plan(cause=event)
    if isinstance(event, ConversationEvent):
        plan.actions.append(AddTag(once_key="tag", conversation_id="7", tag="vip"))
    return plan


DOUBT = Surprised("intercom", "not a JSON object", remedy="Read again.", doubtful=True)


@pytest.mark.parametrize("times", [1, 3])
async def test_a_write_answered_with_nonsense_is_tried_again_and_at_last_told_as_unknown(
    database: Database, times: int
) -> None:
    road = road_of(database, Poisoned([], tagging), Sink(*[DOUBT] * times))
    async with working(road):
        await database.transact(lambda conn: road.accept(conn, WROTE, NOW))
        assert await idle(road, database) == []
    row = await database.read(lambda conn: outbox.find(conn, "tag"))
    assert row is not None
    if times == 1:
        assert row.state is outbox.OutboxState.DONE
    else:
        assert row.reason == "Intercom did not say whether it was done."


class Full:
    """A front door whose disk is full."""

    async def receive(self, source: str, envelope: Envelope, payload: bytes) -> bool:
        raise StorageUnavailable("SQLite: database or disk is full", remedy="Free space.")


class Unsigned:
    source = "vendor"

    def verify(self, headers: Any, body: bytes, now: datetime) -> None:
        return

    def envelope(self, body: bytes) -> Envelope:
        return Envelope("e", "t", NOW)

    def events(self, body: bytes) -> tuple[Event, ...]:
        raise AssertionError("it was never stored")


def test_a_webhook_that_cannot_be_stored_is_asked_for_again() -> None:
    app = web_app(webhook_routes({"vendor": Unsigned()}, Full(), Metrics(Calls()), lambda: NOW, 1000))
    answer = TestClient(app).post("/webhooks/vendor", content=b"{}")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
