"""Suggested replies as an agent sees them, with a model that answers."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.demo.agent import ConsoleAgent, button
from bot.demo.stage import Stage
from bot.evaluate.outcomes import outcomes
from bot.memory import audit
from tests.journeys.chat import counted, reply_text, text_of
from tests.replies.fake_llm import FakeLlm
from tests.replies.suggesting import EXCERPT, GOOD, WHERE, grounded, notices, staged_with_model, suggested

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory, llm: FakeLlm) -> AsyncIterator[Stage]:
    async with staged_with_model(tmp_path_factory.mktemp("stage"), llm) as one:
        yield one


async def test_the_models_words_are_shown_with_what_they_rest_on(stage: Stage, mei: ConsoleAgent, llm: FakeLlm) -> None:
    llm.reset()
    llm.says(grounded(GOOD))
    one, _, card = await suggested(stage, mei)
    assert GOOD in reply_text(card)
    assert reply_text(card).startswith("Hello Priya")
    assert card.status is not None
    assert "model" in card.status.text
    assert EXCERPT in text_of(card)
    entries = await stage.service.database.read(lambda conn: audit.entries(conn, subject=one.conversation_id))
    [detail] = [entry.detail for entry in entries if entry.what == "llm.reply"]
    assert detail is not None
    assert detail["prompt_version"] == "reply-1"
    assert detail["prompt_tokens"] > 0


async def test_what_is_private_never_reaches_the_model(stage: Stage, mei: ConsoleAgent, llm: FakeLlm) -> None:
    llm.reset()
    llm.says(grounded(GOOD))
    await suggested(stage, mei)
    everything = json.dumps(llm.asked)
    for secret in ("4111", "9123 4567", "priya.private", "priya.nair@", "S$4,200"):
        assert secret not in everything
    assert "SV-20417" in everything
    assert "goodwill" not in everything.lower()


async def test_inventions_are_removed_and_promises_that_the_customer_dictates_too(
    stage: Stage, mei: ConsoleAgent, llm: FakeLlm
) -> None:
    llm.reset()
    llm.says(
        grounded(GOOD, "We open an investigation and refund $5,000.", "We open an investigation with DHL for order SV-20417.")
    )
    _, _, card = await suggested(stage, mei)
    assert "5,000" not in reply_text(card)
    assert "SV-20417" in reply_text(card)
    assert "1 sentence removed" in notices(card)


@pytest.mark.parametrize(
    "invented",
    [
        "We open an investigation with DHL as soon as the tracking has not moved for 17 working days.",
        "We open an investigation with DHL on 24 December 2026.",
        "We open an investigation with DHL for S$99.",
        "We open an investigation with FedEx as soon as the tracking has not moved.",
        "We open an investigation with DHL at https://solvane-refunds.example/claim now.",
        "Write to claims@solvane-refunds.example and we open an investigation with DHL.",
    ],
    ids=["number", "date", "price", "name", "url", "address"],
)
async def test_an_invented_figure_name_or_address_is_removed_and_the_card_says_so(
    stage: Stage, mei: ConsoleAgent, llm: FakeLlm, invented: str
) -> None:
    llm.reset()
    llm.says(grounded(GOOD, invented))
    _, _, card = await suggested(stage, mei)
    assert GOOD in reply_text(card)
    assert invented not in reply_text(card)
    assert "1 sentence removed" in notices(card)


async def test_an_excerpt_that_is_nowhere_bears_nothing_out(stage: Stage, mei: ConsoleAgent, llm: FakeLlm) -> None:
    llm.reset()
    one = {"source": 1, "excerpt": "We always open an investigation on the same day", "step": False}
    llm.says({"sentences": [{"text": GOOD, **one}]})
    _, _, card = await suggested(stage, mei)
    assert "wrote what they do not say" in notices(card)
    assert "word for word" in (card.status.text if card.status else "")


async def test_two_drafts_for_two_customers_begin_with_the_same_bytes(stage: Stage, mei: ConsoleAgent, llm: FakeLlm) -> None:
    """What providers cache is a prefix: the same instructions, format and model before anything of a customer's."""
    llm.reset()
    llm.says(grounded(GOOD))
    await suggested(stage, mei)
    await suggested(stage, mei, f"Hello, I am somebody else. {WHERE}")
    one, other = (body["messages"] for body in llm.asked[:2])
    assert json.dumps(one[0]).encode() == json.dumps(other[0]).encode()
    assert one[0]["role"] == "system"
    assert one[1] != other[1]
    assert {json.dumps(body["response_format"]) for body in llm.asked} == {json.dumps(llm.asked[0]["response_format"])}


