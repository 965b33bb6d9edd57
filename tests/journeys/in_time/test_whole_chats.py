"""Chats from the first word to the last: a quiet one, one with a lull, and an angry VIP's; nothing is told that need not be."""

import asyncio
from datetime import timedelta

import pytest

from bot.demo.agent import ConsoleAgent, button
from tests.journeys.chat import Chat, chat, reply_text, settled, text_of, until
from tests.journeys.moving_time import Moving

pytestmark = pytest.mark.asyncio(loop_scope="module")

HAFIZ = "hafiz.rahman@example.org"
PRIYA = "priya.nair@example.com"
MINUTE = timedelta(minutes=1)


async def answered(one: Chat, agent: ConsoleAgent, words: str) -> None:
    message, draft = await one.in_thread(agent, "Suggested reply")
    await agent.press(message, button(draft, "Send"), {"reply_text": words})
    await one.in_thread(agent, "Reply sent")
    await settled(one.stage)


async def test_an_angry_vip_is_one_card_that_supervisors_read_and_nobody_is_answered_by_itself(
    time: Moving, mei: ConsoleAgent, sofia: ConsoleAgent
) -> None:
    one = await chat(time.stage, PRIYA, "This is unacceptable, I am furious. Terrible service, the worst. Refund me now.")
    await settled(time.stage)
    _, card = await one.alert(mei, "A VIP customer is waiting")
    assert "Goes to" in text_of(card)
    await one.alert(sofia, "The customer is getting upset")
    await one.customer_writes("Still nothing! What a disgrace.")
    await settled(time.stage)
    for who in (mei, sofia):
        shown = [card for card in await one.told(who) if one.conversation_id in card.footer]
        assert len(shown) == 1, "one card a place, updated in place"
        assert "What a disgrace" in text_of(shown[0]), (who._channel, text_of(shown[0]))
    assert "urgent_escalation" in await one.tags()
    message, card = await one.alert(sofia)
    chief = await time.agent("sofia.lindqvist", "supervisors")
    await chief.press(message, button(card, "Take"))
    await one.alert(sofia, "With Sofia Lindqvist")
    await one.alert(mei, "With Sofia Lindqvist")
    await settled(time.stage)
    assert "VIP customer is waiting (taken)" in text_of((await one.alert(mei))[1])
    assert await one.parts("comment", admin="5003") == [], "nothing was written to the customer"
    assert str((await one.record())["admin_assignee_id"]) == "5003"
    await chief.aclose()


async def in_talk(time: Moving, mei: ConsoleAgent) -> Chat:
    """Answered once, and asked again."""
    one = await chat(time.stage, HAFIZ, "How do I claim under the warranty?")
    await one.taken_by(mei)
    await answered(one, mei, "Hello Hafiz, the serial number and a photo are enough. Which device is it?")
    await asyncio.sleep(1.1)  # Intercom's times are whole seconds, and the clock of the next answer begins with these words
    await one.customer_writes("The inverter. Where is its serial number?")
    await settled(time.stage)
    return one


async def test_a_lull_is_noticed_and_the_holding_reply_that_lies_ready_ends_it(
    time: Moving, mei: ConsoleAgent, sofia: ConsoleAgent
) -> None:
    one = await in_talk(time, mei)
    assert await one.told(mei, "No word from us") == []
    await time.later(3.5 * MINUTE)
    await one.in_thread(mei, "no word from us for three minutes")
    await one.alert(mei, "No word from us")
    message, draft = await one.in_thread(mei, "Suggested reply")
    held = reply_text(draft)
    assert "Hafiz" in held, "the customer is named"
    await mei.press(message, button(draft, "Send"), {"reply_text": held})
    await one.alert(mei, ": no word from us")
    await settled(time.stage)
    [_, sent] = await one.parts("comment", admin="5001")
    assert sent["body"].startswith("<p>")
    await time.later(4 * MINUTE)
    assert await one.told(sofia) == [], "who was told when to expect an answer is not in a lull"


async def test_a_lull_that_goes_on_calls_the_supervisors(time: Moving, mei: ConsoleAgent, sofia: ConsoleAgent) -> None:
    one = await in_talk(time, mei)
    await time.later(3.5 * MINUTE)
    assert await one.told(sofia) == []
    await time.later(3.5 * MINUTE)
    _, called = await sofia.see(
        lambda _, card: "six minutes without a word" in card.title.lower(), "the supervisors to be called"
    )
    assert "Mei Tan" in text_of(called)


async def test_a_quiet_chat_is_answered_resolved_and_leaves_nothing_behind(
    time: Moving, mei: ConsoleAgent, sofia: ConsoleAgent
) -> None:
    one = await chat(time.stage, HAFIZ, "How do I pair the gateway with my Wi-Fi?")
    await one.taken_by(mei)
    await answered(one, mei, "Hello, hold the button for five seconds until the light blinks blue. Did that work?")
    await one.customer_writes("It did, thank you!")
    await settled(time.stage)
    message, card = await one.alert(mei, "thank you")
    await mei.press(message, button(card, "Resolve"))
    await until(lambda: one.is_state("closed"), "the chat to be closed")
    await settled(time.stage)
    assert "resolved" in await one.tags()
    assert len(await one.parts("comment", admin="5001")) == 1, "one answer, as Mei"
    assert await one.cases() == []
    before = len(await one.told(mei))
    await time.later(timedelta(hours=2))
    await time.later(timedelta(days=2))
    await mei.sign_in()
    await sofia.sign_in()
    assert len(await one.told(mei)) == before, "nobody is reminded of a chat that is over"
    assert await one.told(sofia) == []
    await one.alert(mei, "Hafiz Rahman: closed")
