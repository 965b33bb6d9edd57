"""Macros as an agent uses them at the console: asked for what they need, shown with what they do, done once they are sent."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from bot.demo.agent import ConsoleAgent, NothingCame, button
from bot.demo.stage import Stage, staged
from bot.demo.worlds import demo_world
from bot.memory import draft_history, drafts
from playbooks.domain.card import Card
from playbooks.domain.content import Macro, MacroAction, MacroInput
from playbooks.domain.press import UseMacro
from playbooks.macros import lexical as lexical_ranking
from retrieval.classify.macros import TrainedScorer
from tests.classify.small import Synonyms
from tests.content.knowledge_copy import real
from tests.journeys.chat import Chat, chat, reply_text, text_of, until
from tests.journeys.conftest import lexical

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRIYA = "priya.nair@example.com"
WHERE = "Where is my battery SV-20417? The DHL tracking has not moved for days."
CALL = Macro(
    macro_id="call_back",
    name="Zebra call back",
    body="I call you {{ input.day }} about order {{ order.number }}.{% if case.number %} Case {{ case.number }}.{% endif %}",
    inputs=(MacroInput(input_id="day", label="Day", choices=("today", "tomorrow")),),
    actions=(MacroAction(do="tag", value="warranty"), MacroAction(do="note", value="Call {{ input.day }}")),
    examples=("zebra",),
)
PARK = Macro(
    macro_id="park",
    name="Zulu park",
    body="I write to you tomorrow.",
    actions=(MacroAction(do="tag", value="installation"), MacroAction(do="snooze", value="1 day")),
    examples=("zulu",),
)
SILENT = Macro(
    macro_id="silent",
    name="Yankee only notes",
    body="",
    actions=(MacroAction(do="note", value="Order {{ order.number }} was looked at."), MacroAction(do="tag", value="billing")),
    examples=("yankee",),
)
PASS_ON = Macro(
    macro_id="pass_on",
    name="Xray pass on",
    body="Arjun takes over from here.",
    actions=(MacroAction(do="assign", value="arjun.rao@solvane.example"), MacroAction(do="tag", value="vip")),
    examples=("xray",),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    ours = real()
    knowledge = ours.model_copy(update={"macros": (*ours.macros, CALL, PARK, SILENT, PASS_ON)})
    async with staged(demo_world(datetime.now(UTC)), tmp_path_factory.mktemp("stage"), 0, lexical, knowledge) as one:
        yield one


async def used(stage: Stage, mei: ConsoleAgent, macro: Macro) -> tuple[Chat, dict[str, Any], Card]:
    """A chat in which the macro's button was pressed, found by `#` and the start of its name; and the card that came."""
    one = await chat(stage, PRIYA, WHERE)
    message, _ = await one.taken_by(mei)
    start = macro.name[:3].lower()
    await mei.ask(f"#{start}", message["message_id"])
    thread, title = message["message_id"], f"1 macro for “#{start}”"
    listed, found = await mei.see(lambda shown, card: shown["thread_id"] == thread and card.title == title, macro.name)
    await mei.press(listed, button(found, f"Use {macro.name}"))
    shown, card = await mei.see(lambda new, card: new["thread_id"] == thread and macro.name in card.title, macro.name)
    return one, shown, card


async def tags(one: Chat) -> list[str]:
    state = await one.stage.sandboxes["intercom"].state()
    return [str(tag) for tag in state["conversations"][one.conversation_id]["tags"]]


async def test_what_a_macro_asks_is_asked_and_its_actions_run_only_after_sending(stage: Stage, mei: ConsoleAgent) -> None:
    one, form, card = await used(stage, mei, CALL)
    await mei.press(form, button(card, "Fill in"), {"macro_day": ""})
    form, card = await mei.see(lambda _, again: "Still missing" in text_of(again) and again.title == CALL.name, "asked again")
    await mei.press(form, button(card, "Fill in"), {"macro_day": "tomorrow"})
    draft, card = await one.in_thread(mei, "Suggested reply to Priya Nair: Zebra call back")
    assert reply_text(card) == "I call you tomorrow about order SV-20417."
    assert "Then: tag warranty and add the note Call tomorrow" in text_of(card)
    assert "warranty" not in await tags(one)
    await mei.press(draft, button(card, "Send"), {"reply_text": reply_text(card)})
    _, sent = await one.in_thread(mei, "Reply sent")
    assert "Then: tag warranty" in text_of(sent)

    async def done() -> bool:
        return "warranty" in await tags(one) and any("Call tomorrow" in part["body"] for part in await one.parts("note"))

    await until(done, "tag and note")
    assert await one.parts("note", admin="5001")


