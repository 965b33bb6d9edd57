"""Passages are verbatim stretches of an article, cut where its structure allows."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index.chunk import AIM_WORDS, MOST_WORDS, passages_of
from tests.shared_files import shared

LINES = st.sampled_from(
    ["# One", "## Two", "### Three", "", "- item", "1. step", "| a | b |", "```", "Plain words here.", "  indented", "x " * 150]
)


def texts(body: str) -> list[str]:
    return [body[one.start : one.end] for one in passages_of(body)]


@given(st.lists(LINES, max_size=25))
def test_every_word_but_headings_is_in_exactly_one_passage(lines: list[str]) -> None:
    body = "\n".join(lines)
    pieces = passages_of(body)
    assert all(one.end <= other.start for one, other in pairwise(pieces))
    outside = [line for line in _outside(body) if line.strip() and not line.lstrip().startswith("#")]
    assert outside == []


def _outside(body: str) -> list[str]:
    left, at = "", 0
    for one in passages_of(body):
        left, at = left + body[at : one.start] + "\n", one.end
    return (left + body[at:]).split("\n")


def test_a_passage_knows_the_headings_above_it() -> None:
    body = f"# Battery\n\n## Errors\n\n{'word ' * 100}\n\n## Care\n\n{'other ' * 100}"
    assert [one.breadcrumb for one in passages_of(body)] == ["Battery › Errors", "Battery › Care"]


def test_short_neighbouring_sections_are_read_together_with_their_headings() -> None:
    body = "# Plans\n\n## Basic\n\nCosts 5.\n\n## Plus\n\nCosts 9."
    assert texts(body) == ["## Basic\n\nCosts 5.\n\n## Plus\n\nCosts 9."]
    assert passages_of(body)[0].breadcrumb == "Plans"


def test_a_list_longer_than_a_paragraph_may_be_stays_whole() -> None:
    items = "\n".join(f"{number}. " + "step " * 11 for number in range(1, 16))
    assert len(items.split()) > AIM_WORDS
    assert texts(f"{'Before. ' * 60}\n\n{items}\n\nAfter.")[1] == items.rstrip()


def test_a_list_too_long_is_cut_between_items_only() -> None:
    items = "\n".join(f"- item{number} " + "word " * 20 for number in range(20))
    parts = texts(items)
    assert len(parts) > 1
    assert all(part.startswith("- item") for part in parts)
    assert all(len(part.split()) <= MOST_WORDS for part in parts)


def test_a_table_is_cut_between_rows_only() -> None:
    rows = "\n".join(f"| row {number} | " + "cell " * 20 + "|" for number in range(20))
    assert all(part.startswith("| row") and part.endswith("|") for part in texts(rows))


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    body = " ".join(f"Sentence {number} has exactly eight words in it." for number in range(60))
    parts = texts(body)
    assert len(parts) > 2
    assert all(part.startswith("Sentence") and part.endswith(".") for part in parts)


def test_an_endless_line_is_cut_between_words() -> None:
    assert all(len(part.split()) <= MOST_WORDS for part in texts("log " * 3000))


def test_a_hash_inside_a_listing_is_no_heading() -> None:
    assert texts("```\n# comment\nrun\n```\nafter") == ["```\n# comment\nrun\n```\nafter"]


@pytest.mark.parametrize("body", ["", "   \n\n", "# Only a heading"])
def test_a_body_without_words_has_no_passage(body: str) -> None:
    assert passages_of(body) == []


def test_real_articles_are_covered() -> None:
    for line in shared("data/kb/bank/corpus.jsonl").read_text(encoding="utf-8").splitlines()[:200]:
        body = json.loads(line)["text"]
        assert [one for one in _outside(body) if one.strip() and not one.lstrip().startswith("#")] == []
