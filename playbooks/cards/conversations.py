"""Conversations that a search found, a line each, and the answer to one deed done to one of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from playbooks.cards.parts import button, buttons, fact, facts, section, small
from playbooks.domain.card import Card, Status, Tone
from playbooks.domain.conversation import Conversation
from playbooks.domain.press import Undo
from playbooks.privacy import masked
from playbooks.words import ago, plural, shortened

MOST_LISTED = 15


def conversations_card(
    query: str, found: Sequence[Conversation], *, left_out: int, names: Mapping[str, str], now: datetime, may_act: bool
) -> Card:
    """Newest change first. `names` are colleagues' by admin id; `left_out` are in inboxes this person may not read."""
    newest = sorted(found, key=lambda one: one.updated_at, reverse=True)
    rows = [fact(f"#{one.conversation_id}", conversation_line(one, names, now), url=one.url) for one in newest[:MOST_LISTED]]
    more = len(found) - MOST_LISTED
    notes = [f"And {more} more; narrow the search to see them." if more > 0 else ""]
    notes += [f"{plural(left_out, 'conversation')} left out: in inboxes you may not read." if left_out else ""]
    notes += [
        f"For all of them: `tag all of {shortened(query, 120)} as outage`, or assign, snooze, close."
        if found and may_act
        else ""
    ]
    return Card(
        title=f"{plural(len(found), 'conversation')} found" if found else "No conversation found",
        subtitle=shortened(query, 120),
        summary=f"{plural(len(found), 'conversation')} found for “{shortened(query, 120)}”.",
        sections=(*section("", facts(*rows)), *section("", [small(one) for one in notes if one])),
    )


def conversation_line(one: Conversation, names: Mapping[str, str], now: datetime) -> str:
    assignee = one.assignee_admin_id
    who = names.get(assignee, f"teammate {assignee}") if assignee else "nobody's"
    parts = [
        shortened(" ".join(masked(one.subject).split()), 80) or "no subject",
        one.state.value,
        who,
        ago(one.updated_at, now),
    ]
    return " · ".join([*parts, *([f"tags: {', '.join(one.tags)}"] if one.tags else [])])


def doing_card(words: str) -> Card:
    """At once, until Intercom has answered."""
    return Card(title=words, summary=f"{words} …", status=Status(text="Working", tone=Tone.INFO))


def did_card(words: str, *, unchanged: bool = False, undo_key: str | None = None) -> Card:
    """`undo_key`: the action's, where it can be taken back."""
    way_back = button("Undo", Undo(once_key=undo_key)) if undo_key and not unchanged else None
    return Card(
        title=words,
        summary=f"{words}: {'it was so already' if unchanged else 'done'}.",
        status=Status(text="It was so already" if unchanged else "Done", tone=Tone.GOOD),
        sections=section("", buttons(way_back)),
    )