async def test_the_agent_may_send_the_text_alone(stage: Stage, mei: ConsoleAgent) -> None:
    one, message, card = await used(stage, mei, PARK)
    await mei.press(message, button(card, "Send"), {"reply_text": reply_text(card), "macro_actions": "only_send"})
    _, sent = await one.in_thread(mei, "Reply sent")
    assert "Then" not in text_of(sent)
    assert "installation" not in await tags(one)


async def test_snoozing_by_a_macro_is_a_step_of_the_procedure(stage: Stage, mei: ConsoleAgent) -> None:
    one, message, card = await used(stage, mei, PARK)
    await mei.press(message, button(card, "Send"), {"reply_text": reply_text(card), "macro_actions": "all"})

    async def snoozed() -> bool:
        return bool((await one.record())["state"] == "snoozed")

    await until(snoozed, "the snooze")
    run = (await stage.service.desk.office.memory.run(one.conversation_id)).run
    assert run is not None
    assert run.state == "snoozed"


async def test_a_macro_without_a_text_says_what_it_does_and_waits_for_the_button(stage: Stage, mei: ConsoleAgent) -> None:
    one, message, card = await used(stage, mei, SILENT)
    assert "add the note Order SV-20417 was looked at." in text_of(card)
    assert await one.parts("note") == []
    await mei.press(message, button(card, "Do this"))

    async def done() -> bool:
        return bool(await one.parts("note", admin="5001")) and "billing" in await tags(one)

    await until(done, "note and tag")
    assert await one.parts("comment", admin="5001") == []


async def test_what_the_role_does_not_allow_is_told_and_the_rest_is_done(stage: Stage, mei: ConsoleAgent) -> None:
    one, message, card = await used(stage, mei, PASS_ON)
    await mei.press(message, button(card, "Send"), {"reply_text": reply_text(card)})
    _, told = await one.in_thread(mei, "I cannot do that")
    assert "assign" in text_of(told).lower()

    async def tagged() -> bool:
        return "vip" in await tags(one)

    await until(tagged, "the tag")


async def test_a_colleagues_own_macro_is_neither_found_nor_used(stage: Stage, mei: ConsoleAgent) -> None:
    one = await chat(stage, PRIYA, WHERE)
    message, card = await one.taken_by(mei)
    await mei.ask("#arjun", message["message_id"])
    await mei.see(lambda _, found: found.title == "No macro fits", "none fits")
    theirs = UseMacro(conversation_id=one.conversation_id, macro_id="arjun_dc_switch")
    await mei.press(message, button(card, "Summary").model_copy(update={"press": theirs}))
    _, refused = await one.in_thread(mei, "I cannot do that")
    assert "no longer exists" in text_of(refused)


async def test_a_sent_macro_is_what_macro_choice_learns_from(stage: Stage, mei: ConsoleAgent) -> None:
    one, message, card = await used(stage, mei, PARK)
    await mei.press(message, button(card, "Send"), {"reply_text": reply_text(card), "macro_actions": "only_send"})
    await one.in_thread(mei, "Reply sent")
    pairs = await stage.service.database.read(lambda conn: draft_history.used_macros(conn, 10))
    assert pairs[0] == (WHERE, "park")
    latest = await stage.service.database.read(lambda conn: drafts.latest(conn, one.conversation_id))
    assert latest is not None
    assert latest.outcome == "used"
    scorer = TrainedScorer(Synonyms(), lexical_ranking)
    stage.service.desk.office = replace(stage.service.desk.office, scorer=scorer)
    await stage.service.learn()
    macros = stage.service.desk.office.macros
    chances = dict(zip((macro.macro_id for macro in macros), scorer(WHERE, macros), strict=True))
    stage.service.desk.office = replace(stage.service.desk.office, scorer=None)
    assert max(chances, key=lambda macro_id: chances[macro_id]) == "park"


async def test_the_edited_text_is_checked_when_it_is_sent_and_comes_back_as_typed(stage: Stage, mei: ConsoleAgent) -> None:
    one, message, card = await used(stage, mei, PARK)
    bad = "As I already said, I write to you tomorrow."
    await mei.press(message, button(card, "Send"), {"reply_text": bad})
    message, card = await one.in_thread(mei, "Suggested reply to Priya Nair")
    message, card = await mei.see(lambda _, again: "Not sent" in (again.status.text if again.status else ""), "held back")
    assert reply_text(card) == bad
    assert "Must change: “As I already said”" in text_of(card)
    assert await one.parts("comment", admin="5001") == []
    await mei.press(message, button(card, "Send"), {"reply_text": "I write to you tomorrow by noon."})
    await one.in_thread(mei, "Reply sent")
    with pytest.raises(NothingCame):
        button((await one.in_thread(mei, "Reply sent"))[1], "Send")
