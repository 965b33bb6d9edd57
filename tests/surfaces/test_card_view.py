"""A card in the terminal, as it is printed."""

import io

from rich.console import Console

from bot.cli.card_view import card_view
from playbooks.domain.card import Buttons, Card, Fact, Facts, Section
from tests.surfaces.cards import KITCHEN_SINK


def printed(card: Card) -> str:
    console = Console(file=io.StringIO(), width=100)
    console.print(card_view(card))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_card_with_everything_shows_its_title_status_and_every_button() -> None:
    shown = printed(KITCHEN_SINK)
    assert KITCHEN_SINK.title in shown
    assert KITCHEN_SINK.status is not None
    assert KITCHEN_SINK.status.text in shown
    buttons = [
        one.label for part in KITCHEN_SINK.sections for row in part.elements if isinstance(row, Buttons) for one in row.items
    ]
    assert buttons
    assert all(label in shown for label in buttons)


def test_an_order_that_follows_another_is_set_apart() -> None:
    orders = [Facts(items=(Fact(label="Order", value=number), Fact(label="Bought", value="Cable"))) for number in ("1", "2")]
    rows = printed(Card(title="t", summary="s", sections=(Section(title="Orders", elements=tuple(orders)),))).splitlines()
    assert [row.strip("│ ").split()[:1] for row in rows[2:-1]] == [["Orders"], ["Order"], ["Bought"], [], ["Order"], ["Bought"]]
