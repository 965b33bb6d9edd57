"""What every card keeps to, and what each one says."""

import json
import re

import pytest

from playbooks.cards.alert import alert_card
from playbooks.cards.customer import customer_card
from playbooks.cards.notices import error_card
from playbooks.cards.questions import ask_back_card
from playbooks.cards.reply import REPLY_TEXT, reply_card
from playbooks.domain.card import Card, Paragraph, Quote, TextInput, Tone
from playbooks.domain.customer import Ambiguous, Candidate, Identity, LookupKind
from playbooks.domain.press import PRESS, Escalate, SendDraft, ShowCustomer, ShowSteps, TakeConversation, WayOut
from tests.playbooks.cast import CUSTOMER, GAP, NOW, PRIYA, chat, said
from tests.playbooks.deck import CASE, DECK, DRAFT, TALK, TRIAGE, TWO, alert, buttons_of, facts_of, steps_of, whole_customer

ALL = pytest.mark.parametrize("card", list(DECK.values()), ids=list(DECK))


def text_of(card: Card) -> str:
    return json.dumps(card.model_dump(mode="json"), ensure_ascii=False)


@ALL
def test_a_buttons_press_fits_a_slack_value(card: Card) -> None:
    assert all(len(PRESS.dump_json(one.press)) <= 2000 for one in buttons_of(card))


@ALL
def test_a_buttons_label_fits_everywhere(card: Card) -> None:
    assert all(0 < len(one.label) <= 75 for one in buttons_of(card))


@ALL
def test_a_card_is_small_enough_to_be_sent(card: Card) -> None:
    assert len(text_of(card).encode()) <= 28_000


@ALL
def test_a_card_can_be_read_out_in_a_line(card: Card) -> None:
    assert 0 < len(card.summary) <= 300
    assert "\n" not in card.summary


@ALL
def test_a_card_has_a_short_title_and_no_empty_section(card: Card) -> None:
    assert 0 < len(card.title) <= 150
    assert all(one.elements for one in card.sections)


@ALL
def test_our_own_words_are_calm(card: Card) -> None:
    assert "!" not in text_of(card)


@ALL
def test_a_card_survives_being_stored(card: Card) -> None:
    assert Card.model_validate_json(card.model_dump_json()) == card


@ALL
def test_no_card_holds_a_full_card_number(card: Card) -> None:
    assert "4111 1111 1111 1111" not in text_of(card)


@ALL
def test_words_of_others_are_never_interpreted_as_our_markdown(card: Card) -> None:
    rich = " ".join(one.rich for part in card.sections for one in part.elements if isinstance(one, Paragraph))
    for foreign in ("Where is my battery", "Slow", "Held in customs", "Prefers calls", "investigation", "battery stuck"):
        assert foreign not in rich


def test_the_customer_card_says_everything_an_agent_must_not_miss() -> None:
    card = whole_customer()
    facts = facts_of(card)
    assert card.title == "Priya Nair"
    assert card.subtitle == "Nair Residences · Platinum · owner Tom Becker"
    assert card.status is not None
    assert (card.status.text, card.status.tone) == ("Needs care", Tone.DANGER)
    assert facts["Open dispute"].value.startswith("Dispute dp_1 of S$4,200.00")
    assert facts["Payment"].value == "S$4,200.00, paid on 10 Nov 2026, S$50.00 refunded, disputed"
    assert facts["Charge"].value == "ch_1 · in_1 · Visa •••• 4242"
    assert facts["Parcel"].value == "DHL 1234567890 · Express Freight"
    assert facts["Status"].value == "Exception · Held in customs"
    assert facts["Last seen"].value == "Johor (16 Nov 2026, 11:00)"
    assert facts["Ships to"].value == "12 Orchard Road, Singapore 238841"
    assert facts["Shipping cost"].value == "S$45.00"
    assert facts["Case 00001001"].value == "Battery noise · Working · High · updated 5 days ago"
    assert facts["Sources disagree"].tone is Tone.WARNING


def test_the_customer_card_names_gaps_ages_and_what_is_withheld() -> None:
    card = whole_customer()
    assert card.gaps == (GAP,)
    assert {one.source for one in card.as_of} == {"salesforce", "stripe", "dhl", "intercom"}
    assert "Payments: not part of your role." in text_of(card)
    assert card.summary.endswith("Missing: SingPost.")


