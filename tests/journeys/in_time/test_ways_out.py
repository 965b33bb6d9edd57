"""Escalation when Salesforce will not, the other ways out with their forms, and handing a chat to a colleague."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.demo.agent import ConsoleAgent, button
from playbooks.domain.card import Card, TextInput
from tests.journeys.chat import Chat, chat, settled, text_of, until
from tests.journeys.moving_time import Moving

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRIYA = "priya.nair@example.com"
WHERE = "Where is my battery? The DHL tracking has not moved for days."


def value_of(card: Card, input_id: str) -> str:
    inputs = [one for section in card.sections for one in section.elements if isinstance(one, TextInput)]
    return next(one.value for one in inputs if one.input_id == input_id)


async def one_case(one: Chat) -> list[dict[str, Any]]:
    await settled(one.stage)
    cases = await one.cases()
    assert len(cases) == 1
    return cases


async def test_a_field_that_salesforce_misses_is_named_in_a_form_that_has_lost_nothing(time: Moving, mei: ConsoleAgent) -> None:
    salesforce = time.stage.sandboxes["salesforce"]
    one = await chat(time.stage, PRIYA, WHERE)
    message, card = await one.taken_by(mei)
    await salesforce.post("/_sandbox/rules", {"required": {"Case": ["Type"]}})
    await mei.press(message, button(card, "Escalate"), {"case_subject": "Battery lost at DHL", "case_note": "Call DHL first"})
    form, shown = await one.in_thread(mei, "Open a Salesforce case")
    assert "Type" in text_of((await one.in_thread(mei, "I cannot do that"))[1])
    assert value_of(shown, "case_subject") == "Battery lost at DHL"
    assert value_of(shown, "case_note") == "Call DHL first"
    assert await one.cases() == []
    filled = {"case_subject": "Battery lost at DHL", "case_note": "Call DHL first", "case_field.Type": "Problem"}
    await mei.press(form, button(shown, "Open the case"), filled)
    await one.in_thread(mei, "Case 0")
    [case] = await one_case(one)
    await salesforce.delete("/_sandbox/rules")
    assert (case["Type"], case["Subject"]) == ("Problem", "Battery lost at DHL")
    assert "Call DHL first" in case["Description"]


async def test_a_validation_rule_is_told_in_salesforces_own_terms_and_can_be_met(time: Moving, mei: ConsoleAgent) -> None:
    salesforce = time.stage.sandboxes["salesforce"]
    one = await chat(time.stage, PRIYA, WHERE)
    message, card = await one.taken_by(mei)
    rule = {"object": "Case", "field": "Priority", "equals": "High", "message": "High needs a manager."}
    await salesforce.post("/_sandbox/rules", {"validation": [rule]})
    await mei.press(message, button(card, "Escalate"), {"case_priority": "High"})
    form, shown = await one.in_thread(mei, "Open a Salesforce case")
    await mei.press(form, button(shown, "Open the case"), {"case_priority": "Medium"})
    await one.in_thread(mei, "Case 0")
    [case] = await one_case(one)
    await salesforce.delete("/_sandbox/rules")
    assert case["Priority"] == "Medium"


async def test_a_storm_of_503_ends_in_one_case(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    message, card = await one.taken_by(mei)
    await time.stage.sandboxes["salesforce"].fault(kind="status", status=503, match="PATCH .*/Case/", times=4)
    await mei.press(message, button(card, "Escalate"))
    await one.in_thread(mei, "Case 0")
    await one_case(one)
    await time.stage.sandboxes["salesforce"].clear_faults()


async def test_an_answer_lost_after_the_case_was_opened_opens_no_second(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    message, card = await one.taken_by(mei)
    await time.stage.sandboxes["salesforce"].fault(kind="after_commit", match="PATCH .*/Case/", times=1)
    await mei.press(message, button(card, "Escalate"))
    await one.in_thread(mei, "Case 0")
    await one_case(one)
    record = await one.record()
    assert record["state"] == "closed"


async def steps(one: Chat, agent: ConsoleAgent) -> tuple[dict[str, Any], Card]:
    message, card = await one.alert(agent)
    await agent.press(message, button(card, "Steps"))
    return await one.in_thread(agent, "Live chat")


async def test_a_phone_call_asks_for_what_it_needs_then_notes_tags_and_is_ticked_off(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    await one.taken_by(mei)
    message, card = await steps(one, mei)
    await mei.press(message, button(card, "Outbound phone call"))
    form, shown = await one.in_thread(mei, "Outbound phone call")
    assert "Number to call" in text_of(shown)
    filled = {"phone_number": "+65 8123 4471", "call_window": "today after 4", "call_topic": "DHL"}
    await mei.press(form, button(shown, "Outbound phone call"), filled)
    await until(lambda: one.parts("note"), "the note")
    await settled(time.stage)
    state = await time.stage.sandboxes["intercom"].state()
    assert "phone-call" in state["conversations"][one.conversation_id]["tags"]
    _, now = await one.in_thread(mei, "Live chat")
    assert "Phone call agreed" in text_of(now)


async def test_a_remote_session_needs_the_customers_consent(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    await one.taken_by(mei)
    message, card = await steps(one, mei)
    pressed = button(card, "Remote session")
    await mei.press(message, pressed, {"device_serial": "SF-1", "session_topic": "E-07"})
    form, shown = await one.in_thread(mei, "Remote session")
    assert value_of(shown, "device_serial") == "SF-1"
    assert await one.parts("note") == []
    filled = {"device_serial": "SF-1", "session_topic": "E-07", "consent": "Yes, in writing in this chat"}
    await mei.press(form, button(shown, "Remote session"), filled)
    await until(lambda: one.parts("note"), "the note")


async def test_asking_for_assistance_alerts_the_supervisors(time: Moving, mei: ConsoleAgent, sofia: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    await one.taken_by(mei)
    message, card = await steps(one, mei)
    needs = {"question": "May I refund 300 dollars?", "answer_by": "within the hour"}
    await mei.press(message, button(card, "Ask for assistance (ESC/RFA)"), needs)
    await one.alert(sofia, "A colleague asks for assistance")
    await settled(time.stage)
    await time.later(timedelta(minutes=11))
    _, late = await one.alert(sofia, "over the promised 10 min")
    assert "Colleague's answer" in text_of(late), "the second line has a clock of its own"
    _, told = await sofia.see(
        lambda _, card: card.status is not None and card.status.text == "For supervisors" and "300 dollars" in text_of(card),
        "what is asked, for those who can answer",
    )
    assert "Called: Sofia Lindqvist" in text_of(told)
    assert [one.name for one in told.calls] == ["Sofia Lindqvist"]


async def test_two_agents_who_escalate_at_once_open_one_case(time: Moving, mei: ConsoleAgent) -> None:
    arjun = await time.agent("arjun.rao")
    one = await chat(time.stage, PRIYA, WHERE)
    message, card = await one.taken_by(mei)
    pressed = button(card, "Escalate")
    await asyncio.gather(*(each.press(message, pressed) for each in (mei, arjun, mei, arjun)))
    await one.in_thread(mei, "Case 0")
    await one_case(one)
    await arjun.aclose()


async def test_only_management_assigns_a_chat_to_a_colleague_who_then_owns_it(
    time: Moving, mei: ConsoleAgent, sofia: ConsoleAgent
) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    message, card = await one.alert(mei)
    assert "Goes to" in text_of(card)
    await mei.press(message, button(card, "Assign…"))
    assert "permission" in text_of((await one.in_thread(mei, "I cannot do that"))[1])
    chief = await time.agent("sofia.lindqvist")
    await chief.press(message, button(card, "Assign…"))
    form, shown = await one.in_thread(mei, "Assign to a colleague")
    await chief.press(form, button(shown, "Assign"), {"assignee": "arjun.rao@solvane.example"})
    await one.alert(mei, "With Arjun Rao")
    await chief.aclose()
    await settled(time.stage)
    assert str((await one.record())["admin_assignee_id"]) == "5002"
