"""Light Markdown as agents read it in a passage: no word is lost, no mark is left that only a program wants."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.cards.article import article_card
from playbooks.cards.parts import citation_facts
from playbooks.plain_text import readable
from tests.playbooks.deck import DRAFT, NOT_FOUND

PASSAGE = """## Before dispatch

1. Sign in at my.solvane.example and open **Orders**.
2. Press **Change address**.
   It takes a [minute](https://help.solvane.example/a).

- you, or
* a `neighbour`



| Model | Warranty |
|---|---|
| Cell 10 | 10 years |"""
READ = """Before dispatch

1. Sign in at my.solvane.example and open Orders.
2. Press Change address.
It takes a minute (https://help.solvane.example/a).

- you, or
* a neighbour

Model – Warranty
Cell 10 – 10 years"""


def test_a_passage_is_read_line_by_line() -> None:
    assert readable(PASSAGE) == READ


@pytest.mark.parametrize("text", ["", "#", "-", "---", "#5 is late", "1.5 kW", "2 - 3 days", "5.\n6."])
def test_what_only_looks_like_a_mark_stays(text: str) -> None:
    assert readable(text) == ("" if text == "---" else text)


@given(st.lists(st.sampled_from(["alpha", "**bold**", "## head", "- item", "1. one", "`code`", "|", "\n", " "])).map("".join))
def test_no_word_is_lost(text: str) -> None:
    assert re.sub(r"[^a-z0-9]", "", readable(text)) == re.sub(r"[^a-z0-9]", "", text)


def test_a_question_that_is_not_kept_is_not_said_to_be() -> None:
    """`deskside ask` keeps nothing."""
    assert "kept as a gap" in article_card(NOT_FOUND, kept=True).model_dump_json()
    assert "kept as a gap" not in article_card(NOT_FOUND).model_dump_json()


def test_an_excerpt_on_one_line_has_no_marks_either() -> None:
    [source] = citation_facts((DRAFT.citations[0].model_copy(update={"excerpt": PASSAGE}),), "UTC")
    assert "“Before dispatch 1. Sign in at my.solvane.example and open Orders. 2. Press" in source.items[0].value
