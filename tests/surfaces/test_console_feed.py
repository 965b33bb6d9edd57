"""Live updates and what a form means: resumable, for one reader only, and strict."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.console.feed import Pulse, stream
from bot.console.inbound import BadForm, asked, pressed, question_place, question_text
from bot.console.messages import MessageView
from bot.memory import console_feed, console_messages, inbox, outbox
from bot.memory.database import Database, open_database
from bot.memory.schema import migrate
from playbooks.domain.actions import ShowCard
from playbooks.domain.card import Card
from playbooks.domain.people import Surface
from playbooks.domain.place import ChannelKind, Place
from playbooks.intent import intent
from tests.surfaces.console_stage import MEI, NOON, house_knowledge

READER = console_feed.Reader("mei", ("live-chat",))
VIEW = MessageView("Mei Tan", "Asia/Singapore", NOON)
PLACE = Place(surface=Surface.CONSOLE, channel_id="live-chat", channel_kind=ChannelKind.PRIVATE)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("feed") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
async def database(template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    shutil.copy(template, tmp_path / "deskside.db")
    opened = await open_database(f"sqlite:///{tmp_path / 'deskside.db'}")
    yield opened
    await opened.close()


async def post(database: Database, message_id: str, channel_id: str = "live-chat") -> None:
    place = PLACE.model_copy(update={"channel_id": channel_id})
    await database.transact(lambda conn: console_messages.post(conn, place, message_id, "deskside", NOON, text="<b>hi</b>"))


def started(database: Database, after: int = 0) -> AsyncIterator[bytes]:
    return stream(database, Pulse(database, look_seconds=0.01), READER, VIEW, after, lambda: False)


async def next_event(events: AsyncIterator[bytes]) -> dict[str, Any]:
    async with asyncio.timeout(5):
        async for chunk in events:
            if b"data: " in chunk:
                content: dict[str, Any] = json.loads(chunk.split(b"data: ")[1])
                assert chunk.startswith(f"id: {content['seq']}\n".encode())
                return content
    raise AssertionError("the stream ended")


async def test_what_is_posted_while_a_page_is_open_arrives(database: Database) -> None:
    events = started(database)
    waiting = asyncio.create_task(next_event(events))
    await asyncio.sleep(0)
    await post(database, "m-1")
    first = await waiting
    assert (first["message_id"], first["said"]) == ("m-1", "Deskside: <b>hi</b>")
    assert "&lt;b&gt;hi&lt;/b&gt;" in first["html"]


async def test_a_stream_goes_on_where_it_stopped_and_tells_updates(database: Database) -> None:
    await post(database, "m-1")
    await post(database, "m-2")
    seen = await next_event(started(database))
    resumed = started(database, seen["seq"])
    assert (await next_event(resumed))["message_id"] == "m-2"
    await database.transact(lambda conn: console_messages.change(conn, "m-1", NOON, text="new"))
    assert (await next_event(resumed))["message_id"] == "m-1"


async def test_what_is_not_for_the_reader_does_not_arrive(database: Database) -> None:
    events = started(database)
    await post(database, "m-1", "@sofia")
    await post(database, "m-2")
    assert (await next_event(events))["message_id"] == "m-2"


async def test_a_quiet_stream_still_answers(database: Database) -> None:
    pulse = Pulse(database, look_seconds=0.01)
    assert await pulse.beyond(0, 0.05) == 0


async def test_a_request_is_settled_when_everything_it_led_to_has_ended(database: Database) -> None:
    """Press → action → its result → the card that shows it."""

    def arrive(conn: Any, source: str, event_id: str) -> None:
        inbox.accept(conn, inbox.Arrived(source, event_id, "x", NOON, NOON, "{}", conversation_id="215"))

    def act(conn: Any, once_key: str, cause: str) -> None:
        card = Card(title="t", summary="s")
        action = ShowCard(once_key=once_key, place=PLACE, card_key="k", card=card, conversation_id="215")
        outbox.save(conn, action, at=NOON, cause=cause)

    async def settled() -> bool | None:
        return await database.read(lambda conn: console_feed.settled(conn, "console", "e1"))

    assert await settled() is None
    await database.transact(lambda conn: arrive(conn, "console", "e1"))
    assert await settled() is False
    await database.transact(lambda conn: inbox.mark(conn, "console", "e1", inbox.InboxState.DONE))
    assert await settled() is True
    await database.transact(lambda conn: act(conn, "a1", "e1"))
    assert await settled() is False
    await database.transact(lambda conn: outbox.done(conn, "a1", NOON))
    await database.transact(lambda conn: arrive(conn, "deskside", "done:a1"))
    assert await settled() is False
    await database.transact(lambda conn: inbox.mark(conn, "deskside", "done:a1", inbox.InboxState.DONE))
    assert await settled() is True


# what a form means

AGENT = next(one for one in house_knowledge().policies.team.agents if one.agent_id == MEI)
OPEN = ("live-chat", f"@{MEI}")


def form(**changes: Any) -> dict[str, Any]:
    return {"event_id": "e1", "channel_id": f"@{MEI}", "text": "hello"} | changes


@pytest.mark.parametrize(
    ("typed", "command", "text"),
    [
        ("/customer priya.nair@example.com", "customer", "priya.nair@example.com"),
        ("/deskside help", "deskside", "help"),
        ("/SLA this", "sla", "this"),
        ("/kb", "kb", ""),
        ("  /order\nSV-20417 ", "order", "SV-20417"),
        ("where is /order", None, "where is /order"),
        ("/etc/passwd is a path", None, "/etc/passwd is a path"),
        ("/ nothing", None, "/ nothing"),
    ],
)
def test_a_leading_slash_is_a_command(typed: str, command: str | None, text: str) -> None:
    event = asked(form(text=typed), AGENT, NOON, OPEN)
    assert (event.command, event.text) == (command, text)


@pytest.mark.parametrize("name", ["/customer", "/kb", "/order", "/macro", "/case", "/sla", "/shift"])
def test_a_command_without_its_argument_is_answered_with_its_usage(name: str) -> None:
    event = asked(form(text=name), AGENT, NOON, OPEN)
    assert intent(event.text, event.command).want == "usage"


def test_a_question_in_a_team_channel_opens_a_thread_and_a_direct_one_does_not() -> None:
    team, direct = asked(form(channel_id="live-chat"), AGENT, NOON, OPEN), asked(form(), AGENT, NOON, OPEN)
    assert (team.place.thread_id, question_place(team).thread_id) == ("q-e1", None)
    assert (direct.place.thread_id, direct.place.channel_kind) == (None, ChannelKind.DIRECT)
    in_thread = asked(form(channel_id="live-chat", thread_id="m-1"), AGENT, NOON, OPEN)
    assert question_place(in_thread).thread_id == "m-1"
    assert question_text(asked(form(text="/kb  reset"), AGENT, NOON, OPEN)) == "/kb reset"


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "  "},
        {"text": None},
        {"channel_id": "@sofia"},
        {"channel_id": "secret"},
        {"event_id": "x" * 101},
        {"event_id": ""},
    ],
)
def test_a_form_that_our_page_does_not_send_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadForm):
        asked(form(**changes), AGENT, NOON, OPEN)


@pytest.mark.parametrize(
    "changes",
    [{"press": {"do": "erase"}}, {"inputs": {"a": 1}}, {"inputs": "x"}, {"channel_id": "@sofia"}, {"message_id": ""}],
)
def test_a_press_that_our_page_does_not_send_is_refused(changes: dict[str, Any]) -> None:
    right = form(message_id="m-1", press={"do": "take", "conversation_id": "215"})
    assert pressed(right, AGENT, NOON, OPEN).conversation_id == "215"
    with pytest.raises(BadForm):
        pressed(right | changes, AGENT, NOON, OPEN)
