"""The step panel at work: asked for in words and by button, one message a thread, brought up to date as the chat moves."""

import pytest

from bot.demo.agent import ConsoleAgent, button
from bot.demo.stage import Stage
from tests.journeys.chat import chat, reply_text, settled, text_of, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_panel_is_shown_when_asked_for_and_moves_with_the_chat(stage: Stage, mei: ConsoleAgent) -> None:
    one = await chat(stage, "priya.nair@example.com", "Where is my battery?")
    alert, card = await one.taken_by(mei)
    await mei.press(alert, button(card, "Steps"))
    shown, panel = await one.in_thread(mei, "Live chat")
    assert "The customer waits for you" in panel.subtitle
    assert "Mei Tan" in text_of(panel)
    message, draft = await one.in_thread(mei, "Suggested reply")
    await mei.press(message, button(draft, "Send"), {"reply_text": reply_text(draft)})
    await until(lambda: one.parts("comment", admin="5001"), "the reply in Intercom")
    await mei.see(
        lambda seen, now: seen["message_id"] == shown["message_id"] and "the customer has the word" in now.subtitle,
        "the same panel, one step on",
    )
    await mei.ask("where are we?", thread_id=alert["message_id"])
    await settled(stage)
    again, _ = await one.in_thread(mei, "Live chat")
    assert again["message_id"] == shown["message_id"], "one panel a thread"
    await mei.press(again, button(panel, "Snooze"))
    await mei.see(
        lambda seen, now: seen["message_id"] == shown["message_id"] and "Snoozed" in now.subtitle, "a move from the panel"
    )


async def test_without_a_conversation_it_asks_which_one(stage: Stage, mei: ConsoleAgent) -> None:
    await mei.ask("/deskside sop")
    await mei.see(lambda _, card: card.title == "Which conversation?", "a question back")
