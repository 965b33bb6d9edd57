"""What nobody tells us and the clock finds: work on cases, webhooks that never came, missing cases; and disputes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Update, update

from bot.demo.agent import ConsoleAgent, button
from bot.memory import runs
from bot.memory.database import Database
from bot.memory.tables import outbox
from tests.journeys.chat import Chat, chat, settled, text_of, until
from tests.journeys.moving_time import Moving, moving
from tests.journeys.salesforce import Colleague

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRIYA = "priya.nair@example.com"
WHERE = "Where is my battery? The DHL tracking has not moved for days."
ROUND = timedelta(seconds=31)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def time(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Moving]:
    async with moving(tmp_path_factory.mktemp("rounds")) as one:
        await one.tick()
        yield one


async def undisputed(time: Moving, email: str) -> str:
    state = await time.stage.sandboxes["stripe"].state()
    owners = {one["id"] for one in state["customers"] if one["email"] == email}
    found: str = next(one["id"] for one in state["charges"] if one["customer"] in owners and not one["disputed"])
    return found


async def test_a_dispute_is_told_on_the_customers_open_chat(time: Moving, mei: ConsoleAgent, sofia: ConsoleAgent) -> None:
    """First: Stripe's signatures are valid for five minutes, and the clock is not ahead yet."""
    one = await chat(time.stage, "hafiz.rahman@example.org", "How do I reset the gateway?")
    await one.alert(mei)
    await settled(time.stage)
    charge = await undisputed(time, "hafiz.rahman@example.org")
    await time.stage.sandboxes["stripe"].post("/_sandbox/dispute", {"charge": charge})
    _, card = await one.alert(sofia, "A payment dispute was opened")
    assert "Dispute d" in text_of(card)


async def test_a_dispute_of_somebody_who_is_not_chatting_is_told_by_itself_and_acknowledged(
    time: Moving, sofia: ConsoleAgent
) -> None:
    charge, name = await _of_a_quiet_customer(time)
    await time.stage.sandboxes["stripe"].post("/_sandbox/dispute", {"charge": charge})
    message, card = await sofia.see(
        lambda _, card: card.title.startswith("A payment dispute was opened") and name in text_of(card), "the dispute by itself"
    )
    await sofia.press(message, button(card, "Acknowledge"))
    await sofia.see(
        lambda shown, card: shown["message_id"] == message["message_id"] and "Seen by Sofia" in text_of(card), "seen"
    )


async def _of_a_quiet_customer(time: Moving) -> tuple[str, str]:
    """Somebody with a charge and no open conversation."""
    state = await time.stage.sandboxes["stripe"].state()
    for one in state["customers"]:
        charges = [charge for charge in state["charges"] if charge["customer"] == one["id"] and not charge["disputed"]]
        if charges and one["email"] not in {PRIYA, "hafiz.rahman@example.org"}:
            return charges[0]["id"], one["name"]
    raise AssertionError("everybody chats")


async def escalated(one: Chat, mei: ConsoleAgent) -> dict[str, Any]:
    message, card = await one.taken_by(mei)
    await mei.press(message, button(card, "Escalate"))
    await one.in_thread(mei, "Case 0")
    await settled(one.stage)
    [case] = await one.cases()
    return case


