"""The small Markdown of rich fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rich import Bullets, Lines, Span, parsed, plain


def test_the_promised_signs_become_styles() -> None:
    text = "A **bold** *thin* `co_de` [link](https://a.example/?q=1)\nsecond\n\n- one\n- **two**"
    assert parsed(text) == (
        Lines(
            (
                (
                    Span("A "),
                    Span("bold", bold=True),
                    Span(" "),
                    Span("thin", italic=True),
                    Span(" "),
                    Span("co_de", code=True),
                    Span(" "),
                    Span("link", url="https://a.example/?q=1"),
                ),
                (Span("second"),),
            )
        ),
        Bullets((((Span("one"),),), ((Span("two", bold=True),),))),
    )


@pytest.mark.parametrize(
    "harmless", ["<b>x</b>", "<script>alert(1)</script>", "[x](javascript:alert(1))", "# x", "1. x", "> x"]
)
def test_everything_else_stays_the_text_it_is(harmless: str) -> None:
    assert parsed(harmless) == (Lines(((Span(harmless),),)),)


def test_a_backslash_keeps_a_sign_from_styling() -> None:
    assert plain(r"2 \* 3 \[x\]") == "2 * 3 [x]"


@given(
    st.lists(
        st.sampled_from(["word", "- ", "**", "*", "`", "[", "](https://a.example)", "\n", "\n\n", "  ", "<i>", "_"]),
        max_size=80,
    )
)
def test_no_word_is_lost_whatever_the_signs(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert plain(text).count("word") == text.count("word")
    assert plain(text).count("<i>") == text.count("<i>")