def test_a_customer_of_whom_nothing_is_known_still_has_a_card() -> None:
    card = customer_card(CUSTOMER.model_copy(update={"sources": (), "identity": Identity()}), flags=(), timeline=(), now=NOW)
    assert card.title == "Customer"
    assert buttons_of(card) == []


ABOUT_THE_CHAT = ["Take", "Customer", "Suggest reply", "Escalate", "Assign…", "Summary"]
ABOUT_THE_ALERT = ["Acknowledge", "Snooze alert 30 min", "Snooze until my shift ends", "Hand alert over…"]


@pytest.mark.parametrize(
    ("standing", "status", "labels"),
    [
        ("open", "High urgency", [*ABOUT_THE_CHAT, *ABOUT_THE_ALERT]),
        ("acknowledged", "Seen by Mei Tan", [*ABOUT_THE_CHAT, "Hand alert over…"]),
        ("owned", "With Mei Tan", ["Suggest reply", "Customer", "Resolve", "Snooze 1 h", "Escalate", "Steps", "Summary"]),
        ("escalated", "Case 00001026", ["Customer", "Steps", "Summary"]),
        ("closed", "Closed", ["Customer", "Steps", "Summary"]),
    ],
)
def test_one_alert_shows_each_standing_with_what_can_be_done(standing: str, status: str, labels: list[str]) -> None:
    card = alert(standing)  # type: ignore[arg-type]
    assert card.status is not None
    assert card.status.text == status
    assert [one.label for one in buttons_of(card)] == labels


def test_an_alert_quotes_what_the_customer_said_since_our_last_answer() -> None:
    card = alert()
    quotes = [one for part in card.sections for one in part.elements if isinstance(one, Quote)]
    assert [one.text for one in quotes] == ["My card [card ending 1111] was charged. I want it now."]
    assert quotes[0].source == "Priya Nair"


def test_an_alert_says_why_and_where_the_promises_stand() -> None:
    facts = facts_of(alert())
    assert facts["Why"].value == "A VIP is waiting. · Platinum customer · upset: still waiting"
    assert facts["First response"].value == "kept, after 1 min of 2 min"
    assert facts["Next response"].value == "breached 3 min ago (5 min promised)"
    assert facts["Resolution"].value == "paused: waiting for the customer; 7 h left"
    assert facts["Macro"].value == "Parcel is late"


def test_an_alert_about_a_wordless_chat_has_no_quote() -> None:
    card = alert_card(chat(said(PRIYA, " ")), TRIAGE, now=NOW)
    assert not [one for part in card.sections for one in part.elements if isinstance(one, Quote)]


def test_escalating_asks_once_more_before_it_happens() -> None:
    escalate = next(one for one in buttons_of(alert()) if isinstance(one.press, Escalate))
    assert escalate.confirm
    assert isinstance(buttons_of(alert())[0].press, TakeConversation)


def test_a_reply_shows_its_sources_and_is_edited_before_it_is_sent() -> None:
    card = DECK["reply"]
    inputs = [one for part in card.sections for one in part.elements if isinstance(one, TextInput)]
    assert [(one.input_id, one.value) for one in inputs] == [(REPLY_TEXT, DRAFT.text)]
    assert "[1]" not in DRAFT.text
    quotes = [one.text for part in card.sections for one in part.elements if isinstance(one, Quote)]
    assert quotes[0] == "We open an investigation. [1]"
    assert facts_of(card)["[1]"].value == "Parcel is late (updated 22 Nov 2026): “We open an investigation.”"
    assert facts_of(card)["Must change"].value == "“will arrive”: A promise. Instead: Say estimate."


def test_a_reply_is_sent_for_the_part_it_was_written_for() -> None:
    sends = [one for one in buttons_of(DECK["reply"]) if isinstance(one.press, SendDraft)]
    assert [(one.label, one.needs_inputs) for one in sends] == [("Send", True), ("Send as note", True)]
    assert all(isinstance(one.press, SendDraft) and one.press.written_for_part_id == "p9" for one in sends)


def test_a_reply_without_a_conversation_cannot_be_sent() -> None:
    labels = {one.label for one in buttons_of(DECK["reply without a conversation"])}
    assert labels == {"Useful", "Not useful"}


