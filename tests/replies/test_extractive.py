"""Drafts without a model: whole thoughts of the article that answers, in order, and nothing that only leads elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.content import Article, Audience, Draft, SearchResult
from playbooks.passage_units import units
from playbooks.plain_text import is_bare_link, labelled
from playbooks.reply import extractive
from tests.playbooks.cast import NOW
from tests.replies.articles import article, found, made, voice

STUCK = (
    "Hi, I ordered a home battery (SV-20417) and the DHL tracking has not moved for days. It should have arrived last week."
    " Where is it, and what happens now?"
)


def drafted(question: str, *articles: Article, style: str = "", best: str = "") -> Draft:
    return extractive(
        question,
        found(*articles, question=question, best=best),
        contact_first_name="Priya",
        voice=voice(),
        draft_id="d1",
        conversation_id="c1",
        written_for_part_id="p1",
        now=NOW,
        style=style,
    )


def said(draft: Draft) -> str:
    return "\n".join(one.text for one in draft.sentences if one.role in {"answer", "step"})


def test_a_stuck_parcel_is_answered_with_what_happens_now_in_order() -> None:
    draft = drafted(STUCK, article("dhl-tracking-not-moving"), article("track-your-order"), best="We open")
    text = said(draft)
    assert text.index("We open an investigation with DHL") < text.index("1. Same day") < text.index("2. Within 2 working days")
    assert text.index("2. Within 2") < text.index("3. After 5 working days")
    assert {one.article_id for one in draft.citations} == {"dhl-tracking-not-moving"}


@pytest.mark.parametrize("name", ["dhl-tracking-not-moving", "track-your-order", "refunds", "late-and-lost-parcels"])
def test_ways_to_other_pages_are_never_quoted(name: str) -> None:
    draft = drafted(STUCK, article(name), best="See also")
    assert "help.solvane.example/articles" not in draft.text
    assert "See also" not in draft.text


def test_a_bare_link_is_no_statement_and_a_link_in_a_sentence_is() -> None:
    assert is_bare_link("- [Refunds: how and when](https://help.solvane.example/articles/refunds)")
    assert is_bare_link("https://help.solvane.example/articles/refunds")
    assert not is_bare_link("1. Open the [app](https://my.solvane.example/app).")
    assert not is_bare_link("No link at all")


def test_what_only_speaks_of_the_page_is_left_out() -> None:
    draft = drafted(
        "How long does a refund take?", made("This page tells you how long a refund takes. A refund takes five days.")
    )
    assert said(draft) == "A refund takes five days."


def test_a_sentence_does_not_stand_without_the_one_it_leans_on() -> None:
    body = "The gateway restarts by itself.\n\nHold the button to reset it.\n\n## Lights\n\nIt blinks amber while it resets."
    text = said(drafted("why does it blink amber while the gateway resets", made(body)))
    assert not text.startswith("It ")


def test_a_list_of_prohibitions_says_that_it_is_one() -> None:
    text = said(drafted("Is it safe to install the battery in the bedroom?", article("install-location"), best="bedrooms"))
    assert text.startswith("Not allowed:\n- bedrooms")


def test_a_numbered_procedure_is_quoted_whole() -> None:
    text = said(drafted("How do I become a Master Tech?", article("master-tech")))
    numbered = [line[:2] for line in text.splitlines() if line[0].isdigit()]
    assert numbered == ["1.", "2.", "3.", "4.", "5.", "6."]


def test_a_step_is_not_lost_because_it_points_to_another() -> None:
    body = "## Reset\n\n1. Hold the reset button.\n2. Repeat as described above.\n3. Close the cover below it."
    assert said(drafted("How do I reset it?", made(body))).count("\n") == 3


def test_the_row_that_the_customer_names_is_told_with_its_columns() -> None:
    text = said(drafted("Do I have to pay import tax for delivery to Malaysia?", article("customs-and-import-tax")))
    assert "Malaysia – Duty: none for our goods – Import tax: included in the price – Paid: at checkout" in text
    assert "Japan" not in text


def test_all_rows_of_a_small_table_are_told_where_the_customer_names_none() -> None:
    text = said(drafted("How long does a refund take to arrive on my card?", article("refunds")))
    assert all(one in text for one in ("Visa, Mastercard", "PayNow", "Gift card"))


@pytest.mark.parametrize(
    ("names", "row", "told"),
    [
        (("Model", "Warranty"), "| Flow 5 | 5 years |", "Flow 5: 5 years"),
        (("To", "Fee", "Free from"), "| Japan | ¥2,800 | – |", "Japan – Fee: ¥2,800"),
        (("", "What", "Time"), "| 1 | We check it | 2 days |", "1. We check it – Time: 2 days"),
        (("To", "Fee"), "| Japan | ¥2,800 | free |", "Japan – ¥2,800 – free"),
    ],
)
def test_a_row_can_be_read_without_its_table(names: tuple[str, ...], row: str, told: str) -> None:
    assert labelled(names, row) == told


def test_repeating_what_the_customer_pasted_is_no_answer() -> None:
    body = (
        "## Symptom\n\nAn SQL operation failed and the SQL state is 08003.\n\n"
        "## Solution\n\nSet the environment variables in the instance itself."
    )
    text = said(drafted("An SQL operation failed and the SQL state is 08003. What can I do?", made(body)))
    assert "Set the environment variables" in text
    assert "08003" not in text


def test_another_article_is_quoted_only_where_it_adds_something() -> None:
    first = made("Refunds start on the same day.", title="Refunds")
    same = made("Refunds start on the same day as well.", title="Returns")
    other = made("Your invoice is under Orders, Documents.", title="Invoices")
    assert {one.article_id for one in drafted("when does my refund start", first, same).citations} == {"refunds"}
    both = drafted("when does my refund start and where is my invoice", first, other)
    assert {one.article_id for one in both.citations} == {"refunds", "invoices"}


def test_shorter_is_shorter_plainer_is_plain_and_friendlier_is_warm() -> None:
    whole = drafted(STUCK, article("dhl-tracking-not-moving"), best="We open")
    short = drafted(STUCK, article("dhl-tracking-not-moving"), best="We open", style="shorter")
    warm = drafted(STUCK, article("dhl-tracking-not-moving"), best="We open", style="friendlier")
    assert len(short.text) < len(whole.text)
    assert short.sentences[-1].role != "closing"
    assert warm.sentences[0].text != whole.sentences[0].text
    body = (
        "The refund, which under the conditions of your plan and of your bank (see its terms) can take a long time,"
        " takes days and days and even more days in all cases. A refund takes five days."
    )
    assert said(drafted("how long does a refund take", made(body), style="plainer")).endswith("A refund takes five days.")


def test_internal_passages_beside_a_public_one_do_not_exist_for_a_draft() -> None:
    draft = drafted("limits", made("The goodwill limit is S$50.", audience=Audience.INTERNAL))
    assert "S$50" not in draft.text


BLOCKS = st.sampled_from(
    [
        *("## Lights\n\n", "Hold the button. It blinks.\n\n", "1. Open the app.\n2. Wait.\n\n", "- amber\n- green\n\n"),
        *(
            "| A | B |\n|---|---|\n",
            "| x | 5 days |\n",
            "See [here](https://a.example).\n\n",
            "## See also\n\n",
            "1.\n",
            "|||\n",
        ),
        *(
            "- [Other](https://a.example/b)\n\n",
            "RELATED INFORMATION\n",
            "and you need\n",
            "```\ncode\n```\n",
            "> quoted\n\n",
            "**bold\n\n",
        ),
    ]
)


@given(st.lists(BLOCKS, max_size=9), st.text(max_size=60), st.sampled_from(["", "shorter", "plainer", "friendlier"]))
def test_whatever_an_article_looks_like_each_statement_has_a_verbatim_source(
    blocks: list[str], question: str, style: str
) -> None:
    whole = made("".join(blocks))
    if not whole.body.strip() or not units(whole.body) or not (result := _found(whole)):
        return
    draft = extractive(
        question,
        result,
        contact_first_name=None,
        voice=voice(),
        draft_id="d",
        conversation_id=None,
        written_for_part_id=None,
        now=NOW,
        style=style,
    )
    cited = {one.marker: one for one in draft.citations}
    for one in draft.sentences:
        if one.role in {"answer", "step"}:
            assert all(cited[marker].excerpt.strip() and cited[marker].excerpt in whole.body for marker in one.markers)
            assert one.markers
    assert "https://a.example/b" not in draft.text


def _found(whole: Article) -> SearchResult | None:
    try:
        return found(whole)
    except IndexError:
        return None


def test_a_section_that_leads_elsewhere_says_nothing_even_in_sentences() -> None:
    body = "Hold the reset button.\n\n## See also\n\nThe reset guide tells how to reset the reset button."
    assert said(drafted("How do I reset with the reset button?", made(body))) == "Hold the reset button."
