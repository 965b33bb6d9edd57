"""Deeds asked for in words, through real sockets: one conversation, a search, and many at once with their way back (I2, I3)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

import pytest
import pytest_asyncio

from bot.demo.agent import ConsoleAgent, button
from bot.memory import Connection, bulks, runs
from playbooks.domain.card import Card
from playbooks.domain.deed import Bulk
from playbooks.domain.policy import Policies
from playbooks.domain.press import ConfirmBulk
from tests.journeys.chat import Chat, chat, settled, text_of, until
from tests.journeys.moving_time import Moving, always_open, moving

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRIYA, HAFIZ = "priya.nair@example.com", "hafiz.rahman@example.org"
WHERE = "Where is my battery? The DHL tracking has not moved for days."
OUTAGE = "Power outage at my house since noon"


def without_roll_ups(policies: Policies) -> Policies:
    """More chats come in these tests than in a storm."""
    rules = tuple(one.model_copy(update={"roll_up_above": 1000}) for one in policies.alerts.rules)
    return always_open(policies).model_copy(update={"alerts": policies.alerts.model_copy(update={"rules": rules})})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def time(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Moving]:
    async with moving(tmp_path_factory.mktemp("deeds"), without_roll_ups) as one:
        yield one


async def signed_in(time: Moving, name: str) -> AsyncIterator[ConsoleAgent]:
    agent = await time.agent(name)
    yield agent
    await agent.aclose()


@pytest_asyncio.fixture(loop_scope="module")
async def mei(time: Moving) -> AsyncIterator[ConsoleAgent]:
    async for one in signed_in(time, "mei.tan"):
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def sofia(time: Moving) -> AsyncIterator[ConsoleAgent]:
    async for one in signed_in(time, "sofia.lindqvist"):
        yield one


async def asked(one: Chat, agent: ConsoleAgent, words: str, title: str) -> tuple[dict[str, Any], Card]:
    """The answer in the chat's thread, once it is no longer being worked on."""
    alert, _ = await one.alert(agent)
    await settled(one.stage)
    known = {message["message_id"] for message, _ in agent._cards()}
    await agent.ask(words, alert["message_id"])
    return await agent.see(
        lambda message, card: (
            message["message_id"] not in known
            and message["thread_id"] == alert["message_id"]
            and title in card.title
            and not (card.status and card.status.text == "Working")
        ),
        f"“{title}” after “{words}”",
    )


async def kept(one: Chat, name: str) -> Any:
    state = await one.stage.sandboxes["intercom"].state()
    return state["conversations"][one.conversation_id][name]


DEEDS: tuple[tuple[str, str, Callable[[Any, Any, str], bool]], ...] = (
    ("tag this as outage", "Tag “outage”", lambda state, _, key: "outage" in state["conversations"][key]["tags"]),
    ("note: serial is SF-1", "Add a note", lambda _, record, __: record["parts"][-1]["author"]["id"] == "5001"),
    ("set Product = Inverter", "Set Product", lambda _, record, __: record["custom_attributes"] == {"Product": "Inverter"}),
    ("tag the customer as installer", "Tag the customer", lambda state, _, __: "installer" in state["people"][PRIYA]["tags"]),
    ("note on the customer: likes e-mail", "Add a note on", lambda state, _, __: len(state["people"][PRIYA]["notes"]) == 1),
    ("snooze for 3h", "Snooze until", lambda _, record, __: record["state"] == "snoozed"),
    ("unsnooze", "Wake up", lambda _, record, __: record["state"] == "open"),
    ("convert this to a Return ticket", "Convert to a Return ticket", lambda state, _, key: key in state["tickets"]),
)


