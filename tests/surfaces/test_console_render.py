"""Cards as HTML: whole, deaf to what customers write, with every control named and every press intact."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.console.render import FIRST_ITEMS, Frame, Layout, card_html, columns, safe_url
from playbooks.domain.base import Frozen
from playbooks.domain.card import Card, ChoiceInput, Section, TextInput, Timeline, TimelineItem
from playbooks.domain.press import PRESS, ShowCustomer
from tests.surfaces.cards import CARDS, HOSTILE, KITCHEN_SINK, NOON, presses, squeezed, update
from tests.surfaces.console_html import Read, read

CHAT = Frame(key="m-1", zone="Asia/Singapore")
PAGE = Frame(key="customer", zone="Asia/Singapore", layout="page")
KNOWN_TAGS = {
    "a", "blockquote", "br", "button", "code", "dd", "details", "div", "dl", "dt", "em", "figcaption", "figure", "footer",
    "form", "h3", "h4", "header", "img", "input", "label", "li", "ol", "option", "p", "section", "select", "span", "strong",
    "summary", "textarea", "time", "ul",
}  # fmt: skip
KEPT = {"rich", "url", "kind", "press", "input_id", "style", "choices"}
"""Fields that are no free text, or whose signs mean something (rich)."""


@pytest.mark.parametrize("layout", ["chat", "page"])
def test_everything_on_the_card_is_shown(layout: Layout) -> None:
    shown = read(card_html(KITCHEN_SINK, Frame("k", "Asia/Singapore", layout)))
    words = squeezed(shown.text + "".join(value for tag in shown.tags for value in tag.attributes.values()))
    wanted = [KITCHEN_SINK.title, KITCHEN_SINK.subtitle, HOSTILE, "At risk", "Customs", "first reply 14:02", "Sources"]
    wanted += [
        "DHL did not answer in time.",
        "It is asked again by itself.",
        "Shown instead: as of",
        "reference 7f3a",
        "sorry.",
    ]
    for text in wanted:
        assert squeezed(text) in words


def test_times_are_told_in_the_readers_zone() -> None:
    shown = read(card_html(KITCHEN_SINK, CHAT))
    assert "22 Nov 2026, 20:00" in shown.text
    assert "Intercom 20:00, Stripe 20:00" in shown.text


def test_rich_text_becomes_tags_and_only_the_known_ones() -> None:
    shown = read(card_html(KITCHEN_SINK, CHAT))
    assert {one.name for one in shown.tags} <= KNOWN_TAGS
    assert {"strong", "em", "code"} <= {one.name for one in shown.tags}
    assert "https://shop.solvane.example/o/20417?a=1&b=2" in shown.addresses


def test_every_press_comes_back_as_it_was() -> None:
    shown = read(card_html(KITCHEN_SINK, CHAT))
    carried = [PRESS.validate_json(one.attributes["data-press"]) for one in shown.all("button")]
    assert carried == presses(KITCHEN_SINK)
    send = next(shown.all("button")).attributes
    assert send["data-confirm"] == "Send this to the customer?"
    assert "data-needs-inputs" in send


def test_every_input_has_its_label() -> None:
    shown = read(card_html(KITCHEN_SINK, CHAT))
    fields = [one.attributes["id"] for name in ("textarea", "select", "input") for one in shown.all(name)]
    assert sorted(fields) == sorted(one.attributes["for"] for one in shown.all("label"))
    assert fields == ["m-1-reply_text", "m-1-case_priority"]


def test_a_press_for_a_customer_is_a_form_of_its_own_on_a_page() -> None:
    press = ShowCustomer.model_validate({"lookup": {"kind": "email", "value": 'a"b@example.com'}})
    card = update(KITCHEN_SINK, sections=(Section(elements=(_buttons(press),)),))
    button = next(read(card_html(card, PAGE)).all("button")).attributes
    assert button["name"] == "q"
    assert button["value"] == 'a"b@example.com'
    assert "data-press" not in button


def _buttons(press: ShowCustomer) -> Any:
    row = next(one for section in KITCHEN_SINK.sections for one in section.elements if one.kind == "buttons")
    return update(row, items=(update(row.items[0], press=press),))


def test_a_long_timeline_is_paged_and_whole() -> None:
    items = tuple(TimelineItem(at=NOON, title=f"Event {number}.") for number in range(40))
    card = Card(title="t", summary="s", sections=(Section(elements=(Timeline(items=items),)),))
    shown = read(card_html(card, CHAT))
    assert [f"Event {number}." in shown.text for number in range(40)] == [True] * 40
    older = [one for one in shown.all("details") if one.attributes["class"] == "older"]
    assert len(older) == 3
    assert shown.text.index(f"Event {FIRST_ITEMS}.") > shown.text.index("Show 12 older")


def test_collapsed_sections_start_closed_but_a_page_has_room_for_the_timeline() -> None:
    timeline = Section(title="Timeline", elements=(Timeline(items=(TimelineItem(at=NOON, title="x"),)),), collapsed=True)
    card = update(KITCHEN_SINK, sections=(timeline, *KITCHEN_SINK.sections))
    assert 'class="section section--folded"><summary>Timeline' in card_html(card, CHAT)
    assert 'class="section section--folded"><summary>Timeline' not in card_html(card, PAGE)
    assert 'class="section section--folded"><summary>Sources' in card_html(card, PAGE)


def test_columns_keep_the_order_and_lose_nothing() -> None:
    above, left, right = columns(KITCHEN_SINK.sections)
    assert (*above, *left, *right) == KITCHEN_SINK.sections
    assert left
    assert right


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", " javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "vbscript:x",
        "data:text/html,<script>", "//evil.example", "/relative", "https:", "http://[", "", None,
    ],
)  # fmt: skip
def test_no_other_link_than_to_the_web_mail_or_telephone(url: str | None) -> None:
    assert safe_url(url) is None


@pytest.mark.parametrize("url", ["https://a.example/x?y=1", "http://a.example", "mailto:a@b.example", "tel:+6581234471"])
def test_those_stay_as_they_are(url: str) -> None:
    assert safe_url(url) == url


BREAKOUT = """x'"><script>alert(1)</script><img src=x onerror=alert(1)></textarea></option> '"""


def plain(value: Any, text: str = "x") -> Any:
    """The same card with every plain text replaced; what is empty stays empty."""
    match value:
        case ChoiceInput():
            return update(value, label=text if value.label else "")
        case Frozen():
            return update(value, **{name: _plain_field(value, name, text) for name in type(value).model_fields})
        case tuple():
            return tuple(plain(one, text) for one in value)
        case _:
            return value


def _plain_field(model: Frozen, name: str, text: str) -> Any:
    value = getattr(model, name)
    if name in KEPT:
        return value
    return (text if value else "") if type(value) is str else plain(value, text)


@pytest.mark.parametrize("layout", ["chat", "page"])
def test_no_field_lets_text_break_out(layout: Layout) -> None:
    frame = Frame("m-1", "Asia/Singapore", layout)
    card = update(KITCHEN_SINK, sections=(*KITCHEN_SINK.sections, Section(title="t", elements=(LINE,))))
    attacked, bare = read(card_html(plain(card, BREAKOUT), frame)), read(card_html(plain(card), frame))
    assert attacked.skeleton == bare.skeleton
    assert "<script>alert(1)</script>" in attacked.text


LINE = TextInput(input_id="line", label="One line", value="typed", placeholder="type")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(card=CARDS, layout=st.sampled_from(["chat", "page"]))
def test_no_tag_or_attribute_comes_from_text(card: Card, layout: Layout) -> None:
    frame = Frame("m-1", "Asia/Singapore", layout)
    shown, bare = read(card_html(card, frame)), read(card_html(plain(card), frame))
    assert shown.skeleton == bare.skeleton
    assert {one.name for one in shown.tags} <= KNOWN_TAGS
    assert not [name for one in shown.tags for name in one.attributes if name.startswith("on") or name == "style"]
    assert not [url for url in shown.addresses if not url.startswith(("https://", "http://", "mailto:", "/console/"))]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(card=CARDS)
def test_no_word_is_lost(card: Card) -> None:
    shown = read(card_html(card, CHAT))
    words = squeezed(shown.text + "".join(_attributes(shown)))
    kept = [card.title, card.subtitle, card.footer, *(gap.remedy for gap in card.gaps)]
    for text in kept:
        assert squeezed(text) in words
    assert [json.loads(one.attributes["data-press"]) for one in shown.all("button")] == [
        one.model_dump(mode="json") for one in presses(card)
    ]


def _attributes(shown: Read) -> list[str]:
    return [value for tag in shown.tags for name, value in tag.attributes.items() if name != "data-press"]
