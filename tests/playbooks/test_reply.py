"""A reply quoted from articles: verbatim, with its sources, in every style."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.content import Audience, Draft, DraftKind, Hit, Passage, SearchResult
from playbooks.passage_units import units
from playbooks.reply import extractive, holding
from tests.playbooks.cast import NOW
from tests.playbooks.voices import VOICE

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
