"""What is checked in words before they may reach a customer, and what became of them."""

from functools import cache

import pytest

from playbooks.expectation import sets_expectation
from playbooks.note import note_text
from playbooks.outcome import outcome_of
from playbooks.stems import stem
from playbooks.voice import blocks, lint
from retrieval.content import Knowledge, knowledge
from tests.playbooks.deck import CASE, RUN, SOP, WAY_OUT
from tests.playbooks.voices import RULE, WARN
from tests.shared_files import ROOT


@cache
def company() -> Knowledge:
    return knowledge(ROOT / "knowledge")


def test_what_is_still_to_be_filled_in_blocks_sending() -> None:
    for text in ("Hi [missing: contact.first_name].", "Hi {{ name }}", "Done [1].", "Hi <name>", "TBD"):
        assert blocks(lint(text, ())), text


def test_nothing_to_send_and_private_numbers_block_sending() -> None:
    assert [one.rule_id for one in lint("  ", ())] == ["empty"]
    assert [one.rule_id for one in lint("Your card 4111 1111 1111 1111", ())] == ["private_data"]


def test_a_block_is_excused_only_in_its_own_sentence() -> None:
    assert lint("I cannot say that it will arrive.", (RULE,)) == ()
    [found] = lint("It will arrive. I cannot say when.", (RULE,))
    assert (found.excerpt, found.severity) == ("will arrive", "block")


def test_a_warning_may_be_sent() -> None:
    found = lint("The ETA is Friday.", (WARN,))
    assert [one.severity for one in found] == ["warn"]
    assert not blocks(found)


def test_typographic_apostrophes_hide_nothing() -> None:
    rule = RULE.model_copy(update={"phrases": ("it's not that hard",)})
    assert lint("Well, it’s not that hard.", (rule,))


def test_a_finding_points_at_its_words() -> None:
    text = "So it will arrive."
    [found] = lint(text, (RULE,))
    assert text[found.start : found.end] == found.excerpt


def test_the_companys_own_macros_and_voice_texts_pass_its_voice_check() -> None:
    voice = company().voice
    for text in (*voice.holding.values(), voice.no_answer, voice.closing):
        assert not blocks(lint(text, voice.rules)), text


@pytest.mark.parametrize(
    ("text", "sets_one"),
    [
        ("I am looking into this and will be back here within 5 minutes.", True),
        ("Let me check; I am back within 5 minutes.", True),
        ("I’ll write to you by tomorrow noon.", True),
        ("Give me two minutes", True),
        ("Please give me one minute", True),
        ("We have asked the carrier and will update you by Friday.", True),
        ("Refunds show on your statement within 5 to 10 working days.", False),
        ("Let me check.", False),
        ("The shop opens at 9 tomorrow.", False),
        ("Your battery is at the depot.", False),
    ],
)
def test_an_expectation_says_what_we_do_and_by_when(text: str, sets_one: bool) -> None:
    assert sets_expectation(text) == sets_one


@pytest.mark.parametrize(
    ("sent", "outcome"),
    [
        ("Hi Priya, we open an investigation today.", "used"),
        ("Hi Priya, we open an  investigation today !", "used"),
        ("Hello Priya, we started an investigation today, sorry.", "edited"),
        ("Call me.", "ignored"),
    ],
)
def test_a_drafts_outcome_is_how_much_of_it_was_sent(sent: str, outcome: str) -> None:
    assert outcome_of("Hi Priya, we open an investigation today.", sent) == outcome


def test_a_note_is_filled_with_the_runs_facts_and_lists_what_was_filled_in() -> None:
    sop = SOP.model_copy(update={"notes": {"case_opened": "Moved to {{ case.number }} by {{ agent.name }}."}})
    run = RUN.model_copy(update={"case": CASE})
    text = note_text(sop, "case_opened", run, {"phone_number": "+65 1", "case_subject": "x", "other": "y"}, agent="Mei Tan")
    assert text == "Moved to 00001026 by Mei Tan.\nNumber: +65 1\nCase: https://solvane.example/500X"
    assert "phone_number" in WAY_OUT.needs


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("deliveries", "delivery"),
        ("refunded", "refunds"),
        ("charging", "charge"),
        ("shipped", "shipping"),
        ("batteries", "battery"),
    ],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)
