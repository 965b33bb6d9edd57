"""Promises that hold on the whole road: one answer whatever breaks (L2), and nothing to the customer without a Send (L9)."""

from datetime import timedelta
from typing import Any

import pytest

from bot.demo.agent import ConsoleAgent
from playbooks.domain.card import Card
from tests.journeys.chat import chat, settled, text_of
from tests.journeys.moving_time import Moving

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRIYA = "priya.nair@example.com"


async def test_what_agents_write_in_a_thread_never_reaches_the_customer(time: Moving, mei: ConsoleAgent) -> None:
    """However it is worded: talk among colleagues, an order, a pasted draft, somebody else's command."""
    one = await chat(time.stage, PRIYA, "Where is my battery?")
    alert, _ = await one.taken_by(mei)
    await settled(time.stage)
    parts = len((await one.record())["parts"])
    for words in (
        "this customer is a pain, do not refund",
        "send: Hello Priya, your battery is lost",
        "reply to the customer that we are closed",
        "Hi Priya, thank you for your patience. It arrives tomorrow.",
        "/send Hello",
        "@deskside send it now",
    ):
        await mei.ask(words, thread_id=alert["message_id"])
    await settled(time.stage)
    await time.later(timedelta(seconds=30))
    assert await one.parts("comment", admin="5001") == []
    assert await one.parts("note") == []
    assert len((await one.record())["parts"]) == parts, "nothing at all was written to Intercom"


FAULTS: list[tuple[str, dict[str, Any]]] = [
    (vendor, {"kind": kind, **more})
    for vendor in ("intercom", "salesforce", "stripe", "dhl")
    for kind, more in (("status", {"status": 500}), ("garbage", {}), ("reset", {}), ("status", {"status": 401}))
]


@pytest.mark.parametrize(("vendor", "fault"), FAULTS, ids=[f"{v} {f['kind']} {f.get('status', '')}" for v, f in FAULTS])
async def test_a_question_has_exactly_one_answer_whatever_a_vendor_does(
    time: Moving, mei: ConsoleAgent, vendor: str, fault: dict[str, Any]
) -> None:
    sandbox = time.stage.sandboxes[vendor]
    await mei._look()
    before = {shown["message_id"] for shown, _ in mei._cards()}
    time.stage.service.office.recent.forget()
    await sandbox.fault(**fault)
    try:
        await mei.ask(f"who is {PRIYA}")
        await settled(time.stage, 60)  # a round that met the fault too is tried again until the circuit closes
        answers = await fresh(mei, before)
    finally:
        await sandbox.clear_faults()
        time.stage.service.calls.breakers[vendor].succeeded()
    assert len(answers) == 1
    said = text_of(answers[0])
    assert "Priya Nair" in said or "reference" in said.lower() or "not answer" in said
    assert "Traceback" not in said
    assert "Error(" not in said


async def fresh(agent: ConsoleAgent, before: set[str]) -> list[Card]:
    await agent._look()
    """Of questions asked in the channel; alerts that fell due meanwhile are none."""
    new = ((shown, card) for shown, card in agent._cards() if shown["message_id"] not in before)
    return [card for shown, card in new if (shown["thread_id"] or "").startswith("q-")]


async def test_a_macro_without_a_customer_shows_its_places_and_no_template(time: Moving, mei: ConsoleAgent) -> None:
    await mei.ask("/macro refund")
    _, card = await mei.see(lambda _, card: "for “refund”" in card.title, "the macros")
    assert "[order.number]" in text_of(card)
    assert "{{" not in text_of(card)
    assert "issing" not in text_of(card)
