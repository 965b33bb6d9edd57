"""Other bots, and our own words coming back: no machine answers a machine, and the inbox's own bot goes first (L11)."""

from datetime import timedelta
from typing import Any

import pytest

from bot.demo.agent import ConsoleAgent, button
from tests.journeys.chat import Chat, chat, settled, text_of, until
from tests.journeys.moving_time import Moving

pytestmark = pytest.mark.asyncio(loop_scope="module")

HAFIZ = "hafiz.rahman@example.org"
PRO = "8102"
"""The inbox whose own bot goes first."""
ECHOES = 10


async def writes(time: Moving) -> list[Any]:
    """Every call that changes something in Intercom."""
    calls: list[dict[str, Any]] = await time.stage.sandboxes["intercom"].get("/_sandbox/calls")
    return [one["call"] for one in calls if not one["call"].startswith("GET") and "/search" not in one["call"]]


async def test_our_own_reply_coming_back_again_and_again_is_answered_by_nobody(time: Moving, mei: ConsoleAgent) -> None:
    intercom = time.stage.sandboxes["intercom"]
    one = await chat(time.stage, HAFIZ, "How do I pair the gateway?")
    await one.taken_by(mei)
    message, draft = await one.in_thread(mei, "Suggested reply")
    await mei.press(message, button(draft, "Send"), {"reply_text": "Hello Hafiz, hold the button for five seconds."})
    await one.in_thread(mei, "Reply sent")
    await settled(time.stage)
    written, told = await writes(time), await one.told(mei)
    sent = [one["id"] for one in (await intercom.get("/_sandbox/webhooks"))["deliveries"] if "admin" in one["topic"]]
    assert sent, "our reply came back as a webhook"
    for _ in range(ECHOES):
        for notification in sent:
            await intercom.post("/_sandbox/webhooks/redeliver", {"id": notification})
    await settled(time.stage)
    assert await writes(time) == written
    assert await one.told(mei) == told


async def test_another_bots_messages_are_answered_by_nobody(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, HAFIZ, "How do I pair the gateway?")
    await one.taken_by(mei)
    await settled(time.stage)
    written, told = await writes(time), await one.told(mei)
    for number in range(ECHOES):
        await one.bot("says", f"Did you know ({number})? Where is my battery? I am furious, this is a disgrace!")
    await settled(time.stage)
    assert await writes(time) == written
    assert await one.told(mei) == told, "a machine's words neither alert nor draft"


async def pro(time: Moving) -> Chat:
    one = await chat(time.stage, HAFIZ, "My inverter shows E-07.", inbox=PRO)
    await settled(time.stage)
    return one


async def test_the_inboxs_own_bot_goes_first_and_hands_over_to_the_operators(time: Moving, mei: ConsoleAgent) -> None:
    one = await pro(time)
    await one.bot("says", "Have you tried switching it off for ten seconds?")
    await one.customer_writes("Yes, twice.")
    await settled(time.stage)
    assert await one.told(mei) == [], "nobody is called while the bot helps"
    await one.bot("hands_over")
    _, card = await one.alert(mei, "is waiting")
    assert "E-07" in text_of(card)
    await settled(time.stage)
    assert len([card for card in await one.told(mei) if "Suggested reply" in card.title]) == 1


async def test_what_the_inboxs_own_bot_resolves_calls_nobody(time: Moving, mei: ConsoleAgent) -> None:
    one = await pro(time)
    await one.bot("says", "Switch it off for ten seconds.")
    await one.bot("resolves")
    await settled(time.stage)
    await time.later(timedelta(minutes=5))
    assert await one.told(mei) == []


async def test_an_inboxs_bot_that_falls_silent_is_stepped_in_for(time: Moving, mei: ConsoleAgent) -> None:
    one = await pro(time)
    await time.later(timedelta(minutes=1))
    assert await one.told(mei) == []
    await time.later(timedelta(minutes=1, seconds=10))
    await one.alert(mei, "is waiting")


async def test_an_operator_may_step_in_before_the_bot_has_finished(time: Moving, mei: ConsoleAgent) -> None:
    one = await pro(time)
    await one.answered_in_intercom("5001", "Hello Hafiz, Mei here. Which light is on?")
    await one.alert(mei, "With Mei Tan")
    await until(lambda: _assigned(one, "5001"), "the chat to be Mei's in Intercom")


async def _assigned(one: Chat, admin: str) -> bool:
    return str((await one.record())["admin_assignee_id"]) == admin
