"""Customers without live chat: a colleague sees who it is and why, tells them, or lets them in; nobody is hurried."""

from datetime import timedelta

import pytest

from bot.demo.agent import ConsoleAgent, NothingCame, button
from tests.journeys.chat import Chat, chat, reply_text, settled, text_of, until
from tests.journeys.moving_time import Moving

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_visitor_is_told_kindly_and_nobody_is_hurried(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, "visitor.one@new.example", "Can I return my charger?")
    _, card = await one.alert(mei, "not entitled to live chat")
    assert "Can I return my charger?" in text_of(card)
    with pytest.raises(NothingCame):
        button(card, "Take")
    sofia = await time.agent("sofia.lindqvist", "supervisors")
    await settled(time.stage)
    await time.later(timedelta(minutes=6))
    assert await one.told(sofia) == [], "no promise of live chat is broken"
    message, draft = await one.in_thread(mei, "Suggested reply")
    assert "one working day" in reply_text(draft)
    await mei.press(message, button(draft, "Send"), {"reply_text": reply_text(draft)})
    await one.in_thread(mei, "Reply sent")
    await settled(time.stage)
    await time.later(timedelta(hours=2))
    assert await one.told(sofia) == [], "they were told"
    assert "not-entitled" in await one.tags()
    await sofia.aclose()


async def test_a_colleague_may_let_somebody_in_who_is_not_entitled(time: Moving, mei: ConsoleAgent) -> None:
    await mei.sign_in()
    one = await chat(time.stage, "visitor.two@new.example", "My battery smells of burning plastic!")
    message, card = await one.alert(mei, "not entitled to live chat")
    await mei.press(message, button(card, "Answer anyway"))
    await one.alert(mei, "With Mei Tan")
    await until(lambda: _untagged(one), "the tag to be taken off")


async def _untagged(one: Chat) -> bool:
    return "not-entitled" not in await one.tags()
