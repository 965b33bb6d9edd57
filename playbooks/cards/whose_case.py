"""Whose case it is, where the chat does not tell it surely: the people the CRM knows to choose from, or one to be made."""

from collections.abc import Sequence

from playbooks.cards.parts import buttons, fact, facts, section, small
from playbooks.domain.card import Button, Card, Element, Status, TextInput, Tone
from playbooks.domain.case import Case, ContactChoice, ContactDraft
from playbooks.domain.press import CreateContact, LinkContact

MOST_CHOICES = 5
FIRST, LAST, EMAIL, PHONE = "contact_first_name", "contact_last_name", "contact_email", "contact_phone"


def whose_case_card(
    case: Case,
    choices: Sequence[ContactChoice],
    draft: ContactDraft,
    *,
    conversation_id: str,
    problem: str = "",
    may_insist: bool = False,
    asked: bool = False,
) -> Card:
    """`asked`: somebody wanted a new one and the CRM knows people like it; `may_insist`: it may be made all the same."""
    why = "Several records fit; choose one." if len(choices) > 1 else "Is it this one?" if choices else "Nobody fits surely."
    create = Button(
        label="Create anyway" if asked and choices else "Create the contact",
        press=CreateContact(conversation_id=conversation_id, insist=asked and may_insist),
        needs_inputs=True,
    )
    may_create = not asked or may_insist or not choices
    return Card(
        title=f"Case {case.number}: whose is it?",
        summary=f"Case {case.number} has no contact yet. {problem or why}",
        status=Status(text="No contact", tone=Tone.WARNING),
        sections=(
            *section("", facts(fact("Problem", problem), fact("Why I ask", why))),
            *(part for one in choices[:MOST_CHOICES] for part in section("", _choice(one, conversation_id))),
            *(section("Somebody new", [*_inputs(draft), *buttons(create)]) if may_create else ()),
        ),
        footer="The case is open and complete; only its contact is missing.",
    )


def _choice(one: ContactChoice, conversation_id: str) -> list[Element]:
    press = LinkContact(conversation_id=conversation_id, contact_id=one.contact_id)
    return [*facts(fact(one.label, one.why or "found in Salesforce")), *buttons(Button(label="Use this one", press=press))]


def _inputs(draft: ContactDraft) -> list[Element]:
    return [
        small("Made in Salesforce and linked to the case."),
        TextInput(input_id=FIRST, label="First name", value=draft.first_name, max_length=40),
        TextInput(input_id=LAST, label="Last name", value=draft.last_name, required=True, max_length=80),
        TextInput(input_id=EMAIL, label="E-mail", value=draft.email, max_length=80),
        TextInput(input_id=PHONE, label="Phone", value=draft.phone, max_length=40),
    ]


def contact_linked_card(case: Case, label: str, *, by: str, made: bool) -> Card:
    return Card(
        title=f"Case {case.number}: {label}",
        summary=f"Case {case.number} now has its contact: {label}.",
        status=Status(text="Contact created" if made else "Contact linked", tone=Tone.GOOD),
        sections=section("", facts(fact("Contact", label), fact("By", by))),
    )