async def test_what_colleagues_do_to_the_case_comes_back_to_the_thread_once(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    case = await escalated(one, mei)
    async with Colleague(time.stage.sandboxes["salesforce"].url) as colleague:
        await colleague.comments(case, "DHL found the *battery* in Hub 4.")
        await colleague.changes(case, Status="Working")
        await time.later(ROUND)
        _, comment = await one.in_thread(mei, "new comment")
        assert "Hub 4" in text_of(comment)
        await one.in_thread(mei, "is now Working")
        await one.alert(mei, "A case was answered")
        await time.later(ROUND)
        await settled(time.stage)
        news = [card for _, card in mei._cards() if case["CaseNumber"] in card.title and "new comment" in card.title]
        assert len(news) == 1
        await colleague.changes(case, Status="Closed")
        await time.later(ROUND)
        await one.in_thread(mei, "is now Closed")


async def test_a_customer_who_writes_after_the_case_reopens_the_chat_and_is_added_to_the_case(
    time: Moving, mei: ConsoleAgent
) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    case = await escalated(one, mei)
    await until(lambda: one.is_state("closed"), "the chat to be closed")
    await one.customer_writes("Any news? The second box is missing too.")
    await until(lambda: one.is_state("open"), "the chat to be reopened")
    await until(lambda: _comments(one, case), "the comment")
    await settled(time.stage)
    [comment] = await _comments(one, case)
    assert "second box" in comment
    assert len(await one.cases()) == 1


async def test_a_chat_whose_case_was_closed_goes_on_in_the_same_case_not_in_a_second_one(
    time: Moving, mei: ConsoleAgent
) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    case = await escalated(one, mei)
    async with Colleague(time.stage.sandboxes["salesforce"].url) as colleague:
        await colleague.changes(case, Status="Closed")
        await time.later(ROUND)
        await one.in_thread(mei, "is now Closed")
        await until(lambda: one.is_state("closed"), "the chat to be closed")
        await asyncio.sleep(1.1)  # Intercom's times are whole seconds
        await one.customer_writes("It broke again.")
        await until(lambda: one.is_state("open"), "the chat to be reopened")
        await settled(time.stage)
        before = len(await _comments(one, case))
        message, _ = await one.alert(mei)
        await mei.ask("open a case", message["message_id"])
        question, shown = await one.in_thread(mei, f"Case {case['CaseNumber']} is closed")
        pressed = button(shown, f"Reopen case {case['CaseNumber']}")
        await mei.press(question, pressed, {"case_note": "Broke again on Monday"})
        await until(lambda: one.is_state("closed"), "the chat to be closed with its case")
        await settled(time.stage)
        [same] = await one.cases()
        assert (same["Id"], same["Status"]) == (case["Id"], "New")
        assert any("Broke again on Monday" in each for each in (await _comments(one, case))[before:])
        for status in ("Closed", "Working"):
            await asyncio.sleep(1.1)  # the test's clock is ahead, so the poll waits for no second to be over
            await colleague.changes(case, Status=status)
            await time.later(ROUND)
        await one.in_thread(mei, "was reopened and is now Working")


async def _comments(one: Chat, case: dict[str, Any]) -> list[str]:
    state = await one.stage.sandboxes["salesforce"].state()
    return [found["CommentBody"] for found in state["CaseComment"] if found["ParentId"] == case["Id"]]


async def test_webhooks_that_never_came_are_made_up_for_and_nothing_doubles_when_they_do(
    time: Moving, mei: ConsoleAgent
) -> None:
    intercom = time.stage.sandboxes["intercom"]
    secret = {"url": f"{time.stage.url}/webhooks/intercom", "client_secret": "sandbox-intercom-client-secret"}
    known = await chat(time.stage, PRIYA, WHERE)
    await known.taken_by(mei)
    await settled(time.stage)
    await intercom.post("/_sandbox/webhooks", secret | {"topics": ["ping"]})
    fresh = await chat(time.stage, PRIYA, "Hello, is anybody there?")
    await known.customer_writes("And my inverter shows E07 now.")
    await time.later(timedelta(minutes=3))
    await fresh.alert(mei, "is waiting")
    await known.alert(mei, "E07")
    trails = await _trails(time.stage.service.database)
    await intercom.post("/_sandbox/webhooks", secret)
    await time.later(timedelta(minutes=1))
    assert await _trails(time.stage.service.database) == trails
    alerts = [one for shown, one in mei._cards() if fresh.conversation_id in one.footer and not shown["thread_id"]]
    assert len(alerts) == 1


async def _trails(database: Database) -> dict[str, int]:
    """How often a customer's words moved each chat."""
    saved = await database.read(lambda conn: runs.recent(conn, limit=500))
    return {one.run.conversation_id: sum(bool(entry.part_id) for entry in one.run.trail) for one in saved}


async def test_a_case_that_never_came_is_looked_for_and_opened_once(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    message, card = await one.taken_by(mei)
    salesforce = time.stage.sandboxes["salesforce"]
    await salesforce.fault(kind="status", status=503, match="PATCH .*/Case/")
    await mei.press(message, button(card, "Escalate"))
    await one.alert(mei, "Case is being opened")
    await time.stage.service.database.transact(lambda conn: conn.execute(_lost(one.conversation_id)) and None)
    await salesforce.clear_faults()
    await time.later(timedelta(minutes=6))
    await one.in_thread(mei, "Case 0")
    await settled(time.stage)
    assert len(await one.cases()) == 1


def _lost(conversation_id: str) -> Update:
    """As after a restore from a backup: the action is gone, the procedure waits."""
    return (
        update(outbox)
        .where(outbox.c.conversation_id == conversation_id, outbox.c.do == "open_case")
        .values(state="refused", reason="lost")
    )
