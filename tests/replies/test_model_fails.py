"""Suggested replies while the model invents, is slow, refuses or is down: the quoted draft comes in time and says why."""

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.demo.agent import ConsoleAgent, button
from bot.demo.stage import Stage
from playbooks.domain.card import Card
from tests.journeys.chat import Chat, counted, reply_text
from tests.replies.fake_llm import FakeLlm
from tests.replies.suggesting import DEADLINE, GOOD, grounded, notices, staged_with_model, suggested

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory, llm: FakeLlm) -> AsyncIterator[Stage]:
    async with staged_with_model(tmp_path_factory.mktemp("stage"), llm) as one:
        yield one


async def test_a_reply_of_inventions_only_becomes_the_quoted_one_and_says_so(
    stage: Stage, mei: ConsoleAgent, llm: FakeLlm
) -> None:
    llm.reset()
    llm.says(grounded("We open an investigation tomorrow at 09:15.", "We refund $5,000."))
    _, _, card = await suggested(stage, mei)
    assert "09:15" not in reply_text(card)
    assert "wrote what they do not say" in notices(card)
    assert "We open an investigation with DHL" in reply_text(card)


@pytest.mark.parametrize(
    ("knobs", "said"),
    [
        ({"first_token_seconds": 60.0}, {}),
        ({"status": 401}, {}),
        ({}, "I would rather not."),
        ({}, {"answered": False, "sentences": []}),
        ({}, '{"answered": true, "sentences": [{"text": "We open an inv'),
        ({"cut_after": 30}, '{"answered": true, "sentences": []}'),
        ({"refusal": "I cannot help with that."}, {}),
        ({"finish": "length"}, {"sentences": []}),
        ({"finish": "content_filter"}, {"sentences": []}),
        ({"status": 500}, {}),
        ({"status": 429, "headers": {"Retry-After": "0.1"}}, {}),
    ],
    ids=["slow", "key", "malformed", "no answer", "half", "cut", "refusal", "length", "filter", "down", "throttled"],
)
async def test_whatever_happens_to_the_model_the_agent_has_the_quoted_draft_in_time(
    stage: Stage, mei: ConsoleAgent, llm: FakeLlm, knobs: dict[str, Any], said: Any
) -> None:
    """A draft that went well comes first, so that the model is asked anew and is not resting from the case before."""
    llm.reset()
    llm.says(grounded(GOOD))
    one, first, _ = await suggested(stage, mei)
    message, card = await one.alert(mei)
    llm.reset(**knobs)
    llm.says(said)
    begun = time.monotonic()
    await mei.press(message, button(card, "Suggest reply"))
    card = await quoted(mei, one, first)
    assert time.monotonic() - begun < DEADLINE + 6
    assert len(llm.asked) == 1
    assert "We open an investigation with DHL" in reply_text(card)
    assert card.status is not None
    assert "word for word" in card.status.text


async def quoted(mei: ConsoleAgent, one: Chat, before: dict[str, Any]) -> Card:
    """The next suggestion of this chat, which says that the model's is not shown."""
    _, card = await mei.see(
        lambda shown, new: (
            shown["thread_id"] == before["thread_id"]
            and shown["message_id"] != before["message_id"]
            and "Quoted from the articles, because the language model" in notices(new)
        ),
        f"the quoted draft of {one.conversation_id}",
    )
    return card


async def test_failures_are_counted_by_their_kind(stage: Stage) -> None:
    assert await counted(stage, "llm:reply:unavailable") >= 1
    assert await counted(stage, "llm:reply:refused") >= 1
    assert await counted(stage, "llm:reply:unsupported") >= 1


async def test_a_quota_that_is_used_up_costs_one_question_and_then_no_time(
    stage: Stage, mei: ConsoleAgent, llm: FakeLlm
) -> None:
    """Last in this file: the model is left alone for ten minutes."""
    llm.reset()
    llm.says(grounded(GOOD))
    one, first, _ = await suggested(stage, mei)
    message, card = await one.alert(mei)
    llm.reset(status=429, code="insufficient_quota")
    await mei.press(message, button(card, "Suggest reply"))
    assert "Raise the model's quota" in notices(await quoted(mei, one, first))
    await suggested(stage, mei)
    assert len(llm.asked) == 1
