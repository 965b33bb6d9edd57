"""Many conversations with one cause as one readable summary: how many, who waits longest, and a button for each of them."""

from collections.abc import Sequence
from datetime import datetime

from playbooks.cards.parts import button, buttons, customer_button, fact, facts, section, small
from playbooks.domain.alert import RaisedAlert
from playbooks.domain.card import Card, Section, Status, Timeline, TimelineItem, Tone
from playbooks.domain.press import TakeConversation
from playbooks.words import ago, moment, plural, shortened


def roll_up_card(summary: RaisedAlert, named: Sequence[RaisedAlert], count: int, *, now: datetime, zone: str = "UTC") -> Card:
    """`named` are the ones that wait longest of `count`; the others follow as these are taken."""
    title = f"{summary.title}: {plural(count, 'conversation')}" if count else f"{summary.title}: all taken care of"
    rest = count - len(named)
    history = tuple(TimelineItem(at=one.at, title=one.words) for one in reversed(summary.history))
    return Card(
        title=title,
        summary=f"{title}, since {moment(summary.raised_at, zone)}.",
        status=Status(text="Many at once", tone=Tone.DANGER) if count else Status(text="Over", tone=Tone.GOOD),
        sections=(
            *(part for one in named for part in _waiting(one, now)),
            *section("", [small(f"and {rest:,} more; the next are named as these are taken.")] if rest > 0 else []),
            *section("What became of it", [Timeline(items=history)] if history else [], collapsed=True),
        ),
        footer=f"One message for all of them, kept up to date. Began {ago(summary.raised_at, now)}.",
    )


def _waiting(one: RaisedAlert, now: datetime) -> tuple[Section, ...]:
    name = shortened(one.about or "A customer", 40)
    key = one.conversation_id
    pressed = (
        buttons(button(f"Take {name}", TakeConversation(conversation_id=key), primary=True), customer_button(key))
        if key
        else ()
    )
    return section("", [*facts(fact(name, f"{one.cause} Since {ago(one.raised_at, now)}.")), *pressed])
