"""Replies, macros, templates, notes and the voice check: words that may reach a customer."""

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.content import Audience, Draft, DraftKind, Hit, Macro, Passage, SearchResult
from playbooks.domain.policy import VoicePolicy, VoiceRule
from playbooks.expectation import sets_expectation
from playbooks.macros import choose, fill
from playbooks.note import note_text
from playbooks.outcome import outcome_of
from playbooks.passage_units import units
from playbooks.reply import extractive, holding
from playbooks.stems import stem
from playbooks.template import filled, unfilled
from playbooks.voice import blocks, lint
from retrieval.content import Knowledge, knowledge
from tests.playbooks.cast import NOW
from tests.playbooks.deck import CASE, RUN, SOP, WAY_OUT
from tests.shared_files import ROOT

RULE = VoiceRule(
    rule_id="promise", reason="A promise.", severity="block", phrases=("will arrive",), unless="cannot", good=("x",), bad=("y",)
)
WARN = RULE.model_copy(update={"rule_id": "eta", "severity": "warn", "phrases": ("eta",), "unless": ""})
VOICE = VoicePolicy(
    greeting='Hi {{ contact.first_name | fallback: "there" }},',
    greeting_vip="Hello {{ contact.first_name }}, thank you.",
    closing="Anything else?",
    no_answer="I am checking with a specialist.",
    holding={"checking": "I am back within 5 minutes."},
    rules=(RULE,),
)
TEXT = """## Restart the gateway

Most faults are gone after a restart. Never unplug the battery, e.g. while it charges.

To restart the gateway:

1. Press the **power** button for ten seconds.
2. Wait until the light blinks amber.
   It takes a minute.
3. Open the [app](https://my.solvane.example/app).

| Model | Warranty |
|---|---|
| Cell 10 | 10 years |
| Flow 5 | 5 years |

- Refunds take 5 to 10 working days.

```
secret = 1
```
"""


@cache
def company() -> Knowledge:
    return knowledge(ROOT / "knowledge")


def passage(text: str, audience: Audience = Audience.PUBLIC, passage_id: str = "p1") -> Passage:
    return Passage(
        passage_id=passage_id,
        article_id="a1",
        title="Gateway",
        breadcrumb="Gateway",
        text=text,
        start=0,
        end=len(text),
        version="v1",
        audience=audience,
    )


def result(*passages: Passage, has_answer: bool = True, question: str = "q") -> SearchResult:
    hits = tuple(Hit(passage=one, score=1.0 - 0.1 * place) for place, one in enumerate(passages))
    return SearchResult(
        question=question, hits=hits, answerable=0.9, has_answer=has_answer, why_not=None if has_answer else "No article."
    )


def drafted(question: str, found: SearchResult, style: str = "", vip: bool = False, name: str | None = "Priya") -> Draft:
    return extractive(
        question,
        found,
        contact_first_name=name,
        voice=VOICE,
        draft_id="d1",
        conversation_id="215470",
        written_for_part_id="p9",
        now=NOW,
        style=style,
        vip=vip,
    )


def test_steps_stay_steps_in_their_order_and_keep_their_lead() -> None:
    draft = drafted("how do I restart the gateway?", result(passage(TEXT)), style="shorter")
    assert draft.text == (
        "Hi Priya,\n\nTo restart the gateway:\n\n1. Press the power button for ten seconds.\n"
        "2. Wait until the light blinks amber. It takes a minute.\n3. Open the app (https://my.solvane.example/app)."
    )
    assert [one.marker for one in draft.citations] == [1]
    assert draft.citations[0].excerpt in TEXT
    assert draft.citations[0].excerpt.startswith("To restart the gateway:\n\n1. Press the **power**")


def test_a_tables_row_is_readable_without_the_table() -> None:
    draft = drafted("how long is the warranty of the Flow 5?", result(passage(TEXT)), style="shorter")
    assert draft.text == "Hi Priya,\n\nFlow 5: 5 years"


def test_a_sentence_answers_a_question_word_for_word() -> None:
    draft = drafted("may I unplug the battery?", result(passage(TEXT)))
    assert "Never unplug the battery, e.g. while it charges." in draft.text
    assert draft.kind is DraftKind.EXTRACTIVE
    assert draft.written_for_part_id == "p9"


def test_code_and_headings_are_never_quoted() -> None:
    assert all("secret" not in one.shown and "##" not in one.shown for one in units(TEXT))


def test_the_same_facts_give_the_same_draft() -> None:
    found = result(passage(TEXT))
    assert drafted("warranty", found) == drafted("warranty", found)


def test_an_internal_article_is_never_quoted_to_a_customer() -> None:
    draft = drafted("how do I restart the gateway?", result(passage(TEXT, Audience.INTERNAL)))
    assert draft.kind is DraftKind.HOLDING
    assert draft.citations == ()
    mixed = drafted("restart", result(passage("Restart it internally.", Audience.INTERNAL), passage(TEXT, passage_id="p2")))
    assert "internally" not in mixed.text
    assert {one.passage_id for one in mixed.citations} == {"p2"}


