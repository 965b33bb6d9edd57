"""K7: an agent's verdict on an answer is kept and moves the articles it rests on; pressed at the console, read in the index."""

import pytest

from bot.demo.agent import ConsoleAgent, button
from bot.demo.stage import Stage
from playbooks.domain.card import TextInput
from playbooks.domain.content import Audience
from retrieval.index.scope import Scope
from tests.journeys.chat import chat, until

pytestmark = pytest.mark.asyncio(loop_scope="module")
QUESTION = "How do I reset the inverter?"


def verdicts(stage: Stage) -> tuple[str, int, int]:
    """Of the article found first: its title's first word, and how often it was found useful and not."""
    _, found = stage.service.index.ranked(QUESTION, Scope(frozenset({Audience.PUBLIC})))
    book = found[0].book
    return book.title_terms[0], book.helpful, book.unhelpful


async def test_a_verdict_pressed_under_an_answer_is_weighed_and_survives_an_index_made_anew(
    stage: Stage, mei: ConsoleAgent
) -> None:
    first, *before = verdicts(stage)
    assert before == [0, 0]
    await mei.ask(f"/kb {QUESTION}")
    message, card = await mei.see(lambda _, card: "reset the inverter" in (card.subtitle or ""), "the answer")

    async def is_now(helpful: int, unhelpful: int) -> None:
        async def look() -> bool:
            return verdicts(stage) == (first, helpful, unhelpful)

        await until(look, f"{helpful} for and {unhelpful} against")

    await mei.press(message, button(card, "Not useful"))
    await is_now(0, 1)
    await mei.press(message, button(card, "Useful"))  # an agent's last word counts, once
    await is_now(1, 0)
    await stage.service.index.weigh({})  # as after `deskside sync --rebuild`
    assert verdicts(stage) == (first, 0, 0)
    await stage.service.learn()
    assert verdicts(stage) == (first, 1, 0)


async def test_a_draft_whose_article_was_withdrawn_meanwhile_is_not_sent(stage: Stage, mei: ConsoleAgent) -> None:
    one = await chat(stage, "priya.nair@example.com", "Where is my battery? The DHL tracking has not moved for days.")
    await one.taken_by(mei)
    message, card = await one.in_thread(mei, "Suggested reply")
    [draft] = [each for part in card.sections for each in part.elements if isinstance(each, TextInput)]
    await stage.service.index.sync([])
    try:
        await mei.press(message, button(card, "Send"), {draft.input_id: draft.value})
        _, held = await mei.see(lambda _, seen: seen.status is not None and seen.status.text.startswith("Not sent"), "why not")
    finally:
        await stage.service.learn()
    assert "was withdrawn after this was drafted" in held.model_dump_json()
    assert await one.parts("comment", admin="5001") == []
