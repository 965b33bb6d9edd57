"""Cards as Slack messages: inside every limit, whole, in order, and deaf to what customers write."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SdkBlock

from bot.rich import plain
from bot.slack.limits import message_problems
from bot.slack.render import SlackMessage, blocks
from playbooks.domain.card import Button, Buttons, Card, Paragraph, Quote, Section, TextInput
from playbooks.domain.press import PRESS, TakeConversation
from tests.surfaces.cards import CARDS, HOSTILE, KITCHEN_SINK, SEND, presses, squeezed

SINGAPORE = ZoneInfo("Asia/Singapore")
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""Making a failing card of 60,000 characters small takes minutes and tells little."""

WORDS = st.lists(
    st.sampled_from(["alpha", "**bold**", "`code`", "[link](https://a.example/1)", "\n", "\n\n", "- item", "<b>", "&"])
)


def rendered(card: Card) -> SlackMessage:
    """The message, after both checkers had their say."""
    message = blocks(card, SINGAPORE)
    for page in message.pages:
        assert message_problems(page.text, page.blocks) == []
        for block in page.blocks:
            parsed = SdkBlock.parse(block)
            assert parsed is not None
            parsed.validate_json()
    return message


def shown(message: SlackMessage) -> str:
    """All the words of the card, without the headings of continued pages."""
    return "".join(
        text for number, page in enumerate(message.pages) for block in page.blocks[number > 0 :] for text in visible(block)
    )


def visible(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            if name in ("text", "fallback", "initial_value", "alt_text") and isinstance(one, str):
                yield one
            elif name != "confirm":
                yield from visible(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from visible(one)


def pressable(message: SlackMessage) -> list[Any]:
    return [
        PRESS.validate_json(one["value"])
        for page in message.pages
        for block in page.blocks
        if block["type"] == "actions"
        for one in block["elements"]
        if "value" in one
    ]


def test_a_card_with_everything_fits_and_shows_everything() -> None:
    message = rendered(KITCHEN_SINK)
    text = shown(message)
    for words in (
        "Priya Nair · Platinum",
        "Nair Residences",
        "🔴 *At risk*",
        "Parcel held",
        "done: ",
        "first reply 14:02",
        "DHL did not answer",
    ):
        assert words in text
    assert "as of <!date^1795348800^" in text
    assert "22 Nov 2026 20:00 +08" in text
    assert pressable(message) == presses(KITCHEN_SINK)
    assert {f"https://kb.example/{n}" in str(message.blocks) for n in range(3)} == {True}


def test_outside_text_can_neither_mention_nor_link() -> None:
    message = rendered(KITCHEN_SINK)
    for page in message.pages:
        for block in page.blocks:
            for text in (one for one in mrkdwn_texts(block)):
                assert "<!channel>" not in text
                assert "<@U1>" not in text
                assert "<https://evil" not in text
    assert HOSTILE in shown(message)


def mrkdwn_texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            assert value["verbatim"] is True
            yield value["text"]
        for one in value.values():
            yield from mrkdwn_texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from mrkdwn_texts(one)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck), phases=NO_SHRINKING)
@given(CARDS)
def test_any_card_fits_and_loses_no_button(card: Card) -> None:
    message = rendered(card)
    assert pressable(message) == [one for one in presses(card) if len(one.model_dump_json()) <= 2000]


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), phases=NO_SHRINKING)
@given(WORDS, st.integers(1, 600))
def test_rich_text_up_to_60000_characters_arrives_whole_and_in_order(words: list[str], times: int) -> None:
    source = (" ".join(words) * times)[:60_000]
    numbered = " ".join(f"{n}x" for n in range(400))
    card = Card(
        title="t",
        summary="s",
        sections=(Section(elements=(Paragraph(rich=source), Quote(text=source), Paragraph(rich=numbered))),),
    )
    text = shown(rendered(card))
    assert squeezed(plain(source)).replace("•", "") in squeezed(text)
    assert squeezed(source) in squeezed(text)
    assert squeezed(numbered) in squeezed(text)


def test_a_form_stays_with_the_button_that_sends_it() -> None:
    long = Paragraph(rich="word " * 4000)
    card = Card(
        title="t",
        summary="s",
        sections=(
            Section(
                elements=(
                    TextInput(input_id="reply_text", label="Reply", value="x" * 7000),
                    long,
                    Buttons(items=(Button(label="Send", press=SEND, needs_inputs=True),)),
                    long,
                )
            ),
        ),
    )
    message = rendered(card)
    [page] = [page for page in message.pages if any(one["type"] == "actions" for one in page.blocks)]
    inputs = [one["element"] for one in page.blocks if one["type"] == "input"]
    assert [one["action_id"] for one in inputs] == ["reply_text", "reply_text~2", "reply_text~3"]
    assert "".join(one["initial_value"] for one in inputs) == "x" * 7000


def test_a_press_too_large_for_slack_is_named_not_dropped() -> None:
    card = Card(
        title="t",
        summary="s",
        sections=(
            Section(elements=(Buttons(items=(Button(label="Take", press=TakeConversation(conversation_id="x" * 3000)),)),)),
        ),
    )
    assert "The button “Take” carries more" in shown(rendered(card))


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ([{"type": "divider"}] * 51, "blocks: 51 of 50"),
        ([{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}], "text of 3001"),
        ([{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}], "text of 2001"),
        ([{"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11}], "11 fields"),
        ([{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}], "text of 151"),
        ([{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11}], "11 elements"),
        ([{"type": "nonsense"}], "type nonsense"),
        ([{"type": "image", "image_url": "https://a", "alt_text": "x" * 2001}], "alt_text of 2001"),
        ([], "blocks: none"),
        (
            [
                {
                    "type": "actions",
                    "elements": [{"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x"}}] * 2,
                }
            ],
            "action_id: a twice",
        ),
        (
            [{"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x" * 76}}]}],
            "text of 76",
        ),
        (
            [
                {
                    "type": "actions",
                    "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x"}, "value": "x" * 2001}],
                }
            ],
            "value of 2001",
        ),
    ],
)
def test_the_checker_names_what_slack_would_refuse(broken: list[dict[str, Any]], said: str) -> None:
    assert any(said in one for one in message_problems("text", broken))


def test_a_collapsed_section_is_shortened_openly_and_keeps_its_sources_and_buttons() -> None:
    quote = Quote(text="Batteries take 3 to 5 days. " * 40, source="Delivery times", url="https://kb.example/1")
    taking = Buttons(items=(Button(label="Take", press=TakeConversation(conversation_id="1")),))
    card = Card(title="t", summary="s", sections=(Section(title="Sources", elements=(quote, taking), collapsed=True),))
    message = rendered(card)
    text = shown(message)
    assert "Batteries take 3 to 5 days." in text
    assert "<https://kb.example/1|Delivery times>" in text
    assert "… 1 parts shortened" in text
    assert len(text) < 400
    assert len(pressable(message)) == 1
