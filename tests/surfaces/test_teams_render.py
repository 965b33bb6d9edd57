"""Cards as Adaptive Cards: valid by the schema, under the size, whole and in order, deaf to what customers write."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from bot.rich import plain
from bot.teams.controls import buttons
from bot.teams.pages import CARD_BYTES
from bot.teams.render import adaptive_cards
from bot.teams.text import size
from playbooks.domain.card import Button, Buttons, Card, Fact, Facts, Paragraph, Quote, Section, TextInput
from playbooks.domain.press import PRESS, ShowSteps
from tests.shared_files import shared
from tests.surfaces.cards import CARDS, HOSTILE, KITCHEN_SINK, SEND, presses, squeezed

SINGAPORE = ZoneInfo("Asia/Singapore")
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""Making a failing card of 60,000 characters small takes minutes and tells little."""

WORDS = st.lists(
    st.sampled_from(["alpha", "**bold**", "`code`", "[link](https://a.example/1)", "\n", "\n\n", "- item", "<b>", "漢"])
)


@cache
def schema() -> Draft7Validator:
    return Draft7Validator(json.loads(shared("specs/adaptive-card-1.5.0.json").read_text()))


def rendered(card: Card) -> tuple[dict[str, Any], ...]:
    pages = adaptive_cards(card, SINGAPORE)
    for page in pages:
        assert page["version"] == "1.5"
        is_form = any(one.get("type", "").startswith("Input.") for one in walk(page))
        assert is_form or size(page) <= CARD_BYTES, "only a form, which cannot be cut, may be larger"
        assert len(json.dumps(page, ensure_ascii=False).encode("utf-16-le")) <= 80 * 1024
    return pages


def valid(pages: tuple[dict[str, Any], ...]) -> bool:
    errors = [error.message[:200] for page in pages for error in schema().iter_errors(page)]
    assert errors == []
    return True


def walk(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(one)


def shown(pages: tuple[dict[str, Any], ...]) -> str:
    bodies = [page["body"][number > 0 :] for number, page in enumerate(pages)]
    return "".join(
        one.get("text", "") or one.get("value", "") for one in walk(bodies) if one.get("type") in ("TextRun", "Input.Text")
    )


def pressable(pages: tuple[dict[str, Any], ...]) -> list[Any]:
    executes = [one for one in walk(list(pages)) if one.get("type") == "Action.Execute"]
    for one in executes:
        assert one["fallback"]["type"] == "Action.Submit"
        assert one["fallback"]["data"]["deskside"] == one["data"]["deskside"]
        assert one["verb"] == one["fallback"]["data"]["verb"] == one["data"]["deskside"]["do"]
    return [PRESS.validate_python(one["data"]["deskside"]) for one in executes]


def test_a_card_with_everything_is_valid_and_shows_everything() -> None:
    pages = rendered(KITCHEN_SINK)
    text = shown(pages)
    for words in (
        "Priya Nair · Platinum",
        "Nair Residences",
        "■ At risk",
        "Parcel held",
        "✓ done: ",
        "22 Nov 2026 20:00 +08",
        "DHL did not",
    ):
        assert words in text
    assert pressable(pages) == presses(KITCHEN_SINK)
    assert {f"https://kb.example/{n}" in str(pages) for n in range(3)} == {True}
    assert valid(pages)


def test_the_schema_check_can_fail() -> None:
    [page] = adaptive_cards(Card(title="t", summary="s"), SINGAPORE)
    assert list(schema().iter_errors(page | {"body": [{"type": "TextBlok", "text": "x"}]}))


def test_outside_text_only_ever_stands_in_text_runs() -> None:
    pages = rendered(KITCHEN_SINK)
    holders = [one["type"] for one in walk(list(pages)) if HOSTILE in str(one.get("text", ""))]
    assert set(holders) == {"TextRun"}
    assert not any(one.get("type") in ("TextBlock", "FactSet") for one in walk(list(pages)))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=NO_SHRINKING)
@given(CARDS)
def test_any_card_is_valid_fits_and_loses_no_button(card: Card) -> None:
    pages = rendered(card)
    assert pressable(pages) == presses(card)
    assert valid(pages)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=NO_SHRINKING)
@given(WORDS, st.integers(1, 600))
def test_rich_text_up_to_60000_characters_arrives_whole_and_in_order(words: list[str], times: int) -> None:
    source = (" ".join(words) * times)[:60_000]
    numbered = " ".join(f"{n}x" for n in range(400))
    card = Card(
        title="t",
        summary="s",
        sections=(Section(elements=(Paragraph(rich=source), Quote(text=source), Paragraph(rich=numbered))),),
    )
    text = squeezed(shown(rendered(card)))
    assert squeezed(plain(source)) in text
    assert squeezed(source) in text
    assert squeezed(numbered) in text


def test_a_form_stays_with_the_button_that_sends_it() -> None:
    long = Paragraph(rich="word " * 6000)
    reply = TextInput(input_id="reply_text", label="Reply", value="x" * 15_000)
    send = Buttons(items=(Button(label="Send", press=SEND, needs_inputs=True),))
    pages = rendered(Card(title="t", summary="s", sections=(Section(elements=(reply, long, send, long)),)))
    [page] = [page for page in pages if "Action.Execute" in str(page)]
    inputs = [one for one in walk(page) if one.get("type") == "Input.Text"]
    assert [one["id"] for one in inputs] == ["reply_text", "reply_text~2", "reply_text~3"]
    assert "".join(one["value"] for one in inputs) == "x" * 15_000


def test_a_collapsed_section_is_folded_not_shortened() -> None:
    pages = rendered(KITCHEN_SINK)
    folded = [one for one in walk(list(pages)) if one.get("isVisible") is False]
    targets = [one["targetElements"] for one in walk(list(pages)) if one.get("type") == "Action.ToggleVisibility"]
    assert targets == [[one["id"]] for one in folded]
    assert str(folded).count("3 to 5 days") == 36


def test_buttons_with_long_labels_stand_in_rows_that_fit() -> None:
    labels = ("Acknowledge", "Snooze alert 30 min", "Snooze until my shift ends", "Hand alert over…", "Assign…")
    row = Buttons(items=tuple(Button(label=one, press=ShowSteps(conversation_id="1")) for one in labels))
    sets = [[one["title"] for one in found["actions"]] for found in buttons(row.items)]
    assert sets == [list(labels[:3]), list(labels[3:])]


def test_an_order_that_follows_another_is_set_apart() -> None:
    orders = [Facts(items=(Fact(label="Order", value=number), Fact(label="Bought", value="Cable"))) for number in ("1", "2")]
    [page] = rendered(Card(title="t", summary="s", sections=(Section(elements=tuple(orders)),)))
    assert [one.get("separator", False) for one in page["body"] if one["type"] == "ColumnSet"] == [False, False, True, False]