def test_without_an_answer_only_a_holding_reply_is_drafted_and_it_says_why() -> None:
    draft = drafted("pizza?", result(passage(TEXT), has_answer=False))
    assert draft.kind is DraftKind.HOLDING
    assert draft.text == "Hi Priya,\n\nI am checking with a specialist."
    assert draft.notice == "The knowledge base has no answer to this, so this is a holding reply. No article."


def test_a_holding_reply_is_the_voices_text_for_its_situation() -> None:
    held = holding(
        "checking",
        contact_first_name=None,
        voice=VOICE,
        draft_id="d",
        conversation_id="c",
        written_for_part_id=None,
        now=NOW,
    )
    assert held.text == "Hi there,\n\nI am back within 5 minutes."


def test_a_vip_is_greeted_as_one() -> None:
    assert drafted("warranty", result(passage(TEXT)), vip=True).text.startswith("Hello Priya, thank you.")


STYLES = st.sampled_from(["", "shorter", "friendlier", "plainer"])
SCRAPS = st.lists(
    st.sampled_from(
        ["# Head\n", "Restart the box. ", "**Bold** text, e.g. this. ", "1. Press it.\n", "2. Wait\n", "- item [x](https://a.example)\n",
         "| a | b |\n", "|---|---|\n", "\n\n", "To do it: Click *here*. Go on. ", "```\ncode\n```\n", "Why? Because! ",
         "日本語。次の文。", "  ", "_", "\\*"]
    ),
    min_size=1,
    max_size=25,
)  # fmt: skip


@given(SCRAPS, st.text(max_size=60), STYLES)
def test_every_excerpt_is_verbatim_and_no_statement_stands_without_a_source(
    scraps: list[str], question: str, style: str
) -> None:
    texts = ("".join(scraps), "".join(reversed(scraps)))
    found = result(passage(texts[0]), passage(texts[1], passage_id="p2"))
    draft = drafted(question, found, style)
    by_id = {hit.passage.passage_id: hit.passage.text for hit in found.hits}
    markers = {one.marker for one in draft.citations}
    assert all(one.excerpt and one.excerpt in by_id[one.passage_id] for one in draft.citations)
    assert all(bool(one.markers) == (one.role in {"answer", "step"}) for one in draft.sentences)
    assert all(set(one.markers) <= markers for one in draft.sentences)


@given(st.text(max_size=400))
def test_any_text_comes_apart_into_verbatim_units(text: str) -> None:
    found = units(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= two.start for one, two in pairwise(found))


def macro(name: str, *examples: str, owner: str | None = None, body: str = "Body.") -> Macro:
    return Macro(macro_id=name.lower().replace(" ", "_"), name=name, body=body, examples=examples, owner=owner)


MACROS = (
    macro("Refund started", "Where is my refund?", "When do I get my money back?"),
    macro("Parcel is late", "Where is my parcel?", "The delivery is late"),
    macro("Refund refused, mine", "Where is my refund please?", owner="mei"),
    macro("Hello"),
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("where is my refund", ["Refund started", "Refund refused, mine"]),
        ("my deliveries are always late", ["Parcel is late"]),
        ("#ref", ["Refund started", "Refund refused, mine"]),
        ("#late", ["Parcel is late"]),
        ("#parcel is", ["Parcel is late"]),
        ("do you sell pizza in Rome?", []),
        ("#pizza", []),
        ("", []),
    ],
)
def test_macros_are_found_by_meaning_or_by_typing_shared_before_personal(text: str, wanted: list[str]) -> None:
    assert [one.macro.name for one in choose(text, MACROS)] == wanted


def test_a_trained_ranker_may_be_handed_in() -> None:
    chosen = choose("anything", MACROS, scorer=lambda _, macros: [0.1, 0.31, 0.4, 0.9][: len(macros)])
    assert [(one.macro.name, one.score) for one in chosen] == [
        ("Hello", 0.9),
        ("Parcel is late", 0.31),
        ("Refund refused, mine", 0.4),
    ]


def test_what_a_trained_ranker_doubts_is_not_offered() -> None:
    assert choose("anything", MACROS, scorer=lambda _, macros: [0.29] * len(macros)) == ()


def test_filling_uses_the_attribute_the_fallback_or_marks_what_is_missing() -> None:
    parts = (
        'Hi {{ contact.first_name | fallback: "there" }}, order {{order.number}}',
        "by {{ parcel.carrier | fallback: 'the carrier' }}.",
    )
    done = fill(macro("m", body=" ".join(parts)), {"contact.first_name": "Priya"})
    assert done.text == "Hi Priya, order [missing: order.number] by the carrier."
    assert done.missing == ("order.number",)


def test_an_empty_value_counts_as_missing() -> None:
    assert filled("{{ a }}", {"a": "  "}).missing == ("a",)


def test_a_value_is_data_and_never_a_template() -> None:
    done = filled("Hi {{ name }}, {{ other }}", {"name": "{{ secret }}", "secret": "hunter2", "other": "{0.__class__} %s"})
    assert done.text == "Hi {{ secret }}, {0.__class__} %s"
    assert unfilled(done.text)


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
