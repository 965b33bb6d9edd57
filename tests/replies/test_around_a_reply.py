"""Around a reply, at the console: the chat in short, its mood and tags, the agents’ verdicts, what became of drafts."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app, commands
from bot.demo.agent import ConsoleAgent, NothingCame, button
from bot.demo.stage import Stage
from bot.evaluate.outcomes import outcomes
from bot.memory import drafts
from playbooks.domain.card import Quote
from tests.journeys.chat import chat, reply_text, text_of, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRIYA = "priya.nair@example.com"
WHERE = "Where is my battery SV-20417? The DHL tracking has not moved for days. This is terrible, I want my money back!"


async def test_the_alert_tells_the_mood_and_sets_a_suggested_tag(stage: Stage, mei: ConsoleAgent) -> None:
    one = await chat(stage, PRIYA, WHERE)
    message, card = await one.taken_by(mei)
    assert "Mood: upset" in text_of(card)
    assert "Language" not in text_of(card)
    await mei.press(message, button(card, "Tag delivery"))
    _, card = await one.alert(mei, "Tags: urgent_escalation, delivery")
    with pytest.raises(NothingCame):
        button(card, "Tag delivery")

    async def tagged() -> bool:
        state = await stage.sandboxes["intercom"].state()
        return "delivery" in state["conversations"][one.conversation_id]["tags"]

    await until(tagged, "the tag in Intercom")


@pytest.mark.parametrize("words", ["summarise this chat", "what happened so far?", "/deskside summary"])
async def test_a_chat_in_short_is_had_by_typing(stage: Stage, mei: ConsoleAgent, words: str) -> None:
    one = await chat(stage, PRIYA, WHERE)
    message, _ = await one.taken_by(mei)
    await mei.ask(words, message["message_id"])
    _, card = await one.in_thread(mei, "In short: Priya Nair")
    [told] = [one for section in card.sections for one in section.elements if isinstance(one, Quote)]
    assert "Priya Nair wants:" in told.text
    assert len(told.text.split()) <= 100
    assert "own words" in text_of(card)
    assert "Language: English" in text_of(card)


async def test_a_chat_in_short_is_had_by_a_button_and_for_another_chat_by_its_number(stage: Stage, mei: ConsoleAgent) -> None:
    one = await chat(stage, PRIYA, WHERE)
    message, card = await one.taken_by(mei)
    await mei.press(message, button(card, "Summary"))
    await one.in_thread(mei, "In short: Priya Nair")
    await mei.ask(f"summary of conversation {one.conversation_id}")
    await mei.see(
        lambda shown, card: (
            shown["thread_id"] != message["message_id"] and card.footer == f"Conversation {one.conversation_id}"
        ),
        "the same in another thread",
    )


async def test_without_a_model_no_translation_is_offered_and_one_typed_is_told_why(stage: Stage, mei: ConsoleAgent) -> None:
    words = "Wo ist meine Batterie SV-20417? Ich habe sie nicht bekommen, das DHL tracking has not moved, battery late days."
    one = await chat(stage, PRIYA, words)
    message, alert = await one.taken_by(mei)
    assert "Language: German" in text_of(alert)
    first, card = await one.in_thread(mei, "Suggested reply")
    with pytest.raises(NothingCame):
        button(card, "In German")
    await mei.ask("in their language", message["message_id"])
    _, told = await mei.see(
        lambda shown, new: shown["thread_id"] == first["thread_id"] and "no language model is set up" in text_of(new), "why not"
    )
    assert "The customer writes German" in text_of(told)
    assert reply_text(told)


async def test_not_useful_asks_why_and_both_are_in_the_outcomes(stage: Stage, mei: ConsoleAgent) -> None:
    one = await chat(stage, PRIYA, WHERE)
    await one.taken_by(mei)
    message, card = await one.in_thread(mei, "Suggested reply")
    await mei.press(message, button(card, "Not useful"))
    asked, why = await one.in_thread(mei, "What was wrong with it?")
    await mei.press(asked, button(why, "Out of date"))
    thanked, _ = await one.in_thread(mei, "Thank you")
    assert thanked["message_id"] == asked["message_id"]
    rows = await outcomes(stage.service.database, datetime.now(UTC) - timedelta(minutes=5))
    assert {"outdated": 1} in [row.reasons for row in rows if row.of == "article"]
    assert next(row for row in rows if row.of == "all").not_useful == 1


async def test_an_answer_typed_in_intercom_itself_is_measured_against_the_draft(stage: Stage, mei: ConsoleAgent) -> None:
    one = await chat(stage, PRIYA, WHERE)
    await one.taken_by(mei)
    _, card = await one.in_thread(mei, "Suggested reply")
    text = reply_text(card)
    intercom = stage.service.connections["intercom"].inbox_sink
    assert intercom is not None
    await intercom.reply(one.conversation_id, "5001", f"{text} Take care.")

    async def decided() -> Any:
        return await stage.service.database.read(lambda conn: drafts.latest(conn, one.conversation_id))

    async def used() -> bool:
        return bool((await decided()).outcome == "used")

    await until(used, "the outcome")


async def test_outcomes_are_told_as_json_with_reasons_and_cost(stage: Stage) -> None:
    assert commands
    directory = {"DESKSIDE_DATA_DIR": str(stage.service.settings.service.data_dir)}
    told = await asyncio.to_thread(CliRunner().invoke, app, ["eval", "outcomes", "--json"], env=directory)
    assert told.exit_code == 0, told.output
    rows = json.loads(told.output)["rows"]
    assert rows[0]["of"] == "all"
    assert {"used", "edited", "ignored", "useful", "not_useful", "reasons", "tokens", "cost_usd"} <= set(rows[0])
