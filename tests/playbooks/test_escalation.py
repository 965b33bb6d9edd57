"""The case that a chat becomes: whole, masked, within Salesforce's limits, and the same however often it is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.attributes import attributes
from playbooks.case_text import fitted
from playbooks.domain.case import CaseDraft
from playbooks.domain.conversation import Attachment, Conversation, PartKind
from playbooks.domain.customer import Link
from playbooks.domain.facts import SourceFacts
from playbooks.domain.run import SopRun, TrailEntry
from playbooks.domain.triage import Triage
from playbooks.escalation import (
    LONGEST_COMMENT,
    LONGEST_DESCRIPTION,
    LONGEST_SUBJECT,
    case_comment,
    case_draft,
    contacts_of,
    matched_contact,
    product,
)
from tests.playbooks.cast import CUSTOMER, HOUR, MEI, MINUTE, NOBODY_SPECIAL, NOW, PRIYA, agent, chat, said
from tests.playbooks.deck import CASE, RUN, SOP, TALK, TRIAGE


def draft(conversation: Conversation = TALK, run: SopRun | None = RUN, triage: Triage = TRIAGE, note: str = "") -> CaseDraft:
    return case_draft(conversation, CUSTOMER, run, triage, note, NOW, sop=SOP, names={"mei": "Mei Tan"}, zone="Asia/Singapore")


def test_the_same_escalation_has_the_same_external_id_and_the_next_one_another() -> None:
    opened = TrailEntry(at=NOW, transition="case_opened", from_state="escalating", to_state="case_open", event_id="e9")
    again = RUN.model_copy(update={"trail": (*RUN.trail, opened)})
    assert draft().external_id == draft(note="other words").external_id == "intercom:215470:1"
    assert draft(run=again).external_id == "intercom:215470:2"
    assert draft(run=None).external_id == "intercom:215470:1"


@pytest.mark.parametrize(
    ("urgency", "priority"), [("low", "Low"), ("normal", "Medium"), ("high", "High"), ("critical", "Critical")]
)
def test_the_priority_follows_the_urgency(urgency: str, priority: str) -> None:
    assert draft(triage=TRIAGE.model_copy(update={"urgency": urgency})).priority == priority


def test_the_case_is_linked_both_ways_and_to_contact_and_account() -> None:
    made = draft()
    assert made.intercom_conversation_url == TALK.url
    assert TALK.url is not None
    assert TALK.url in made.description
    assert (made.contact_id, made.account_id, made.origin) == ("003D000000IRFma", "001", "Chat")


def test_two_contacts_of_one_person_are_not_guessed_between() -> None:
    identity = CUSTOMER.identity.model_copy(update={"salesforce_contact_ids": ("003A", "003B")})
    made = case_draft(TALK, CUSTOMER.model_copy(update={"identity": identity}), RUN, TRIAGE, "", NOW)
    assert made.contact_id is None


def test_among_two_contacts_the_one_with_the_chats_own_email_is_the_one() -> None:
    contact = TALK.contact
    assert contact is not None
    email = contact.email
    links = tuple(
        Link(source="salesforce", record_id=one, label=one, evidence=why)
        for one, why in (("003A", "same phone number and same name"), ("003B", f"e-mail {email}"))
    )
    facts = SourceFacts(source="salesforce", as_of=NOW, links=links)
    identity = CUSTOMER.identity.model_copy(update={"salesforce_contact_ids": ("003A", "003B")})
    known = CUSTOMER.model_copy(update={"identity": identity, "sources": (facts,)})
    assert email
    assert matched_contact(TALK, known) == "003B"
    assert [one.contact_id for one in contacts_of(known)] == ["003A", "003B"]
    twice = facts.model_copy(update={"links": (links[1], links[1].model_copy(update={"record_id": "003C"}))})
    assert matched_contact(TALK, known.model_copy(update={"sources": (twice,)})) is None


def test_product_and_entitlement_are_told_and_put_where_the_case_keeps_them() -> None:
    talk = TALK.model_copy(update={"attributes": (("Product", "Inverter X1"),)})
    made = draft(talk)
    assert made.product == "Inverter X1"
    assert "Product: Inverter X1" in made.description
    assert product(TALK) == ""


def test_the_description_tells_note_reasons_customer_procedure_and_transcript() -> None:
    text = draft(note="Needs an engineer.").description
    order = ["WHAT THE SECOND LINE SHOULD KNOW", "WHY IT IS PRESSING", "CUSTOMER", "WHAT HAPPENED IN THE CHAT", "TRANSCRIPT"]
    places = [text.index(one) for one in order]
    assert places == sorted(places)
    for wanted in (
        "Needs an engineer.",
        "- Platinum customer",
        "Account: Nair Residences, Platinum",
        "Order SV-20417: S$4,200.00 succeeded on 10 Nov 2026, disputed",
        "Parcel 1234567890: SV-20417 with DHL: promised 18 Nov 2026",
        "Not known: SingPost did not answer (timed out).",
        "Tell the supervisor",
        "Skipped: Customer greeted. Nobody said hello.",
        "Mei Tan (agent): Looking now.",
        "Priya Nair (customer): Where is my battery?",
    ):
        assert wanted in text


def test_private_data_is_masked_wherever_it_was_written() -> None:
    card = "4111 1111 1111 1111"
    files = said(PRIYA, "see file", 3 * MINUTE).model_copy(update={"attachments": (Attachment(name=f"card {card}.pdf"),)})
    talk = chat(said(PRIYA, f"my card {card}", HOUR), said(MEI, "NRIC S1234567D", 5 * MINUTE, kind=PartKind.NOTE), files)
    made = draft(talk.model_copy(update={"subject": f"charged on {card}"}), note=f"cvv 123, {card}")
    comment = case_comment(talk, f"again {card}")
    for text in (made.subject, made.description, comment):
        assert card not in text
        assert "S1234567D" not in text
    assert "Attachment: card [card ending 1111].pdf" in made.description
    assert "internal note: NRIC [identity number]" in made.description


def test_an_order_number_survives_the_mask() -> None:
    assert "SV-20417" in draft(chat(said(PRIYA, "where is SV-20417, DHL 1234567890"))).description


@pytest.mark.parametrize("length", [10, 2_000, 40_000, 500_000])
def test_the_description_fits_and_says_what_was_left_out(length: int) -> None:
    parts = [said(PRIYA, f"message {number}: " + "x" * 200, HOUR, part_id=f"p{number}") for number in range(length // 200 + 1)]
    text = draft(chat(*parts)).description
    assert len(text) <= LONGEST_DESCRIPTION
    assert f"message {len(parts) - 1}:" in text
    assert "message 0:" in text
    assert ("left out here" in text) == (length >= 40_000)


def test_one_endless_message_or_note_does_not_break_the_limits() -> None:
    talk = chat(said(PRIYA, "x" * 100_000)).model_copy(update={"subject": "y" * 2_000})
    made = draft(talk, note="z" * 50_000)
    assert len(made.description) <= LONGEST_DESCRIPTION
    assert len(made.subject) <= LONGEST_SUBJECT
    assert len(case_comment(talk, "z" * 50_000)) <= LONGEST_COMMENT
    assert len(case_comment(talk, "z")) <= LONGEST_COMMENT


@given(st.lists(st.text(min_size=1, max_size=300), max_size=40), st.integers(0, 3000))
def test_shortening_always_fits_and_keeps_the_end(entries: list[str], room: int) -> None:
    text = fitted(entries, room)
    assert len(text) <= room
    if len("\n".join(entries)) <= room:
        assert text == "\n".join(entries)


def test_a_comment_tells_what_was_said_since() -> None:
    text = case_comment(TALK, "Called back.", since=NOW - 3 * MINUTE)
    assert text.startswith("Called back.")
    assert "Where is my battery" not in text
    assert "was charged" in text


def test_the_subject_falls_back_to_the_customers_first_words() -> None:
    talk = chat(said(PRIYA, "My inverter hums.\nAll night.")).model_copy(update={"subject": ""})
    assert draft(talk, triage=TRIAGE.model_copy(update={"topics": ()})).subject == "My inverter hums. All night. (Priya Nair)"


def test_a_chat_of_which_nothing_is_known_still_becomes_a_case() -> None:
    bare = chat().model_copy(update={"subject": "", "contact": None, "url": None})
    made = case_draft(bare, None, None, Triage(conversation_id="215470", ours=True), "", NOW)
    assert (made.subject, made.priority, made.contact_id) == ("Live chat", "Medium", None)
    assert "Conversation: 215470" in made.description


def test_templates_get_the_order_the_customer_speaks_of() -> None:
    talk = chat(said(PRIYA, "Where is 1234567890?"))
    run = RUN.model_copy(update={"case": CASE})
    known = attributes(talk, CUSTOMER, agent=agent(), run=run)
    assert known["order.number"] == "SV-20417"
    assert known["parcel.last_event"] == "Held in customs, 16 November 2026"
    assert known["parcel.promised_on"] == "18 November 2026"
    assert known["charge.payment_method"] == "Visa •••• 4242"
    assert known["dispute.amount"] == "S$4,200.00"
    assert known["subscription.plan"] == "Care Plus"
    assert (known["contact.first_name"], known["agent.first_name"], known["case.number"]) == ("Priya", "Mei", "00001026")
    assert "" not in known.values()


def test_an_order_of_somebody_else_is_never_taken_for_the_customers() -> None:
    foreign = chat(said(PRIYA, "and SV-99999?"))
    assert attributes(foreign, CUSTOMER)["order.number"] == "SV-20417"
    assert "order.number" not in attributes(foreign, NOBODY_SPECIAL)
