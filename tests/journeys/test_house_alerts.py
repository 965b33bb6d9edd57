"""The house's own troubles, told to operations once and ended by themselves: a vendor's outage, and work that was given up."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.demo.agent import ConsoleAgent, button
from playbooks.domain.card import Card
from tests.journeys.chat import chat, settled, text_of
from tests.journeys.moving_time import Moving, moving

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRIYA, HAFIZ = "priya.nair@example.com", "hafiz.rahman@example.org"
OUTAGE, FAILURE = "A connected system does not answer", "Deskside could not finish something"
MINUTE = timedelta(minutes=1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("house-alerts")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def time(folder: Path) -> AsyncIterator[Moving]:
    async with moving(folder) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def dana(time: Moving) -> AsyncIterator[ConsoleAgent]:
    agent = await time.agent("dana.okafor", "operations")
    yield agent
    await agent.aclose()


async def titled(agent: ConsoleAgent, title: str) -> list[Card]:
    await agent._look()
    return [card for _, card in agent._cards() if card.title.startswith(title)]


async def over(agent: ConsoleAgent, title: str) -> None:
    await agent.see(
        lambda _, card: card.title.startswith(title) and card.status is not None and card.status.text == "Over",
        f"{title} to be over",
    )


async def test_an_outage_is_told_once_and_is_over_when_the_vendor_answers_again(time: Moving, dana: ConsoleAgent) -> None:
    stripe, mei = time.stage.sandboxes["stripe"], await time.agent("mei.tan")
    await stripe.fault(kind="status", status=503)
    for _ in range(4):
        time.stage.service.office.recent.forget()
        one = await chat(time.stage, PRIYA, "Where is my battery?")
        await settled(time.stage)
    named = [gap.source for card in await one.told(mei) for gap in card.gaps]
    assert "stripe" in named, "the customer card names what is missing"
    await time.later(MINUTE)
    assert "Stripe" in text_of((await titled(dana, OUTAGE))[0])
    await time.later(MINUTE)
    await stripe.clear_faults()
    time.stage.service.calls.breakers["stripe"]._open_until = 0.0  # fifteen real seconds that nobody need wait here
    time.stage.service.office.recent.forget()
    again = await chat(time.stage, HAFIZ, "How do I pair the gateway?")
    await again.alert(mei)
    await settled(time.stage)
    await time.later(MINUTE)
    await over(dana, OUTAGE)
    assert len(await titled(dana, OUTAGE)) == 1
    await mei.aclose()


async def test_credentials_that_expired_are_told_to_operations_and_are_over_once_renewed(
    time: Moving, dana: ConsoleAgent
) -> None:
    stripe, expired = time.stage.sandboxes["stripe"], f"{FAILURE}: Stripe"
    await stripe.fault(kind="status", status=401)
    for email in (PRIYA, HAFIZ, PRIYA):
        time.stage.service.office.recent.forget()
        await chat(time.stage, email, "Where is my battery?")
        await settled(time.stage)
    await time.later(MINUTE)
    [card] = await titled(dana, expired)
    assert "does not accept our credentials" in text_of(card)
    assert "DESKSIDE_STRIPE_" in text_of(card)
    message, _ = await dana.see(lambda _, card: card.title == expired, "the alert")
    await dana.press(message, button(card, "Take"))
    await dana.see(lambda _, card: card.title == expired and "With Dana" in text_of(card), "who looks after it")
    await stripe.clear_faults()
    time.stage.service.office.recent.forget()
    await chat(time.stage, HAFIZ, "How do I pair the gateway?")
    await settled(time.stage)
    await time.later(MINUTE)
    await over(dana, expired)


async def deskside(folder: Path, *words: str) -> str:
    """What an operator's command prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, "--data", str(folder), stdout=asyncio.subprocess.PIPE, env=dict(os.environ)
    )
    told, _ = await process.communicate()
    assert process.returncode == 0
    return told.decode()


async def test_work_that_was_given_up_is_told_to_operations_until_somebody_has_seen_to_it(
    time: Moving, dana: ConsoleAgent, folder: Path
) -> None:
    intercom, mei = time.stage.sandboxes["intercom"], await time.agent("mei.tan")
    await intercom.fault(kind="status", status=401, match=r"GET /conversations/\d+")
    one = await chat(time.stage, HAFIZ, "How do I claim under the warranty?")
    await settled(time.stage)
    await time.later(MINUTE)
    [told] = [card for card in await titled(dana, FAILURE) if "given up" in text_of(card)]
    assert "deskside jobs" in text_of(told)
    assert "warranty" not in text_of(told)
    await intercom.clear_faults()
    dead = json.loads(await deskside(folder, "jobs", "list", "--state", "dead", "--json"))
    assert dead
    assert f"{len(dead)} jobs in line again" in await deskside(folder, "jobs", "retry", "--all")
    await time.later(MINUTE)
    await one.alert(mei, "is waiting")
    await time.later(MINUTE)
    await over(dana, FAILURE)
    await mei.aclose()