def test_a_long_draft_is_never_cut_before_an_agent_sends_it() -> None:
    long = DRAFT.model_copy(update={"sentences": (DRAFT.sentences[1].model_copy(update={"text": "word " * 900}),)})
    card = reply_card(long)
    [field] = [one for part in card.sections for one in part.elements if isinstance(one, TextInput)]
    assert field.value == long.text
    assert field.max_length >= len(long.text)


def test_a_macro_names_what_is_missing_and_what_else_it_does() -> None:
    facts = facts_of(DECK["macros"])
    assert facts["Missing"].value == "contact.first name"
    assert facts["Also does"].value == "tag delivery and close the conversation"
    assert DECK["no macro"].title == "No macro fits"


def test_an_article_shows_passages_with_scores_and_no_article_says_so() -> None:
    assert facts_of(DECK["article"])["Passage 1"].value == "match 0.90 · words 0.00 · meaning 0.00 · updated 22 Nov 2026"
    assert DECK["no article"].title == "The knowledge base has no answer"
    assert facts_of(DECK["no article"])["Why not"].value == "No article covers pizza."


def test_asking_back_offers_each_candidate_by_a_sure_identifier() -> None:
    presses = [one.press for one in buttons_of(ask_back_card(TWO))]
    lookups = [one.lookup for one in presses if isinstance(one, ShowCustomer)]
    assert [(one.kind, one.value) for one in lookups] == [(LookupKind.INTERCOM_CONTACT, "c1"), (LookupKind.EMAIL, "p@x.org")]


def test_asking_back_about_a_crowd_shows_a_few_and_counts_the_rest() -> None:
    crowd = tuple(Candidate(source="intercom", identity=Identity(name="Ada", emails=(f"a{n}@x.com",))) for n in range(30))
    card = ask_back_card(Ambiguous(lookup=TWO.lookup, candidates=crowd))
    assert len(buttons_of(card)) == 8
    assert "22 more not shown" in text_of(card)


def test_an_unknown_customer_is_not_claimed_too_widely() -> None:
    assert facts_of(DECK["unknown"])["Sources"].value == "Stripe could not be asked, so somebody may still exist there."


def test_an_error_shows_its_reference_and_nothing_else() -> None:
    card = error_card("E-12345")
    assert "E-12345" in card.summary
    assert not re.search(r"Traceback|Exception|\.py", text_of(card))


def test_a_procedure_shows_done_skipped_and_due_with_evidence() -> None:
    card = DECK["sop"]
    steps = {one.title: one for one in steps_of(card).items}
    assert steps["Operators told"].status.text == "done"
    assert steps["Operators told"].evidence == "02:54:00 · Mei Tan · message p1"
    assert (steps["Somebody took it"].status.text, steps["Somebody took it"].evidence) == ("now", "Press Take.")
    assert steps["Customer greeted"].status.text == "skipped"
    assert steps["Customer greeted"].evidence.startswith("Nobody said hello.")
    assert facts_of(card)["Due: Tell the supervisor"].value == "overdue since 02:59:00"
    presses = [one.press for one in buttons_of(card)]
    assert presses == [
        TakeConversation(conversation_id="215470"),
        WayOut(conversation_id="215470", transition="request_call"),
        ShowSteps(conversation_id="215470"),
    ]


def test_a_way_out_form_keeps_what_was_filled_in() -> None:
    inputs = {one.input_id: one for part in DECK["way out"].sections for one in part.elements if one.kind == "choice_input"}
    assert inputs["when"].value == "today"
    assert facts_of(DECK["way out"])["Still missing"].value == "Number"


def test_a_case_links_to_salesforce_and_the_form_asks_for_its_fields() -> None:
    assert CASE.url is not None
    assert CASE.url in text_of(DECK["case"])
    ids = [
        one.input_id
        for part in DECK["case form"].sections
        for one in part.elements
        if one.kind in {"text_input", "choice_input"}
    ]
    assert ids == ["case_subject", "case_priority", "case_note"]


def test_an_order_that_nobody_knows_is_said_to_be_unknown() -> None:
    assert "no order or parcel found in" in DECK["unknown order"].summary
    assert DECK["order"].summary == "SV-20417: Held in customs, 6 days ago."


def test_a_nudge_for_an_owner_and_for_a_role_offer_different_steps() -> None:
    assert TALK.contact is not None
    owned = [one.label for one in buttons_of(DECK["nudge for a role"])]
    assert owned == ["Take", "Customer", "Suggest reply"]
    assert DECK["nudge"].title == "Chat with Priya Nair: no word from us for three minutes"