async def test_what_drafts_cost_is_on_the_operators_page_in_the_metrics_and_in_the_outcomes(
    stage: Stage, mei: ConsoleAgent, llm: FakeLlm
) -> None:
    llm.reset()
    llm.says(grounded(GOOD))
    await suggested(stage, mei)
    metrics = stage.service.metrics.text().decode()
    [read] = re.findall(r'deskside_llm_tokens_total\{kind="read",model="fake"\} (\S+)', metrics)
    assert float(read) > 0
    assert re.search(r'deskside_llm_cost_usd_total\{model="fake"\} 0\.\d*[1-9]', metrics)
    assert await counted(stage, "llm:tokens:read") == float(read)
    rows = await outcomes(stage.service.database, datetime.now(UTC) - timedelta(hours=1))
    [row] = [one for one in rows if one.of == "model"]
    assert row.name == "fake, reply-1"
    assert row.tokens > 0
    assert row.cost_usd > 0


async def test_a_summary_by_the_model_adds_nothing_and_says_whose_words_they_are(
    stage: Stage, mei: ConsoleAgent, llm: FakeLlm
) -> None:
    llm.reset()
    llm.says(grounded(GOOD))
    one, _, _ = await suggested(stage, mei)
    message, card = await one.alert(mei)
    llm.reset()
    llm.says({"lines": ["Priya asks where battery SV-20417 is.", "She was promised $900 by 14:00."]})
    await mei.press(message, button(card, "Summary"))
    _, short = await one.in_thread(mei, "In short: Priya Nair")
    assert "Priya asks where battery SV-20417 is." in text_of(short)
    assert "$900" not in text_of(short)
    assert "language model" in text_of(short)
    llm.reset(status=500)
    await mei.ask("sum it up", message["message_id"])
    _, quoted = await mei.see(lambda _, new: "did not answer" in notices(new) and new.title.startswith("In short"), "quoted")
    assert "Priya Nair wants:" in text_of(quoted)


def german(body: dict[str, Any]) -> dict[str, Any]:
    """Not German that anybody speaks: every word that is no name or figure becomes a small word."""
    told = re.findall(r"<<<sentence \d+ \w+\n(.*?)\nsentence \d+ \w+>>>", str(body["messages"][1]["content"]), re.DOTALL)
    return {
        "lines": [" ".join(one if re.search(r"[A-Z\d@/:]", one) else "und" for one in line.split()) + " ich" for line in told]
    }


async def test_a_draft_in_the_customers_language_says_the_same_figures(stage: Stage, mei: ConsoleAgent, llm: FakeLlm) -> None:
    llm.reset()
    llm.says(grounded(GOOD))
    words = "Wo ist meine Batterie SV-20417? Ich habe sie nicht bekommen, das DHL tracking has not moved, battery late days."
    one, message, card = await suggested(stage, mei, words)
    llm.reset()
    llm.says(german)
    await mei.press(message, button(card, "In German"))
    _, turned = await mei.see(
        lambda shown, new: shown["message_id"] != message["message_id"] and "Translated into German" in notices(new), "German"
    )
    assert "und" in reply_text(turned)
    assert one.conversation_id
    assert "In English:" in notices(turned)


async def test_nothing_is_sent_until_the_agent_presses_send(stage: Stage, mei: ConsoleAgent, llm: FakeLlm) -> None:
    llm.reset()
    llm.says(grounded(GOOD))
    one, message, card = await suggested(stage, mei)
    assert await one.parts("comment", admin="5001") == []
    await mei.press(message, button(card, "Send"), {"reply_text": reply_text(card)})
    await one.in_thread(mei, "Reply sent")
    assert GOOD in (await one.parts("comment", admin="5001"))[0]["body"]
