"""Text out is always safe HTML, text in is always readable, and what was sent can be recognised again."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.vendors.intercom.text import html_of, markdown_of, same_words, text_of

HOSTILE = st.sampled_from(
    [
        "<script>alert(1)</script>",
        "&lt;",
        "&",
        "<b>",
        "https://a.example/?q=1&r=2",
        'https://x.example/"onclick=',
        "javascript:x",
    ]
)
TYPED = st.lists(st.one_of(st.text(max_size=40), HOSTILE, st.sampled_from(["\n", "\n\n", "\r\n", " ", "]]>", "<!--"]))).map(
    "".join
)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, attrs))

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment was let through")


def elements(markup: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
    reader = Tags()
    reader.feed(markup)
    reader.close()
    return reader.seen


@given(TYPED, st.booleans())
def test_what_is_sent_holds_only_paragraphs_breaks_and_web_links(typed: str, quoted_back: bool) -> None:
    """Typed by us, or read from a customer's markup and quoted back."""
    for tag, attributes in elements(html_of(text_of(typed) if quoted_back else typed)):
        assert tag in ("p", "br", "a")
        for name, value in attributes:
            assert (tag, name) == ("a", "href")
            assert (value or "").startswith(("http://", "https://"))


@given(TYPED)
def test_what_was_sent_reads_back_with_the_same_words(typed: str) -> None:
    assert same_words(text_of(html_of(typed)), typed)


@given(st.text())
def test_any_markup_at_all_is_readable_without_failing(markup: str) -> None:
    assert "\n\n\n" not in text_of(markup)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("Hello", "<p>Hello</p>"),
        ("One\n\nTwo\nlines", "<p>One</p><p>Two<br>lines</p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        (
            "See https://a.example/?b=1&c=2.",
            '<p>See <a href="https://a.example/?b=1&amp;c=2">https://a.example/?b=1&amp;c=2</a>.</p>',
        ),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        ("   ", ""),
    ],
)
def test_typed_text_becomes_paragraphs(typed: str, sent: str) -> None:
    assert html_of(typed) == sent


@pytest.mark.parametrize(
    ("markup", "read"),
    [
        (None, ""),
        ("<p>Hi <b>there</b></p><p>Bye</p>", "Hi there\n\nBye"),
        ('<p class="no-margin">A<br>B</p>', "A\nB"),
        ('Track <a href="https://dhl.example/1">your parcel</a> now', "Track your parcel (https://dhl.example/1) now"),
        ('<a href="https://dhl.example/1">https://dhl.example/1</a>', "https://dhl.example/1"),
        ('<a href="javascript:alert(1)">free gift</a>', "free gift"),
        ("<h2>List</h2><ul><li>Coffee</li><li>Tea</li></ul>", "List\n\n- Coffee\n- Tea"),
        ("before<script>alert('x')</script><style>p{}</style>after", "beforeafter"),
        ('<img src="https://cdn.example/x.png" alt="broken inverter">', "[image broken inverter]"),
        ("plain text, as webhooks send it", "plain text, as webhooks send it"),
        ("5 &lt; 6 &amp;&nbsp;more", "5 < 6 & more"),
        ("<p>a</p>\n\n\n<p>b</p>", "a\n\nb"),
        ('Hi <attribute key="user.first_name" default="there"/>', 'Hi {{ contact.first_name | fallback: "there" }}'),
        ('Order <attribute key="order.number"/>', "Order {{ order.number }}"),
    ],
)
def test_markup_becomes_readable_text_with_its_links(markup: str | None, read: str) -> None:
    assert text_of(markup) == read


def test_an_article_keeps_its_structure_as_markdown_and_loses_its_scripts() -> None:
    article = (
        '<h2>Reset the inverter_2</h2><p>Hold <b>both</b> buttons, see <a href="https://h.example/a">here</a>.</p>'
        "<ol><li>Wait</li><li>Release</li></ol><script>track()</script><p>a*b</p>"
    )
    assert markdown_of(article) == (
        "## Reset the inverter_2\n\nHold **both** buttons, see [here](https://h.example/a).\n\n1. Wait\n2. Release\n\na*b"
    )
