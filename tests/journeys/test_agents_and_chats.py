"""What happens to agents and chats when things are not as planned: races, stale drafts, refusals, other brands, echoes."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.demo.agent import ConsoleAgent, button
from bot.demo.stage import Stage
from tests.journeys.chat import BRIGHTLEAF, chat, counted, reply_text, settled, text_of, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRIYA = "priya.nair@example.com"
WHERE = "Where is my battery? The DHL tracking has not moved for days."


@pytest_asyncio.fixture(loop_scope="module")
async def arjun(stage: Stage) -> AsyncIterator[ConsoleAgent]:
    agent = ConsoleAgent(stage.url, "arjun.rao@solvane.example", stage.token)
    await agent.sign_in()
    yield agent
    await agent.aclose()


@pytest_asyncio.fixture(loop_scope="module")
async def tom(stage: Stage) -> AsyncIterator[ConsoleAgent]:
    agent = ConsoleAgent(stage.url, "tom.becker@solvane.example", stage.token, channel="@tom.becker@solvane.example")
    await agent.sign_in()
    yield agent
    await agent.aclose()


async def test_two_agents_take_a_chat_in_the_same_second_and_one_owns_it(
    stage: Stage, mei: ConsoleAgent, arjun: ConsoleAgent
) -> None:
    one = await chat(stage, PRIYA, WHERE)
    message, card = await one.alert(mei)
    await asyncio.gather(mei.press(message, button(card, "Take")), arjun.press(message, button(card, "Take")))
    _, taken = await one.alert(mei, "With ")
    await settled(stage)
    assignee = str((await one.record())["admin_assignee_id"])
    winner = {"5001": "Mei Tan", "5002": "Arjun Rao"}[assignee]
    assert winner in text_of((await one.alert(mei, "With "))[1])
    told = await one.in_thread(mei, "Nothing to do")
    assert "owns this chat" in text_of(told[1]) or "yours already" in text_of(told[1])
    assert taken.status is not None


async def test_a_draft_written_for_an_older_message_is_not_sent_and_a_new_one_is_offered(
    stage: Stage, mei: ConsoleAgent
) -> None:
    one = await chat(stage, PRIYA, WHERE)
    await one.taken_by(mei)
    message, draft = await one.in_thread(mei, "Suggested reply")
    await one.customer_writes("Never mind the battery, my inverter shows E07 now.")
    await one.alert(mei, "E07")
    await mei.press(message, button(draft, "Send"), {"reply_text": reply_text(draft)})
    _, refused = await one.in_thread(mei, "Not sent")
    assert "E07" in text_of(refused)
    assert await one.parts("comment", admin="5001") == []


async def test_words_the_voice_policy_blocks_are_not_sent_and_the_typed_text_is_kept(stage: Stage, mei: ConsoleAgent) -> None:
    one = await chat(stage, PRIYA, WHERE)
    await one.taken_by(mei)
    message, draft = await one.in_thread(mei, "Suggested reply")
    typed = "Please pay with card 4111 1111 1111 1111 again."
    await mei.press(message, button(draft, "Send"), {"reply_text": typed})
    _, kept = await mei.see(
        lambda shown, card: shown["message_id"] == message["message_id"] and reply_text(card) == typed, "the kept text"
    )
    assert "Before you send" in text_of(kept)
    await settled(stage)
    assert await one.parts("comment", admin="5001") == []


async def test_pressing_send_twice_sends_once(stage: Stage, mei: ConsoleAgent) -> None:
    one = await chat(stage, PRIYA, WHERE)
    await one.taken_by(mei)
    message, draft = await one.in_thread(mei, "Suggested reply")
    inputs = {"reply_text": "Hello Priya, I am looking into it and will write to you by noon."}
    await asyncio.gather(*(mei.press(message, button(draft, "Send"), inputs) for _ in range(3)))
    await one.in_thread(mei, "Reply sent")
    await settled(stage)
    assert len(await one.parts("comment", admin="5001")) == 1


async def test_a_chat_of_another_brand_is_ignored_and_counted(stage: Stage, mei: ConsoleAgent) -> None:
    before = await counted(stage, "ignored:other_inbox")
    await chat(stage, PRIYA, "My Brightleaf lamp flickers.", inbox=BRIGHTLEAF)
    await until(lambda: _more(stage, "ignored:other_inbox", before), "the ignored chat to be counted")
    assert await counted(stage, "chats_of_others:Brightleaf")
    ours = await chat(stage, PRIYA, WHERE)
    await ours.alert(mei)
    assert not [card for _, card in mei._cards() if "Brightleaf" in text_of(card)]


async def _more(stage: Stage, name: str, before: int) -> bool:
    return await counted(stage, name) > before


async def test_a_webhook_delivered_three_more_times_raises_one_alert(stage: Stage, mei: ConsoleAgent) -> None:
    one = await chat(stage, PRIYA, WHERE)
    await one.alert(mei)
    summary = await stage.sandboxes["intercom"].get("/_sandbox/webhooks")
    newest = summary["deliveries"][-1]["id"]
    for _ in range(3):
        await stage.sandboxes["intercom"].post("/_sandbox/webhooks/redeliver", {"id": newest})
    await settled(stage)
    await mei._look()
    alerts = [card for shown, card in mei._cards() if one.conversation_id in card.footer and shown["thread_id"] is None]
    assert len(alerts) == 1


async def test_an_account_executive_may_not_escalate_and_is_told_why(
    stage: Stage, mei: ConsoleAgent, tom: ConsoleAgent
) -> None:
    one = await chat(stage, PRIYA, WHERE)
    message, card = await one.taken_by(mei)
    await tom.press(message | {"thread_id": None}, button(card, "Escalate"))
    _, refused = await tom.see(lambda _, shown: "I cannot do that" in shown.title, "the refusal")
    assert "permission" in text_of(refused)
    await settled(stage)
    assert await one.cases() == []


@pytest.mark.parametrize(
    ("question", "title", "words"),
    [
        ("who is nobody@nowhere.example", "I found nobody", "nobody@nowhere.example"),
        ("flurb the wug", "I am not sure what you need", ""),
        ("/customer", "How to use", "/customer"),
        ("where is order SV-20417", "SV-20417", "DHL"),
    ],
)
async def test_every_question_gets_exactly_one_answer(
    stage: Stage, mei: ConsoleAgent, question: str, title: str, words: str
) -> None:
    await mei._look()
    before = {shown["message_id"] for shown, _ in mei._cards()}
    await mei.ask(question)
    shown, answer = await mei.see(lambda shown, card: shown["message_id"] not in before and title in card.title, title)
    assert words.lower() in text_of(answer).lower()
    await settled(stage)
    await mei._look()
    assert len([one for one, _ in mei._cards() if one["thread_id"] == shown["thread_id"]]) == 1
