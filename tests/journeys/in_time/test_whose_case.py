"""Whose case it is, and what Salesforce wants of a case: asked in the chat's thread, in its own words, and nothing lost."""

from typing import Any

import pytest

from bot.demo.agent import ConsoleAgent, button
from playbooks.domain.card import Buttons, Card, ChoiceInput
from tests.journeys.chat import Chat, chat, settled, text_of, until
from tests.journeys.moving_time import Moving
from tests.journeys.salesforce import Colleague

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRIYA, HAFIZ = "priya.nair@example.com", "hafiz.rahman@example.org"
LINH, GRACE = "linh.tran@example.net", "grace.lim@example.com"
WHERE = "Where is my battery? The DHL tracking has not moved for days."


async def contacts(time: Moving, **known: str) -> list[dict[str, Any]]:
    state = await time.stage.sandboxes["salesforce"].state()
    return [one for one in state["Contact"] if all(one[name] == value for name, value in known.items())]


async def unowned(time: Moving, mei: ConsoleAgent, email: str) -> Chat:
    """A customer whom Salesforce does not know; their case is open, and nobody's."""
    async with Colleague(time.stage.sandboxes["salesforce"].url) as colleague:
        for known in await contacts(time, Email=email):
            await colleague.deletes("Contact", known)
    time.stage.service.office.recent.forget()
    one = await chat(time.stage, email, WHERE)
    message, card = await one.taken_by(mei)
    await mei.press(message, button(card, "Escalate"))
    await until(one.cases, "the case")
    await settled(time.stage)
    return one


def labels(card: Card) -> list[str]:
    return [each.label for part in card.sections for one in part.elements if isinstance(one, Buttons) for each in one.items]


async def whose(mei: ConsoleAgent, one: Chat, words: str = "whose is it?") -> tuple[dict[str, Any], Card]:
    [case] = await one.cases()
    return await mei.see(lambda _, card: case["CaseNumber"] in card.title and words in text_of(card), words)


async def test_the_contact_with_the_chats_own_email_is_the_one_and_nobody_is_asked(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    await one.taken_by(mei)
    message, card = await one.alert(mei)
    await mei.press(message, button(card, "Escalate"))
    await until(one.cases, "the case")
    await settled(time.stage)
    [case] = await one.cases()
    [contact] = await contacts(time, Email=PRIYA)
    assert case["ContactId"] == contact["Id"]
    assert case["Entitlement__c"] == "Platinum"
    assert not [card for _, card in mei._cards() if "whose is it" in card.title]


async def test_a_case_of_a_stranger_is_open_at_once_and_its_contact_made_on_request(time: Moving, mei: ConsoleAgent) -> None:
    one = await unowned(time, mei, HAFIZ)
    [case] = await one.cases()
    assert case["ContactId"] is None
    message, card = await whose(mei, one)
    await mei.press(message, button(card, "Create the contact"))
    await mei.press(message, button(card, "Create the contact"))
    await whose(mei, one, "Contact created")
    await settled(time.stage)
    [contact] = await contacts(time, Email=HAFIZ)
    assert (contact["FirstName"], contact["LastName"]) == ("Hafiz", "Rahman")
    [case] = await one.cases()
    assert case["ContactId"] == contact["Id"]


async def test_people_like_them_are_offered_and_the_one_chosen_is_linked(time: Moving, mei: ConsoleAgent) -> None:
    one = await unowned(time, mei, LINH)
    message, card = await whose(mei, one)
    inputs = {"contact_last_name": "Nair", "contact_first_name": "Priya", "contact_email": PRIYA, "contact_phone": ""}
    await mei.press(message, button(card, "Create the contact"), inputs)
    message, card = await whose(mei, one, "knows people like this one")
    assert "Create anyway" in labels(card)
    before = len(await contacts(time))
    await mei.press(message, button(card, "Use this one"))
    await whose(mei, one, "Contact linked")
    await settled(time.stage)
    [priya] = await contacts(time, Email=PRIYA)
    [case] = await one.cases()
    assert (case["ContactId"], case["AccountId"]) == (priya["Id"], priya["AccountId"])
    assert len(await contacts(time)) == before


async def test_somebody_new_who_is_like_another_is_made_when_the_agent_insists(time: Moving, mei: ConsoleAgent) -> None:
    one = await unowned(time, mei, GRACE)
    await time.stage.sandboxes["salesforce"].post("/_sandbox/rules", {"duplicates": {"Contact": ["LastName"]}})
    inputs = {
        "contact_last_name": "Nair",
        "contact_first_name": "Grace",
        "contact_email": GRACE,
        "contact_phone": "",
    }
    message, card = await whose(mei, one)
    await mei.press(message, button(card, "Create the contact"), inputs)
    message, card = await whose(mei, one, "knows people like this one")
    await mei.press(message, button(card, "Create anyway"), inputs)
    await whose(mei, one, "Contact created")
    await settled(time.stage)
    [contact] = await contacts(time, Email=GRACE)
    [case] = await one.cases()
    assert case["ContactId"] == contact["Id"]


async def test_what_salesforce_wants_is_asked_in_its_own_words_with_its_own_choices(time: Moving, mei: ConsoleAgent) -> None:
    await time.stage.sandboxes["salesforce"].post("/_sandbox/rules", {"required": {"Case": ["Root_Cause__c", "Type"]}})
    one = await chat(time.stage, PRIYA, WHERE)
    await one.taken_by(mei)
    message, card = await one.alert(mei)
    await mei.press(message, button(card, "Escalate"))
    form, shown = await one.in_thread(mei, "Open a Salesforce case")
    choices = {each.label: each for part in shown.sections for each in part.elements if isinstance(each, ChoiceInput)}
    assert [one.value for one in choices["Root cause"].choices] == ["Battery", "Inverter", "Carrier"]
    assert "Case type" in choices
    assert [one.value for one in choices["Priority"].choices] == ["Low", "Medium", "High", "Critical"]
    assert await one.cases() == []
    await mei.press(form, button(shown, "Open the case"), {"case_field.Root_Cause__c": "Carrier", "case_field.Type": "Problem"})
    await until(one.cases, "the case")
    [case] = await one.cases()
    assert (case["Root_Cause__c"], case["Type"]) == ("Carrier", "Problem")