async def test_deeds_asked_for_in_a_chats_thread_are_done_as_the_agent_and_answered(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    await one.taken_by(mei)
    for words, title, is_so in DEEDS:
        _, card = await asked(one, mei, words, title)
        assert card.status is not None
        assert card.status.text == "Done", words
        await settled(time.stage)
        intercom, record = await time.stage.sandboxes["intercom"].state(), await one.record()
        assert is_so(intercom, record, one.conversation_id), words


async def test_what_was_done_is_undone_from_its_answer(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    await one.taken_by(mei)
    message, card = await asked(one, mei, "tag this as outage", "Tag “outage”")
    await mei.press(message, button(card, "Undo"))
    await mei.press(message, button(card, "Undo"))
    await one.in_thread(mei, "Undo “Tag “outage””")
    await settled(time.stage)
    assert "outage" not in await kept(one, "tags")


async def test_closing_in_words_goes_by_the_procedure(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    await asked(one, mei, "close this", "I cannot do that")
    assert await kept(one, "state") == "open"
    await one.taken_by(mei)
    await asked(one, mei, "close this", "Close")
    await settled(time.stage)
    assert await kept(one, "state") == "closed"
    assert "resolved" in await kept(one, "tags")


async def test_what_cannot_be_done_is_refused_with_its_reason(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    await one.taken_by(mei)
    for words, told in (
        ("assign this to arjun", "permission “assign”"),
        ("snooze until the cows come home", "is no time that I understand"),
        ("convert this to a Nonsense ticket", "Which ticket type?"),
    ):
        _, card = await asked(one, mei, words, "I cannot do that")
        assert told in text_of(card)


async def test_conversations_are_found_by_what_was_said_of_them(time: Moving, mei: ConsoleAgent) -> None:
    one, other = await chat(time.stage, PRIYA, OUTAGE), await chat(time.stage, HAFIZ, OUTAGE)
    foreign = await chat(time.stage, PRIYA, OUTAGE, inbox="8202")
    await settled(time.stage)
    for query, wanted in (
        ("outage after:today", {one, other}),
        (f"outage user:{PRIYA}", {one}),
        ('outage user:"Hafiz Rahman"', {other}),
    ):
        await mei.ask(f"find conversations {query}")
        _, card = await mei.see(lambda _, card, query=query: card.subtitle == query, query)  # type: ignore[misc]
        shown = {each for each in (one, other, foreign) if f"#{each.conversation_id}" in text_of(card)}
        assert shown == wanted, query


async def test_a_search_that_is_not_understood_is_answered_with_its_usage(time: Moving, mei: ConsoleAgent) -> None:
    await mei.ask("find conversations asignee:me")
    _, card = await mei.see(lambda _, card: "find conversations" in card.title, "the usage")
    assert "I do not know asignee:" in text_of(card)


# many at once


async def listed(sofia: ConsoleAgent, words: str, title: str) -> tuple[dict[str, Any], Card]:
    await sofia._look()
    known = {message["message_id"] for message, _ in sofia._cards()}
    await sofia.ask(words)
    return await sofia.see(lambda message, card: message["message_id"] not in known and title in card.title, title)


async def ended(agent: ConsoleAgent, message: dict[str, Any], wanted: Callable[[Card], bool] | None = None) -> Card:
    _, card = await agent.see(
        lambda shown, card: (
            shown["message_id"] == message["message_id"]
            and card.status is not None
            and card.status.text in {"Done", "Partly done"}
            and (wanted is None or wanted(card))
        ),
        "the end of it",
    )
    return card


async def several(time: Moving, number: int, body: str) -> list[Chat]:
    made = [await chat(time.stage, PRIYA, body) for _ in range(number)]
    database = time.stage.service.database
    for one in made:
        await until(lambda one=one: database.read(lambda conn: runs.load(conn, one.conversation_id)), "its procedure to begin")  # type: ignore[misc]
    await settled(time.stage)
    return made


async def test_many_are_listed_confirmed_done_and_undone(time: Moving, sofia: ConsoleAgent) -> None:
    chats = await several(time, 4, "Zeppelin one")
    await asked(chats[0], sofia, "tag this as storm", "Tag “storm”")
    message, card = await listed(sofia, "tag all of zeppelin state:open as storm", "Tag “storm”: 4 conversations?")
    assert all(f"#{one.conversation_id}" in text_of(card) for one in chats)
    assert not any(["storm" in await kept(one, "tags") for one in chats[1:]]), "nothing happens before somebody says yes"
    await sofia.press(message, button(card, "Yes, all 4"))
    await sofia.press(message, button(card, "Yes, all 4"))
    done = await ended(sofia, message)
    assert "3 done and 1 left as they are" in text_of(done)
    assert all(["storm" in await kept(one, "tags") for one in chats])
    await asked(chats[1], sofia, "untag this as storm", "Remove the tag “storm”")
    await sofia.press(message, button(done, "Undo"))
    await sofia.see(
        lambda shown, card: "Undo “Tag" in card.title and card.status is not None and card.status.text == "Done", "it"
    )
    await settled(time.stage)
    assert ["storm" in await kept(one, "tags") for one in chats] == [True, False, False, False], "what was so before stays"


async def test_a_chat_that_moved_on_is_told_by_itself_and_the_others_are_done(time: Moving, sofia: ConsoleAgent) -> None:
    chats = await several(time, 3, "Barometer two")
    ids = " ".join(one.conversation_id for one in chats)
    message, card = await listed(sofia, f"snooze {ids} until monday", ": 3 conversations?")
    await asyncio.sleep(1.1)  # Intercom's times are whole seconds
    await chats[1].customer_writes("It burns!")
    await settled(time.stage)
    await sofia.press(message, button(card, "Yes, all 3"))
    done = await ended(sofia, message)
    assert done.status is not None
    assert done.status.text == "Partly done"
    assert f"#{chats[1].conversation_id}: Priya Nair wrote after you looked." in text_of(done)
    assert [await kept(one, "state") for one in chats] == ["snoozed", "open", "snoozed"]


async def test_a_crash_in_the_middle_goes_on_and_doubles_nothing(time: Moving, sofia: ConsoleAgent) -> None:
    chats = await several(time, 5, "Compass three")
    message, card = await listed(sofia, "snooze all of compass state:open until monday", ": 5 conversations?")
    await time.stage.sandboxes["intercom"].fault(kind="after_commit", match="POST .*/parts", times=3)
    await sofia.press(message, button(card, "Yes, all 5"))
    assert "5 done" in text_of(await ended(sofia, message))
    await settled(time.stage)
    assert [len(await one.parts("snoozed")) for one in chats] == [1] * 5


async def test_closing_many_goes_by_each_chats_procedure(time: Moving, sofia: ConsoleAgent) -> None:
    taken, waiting = await several(time, 2, "Anchor four")
    await taken.taken_by(sofia)
    message, card = await listed(sofia, "close all of anchor state:open", "Close: 2 conversations?")
    await sofia.press(message, button(card, "Yes, all 2"))
    done = await ended(sofia, message)
    assert "1 done and 1 not done" in text_of(done)
    assert (await kept(taken, "state"), await kept(waiting, "state")) == ("closed", "open")
    await sofia.press(message, button(done, "Undo"))
    await until(lambda: _is(taken, "open"), "the closed one to be open again")


async def _is(one: Chat, state: str) -> bool:
    return bool(await kept(one, "state") == state)


async def test_only_those_may_whose_role_says_so_and_only_so_often_a_day(
    time: Moving, mei: ConsoleAgent, sofia: ConsoleAgent
) -> None:
    [one] = await several(time, 1, "Lantern five")
    _, card = await asked(one, mei, "tag all of lantern state:open as storm", "I cannot do that")
    assert "permission “bulk”" in text_of(card)
    message, listing = await listed(sofia, "tag all of lantern state:open as storm", "Tag “storm”: 1 conversation?")
    await mei.press(message, button(listing, "Yes, all 1"))
    await settled(time.stage)
    assert "storm" not in await kept(one, "tags"), "somebody else's yes is none"
    database = time.stage.service.database
    press = button(listing, "Yes, all 1").press
    assert isinstance(press, ConfirmBulk)
    saved = await database.read(lambda conn: bulks.find(conn, press.bulk_id))
    assert saved is not None
    await database.transact(lambda conn: _spent(conn, saved.bulk, time.clock()))
    await sofia.press(message, button(listing, "Yes, all 1"))
    _, refused = await sofia.see(lambda _, card: "10 bulk actions today" in text_of(card), "the limit")
    assert "which is the limit" in text_of(refused)
    await settled(time.stage)
    assert "storm" not in await kept(one, "tags")


def _spent(conn: Connection, like: Bulk, now: datetime) -> None:
    for number in range(10):
        spent = like.model_copy(update={"bulk_id": f"{number:016x}"})
        bulks.save(conn, spent, now)
        bulks.confirm(conn, spent.bulk_id, now)
