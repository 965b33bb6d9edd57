"""What happened in a conversation that no webhook told us: its parts as the events they would have come as. It asks nobody."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from playbooks.domain.conversation import AuthorKind, Conversation, Part, PartKind
from playbooks.domain.events import ConversationEvent

SOURCE = "intercom"
_MOVES: dict[PartKind, Literal["assigned", "closed", "reopened", "snoozed", "unsnoozed", "note_added"]] = {
    PartKind.ASSIGNED: "assigned",
    PartKind.CLOSED: "closed",
    PartKind.OPENED: "reopened",
    PartKind.SNOOZED: "snoozed",
    PartKind.UNSNOOZED: "unsnoozed",
    PartKind.NOTE: "note_added",
}


def missed_events(conversation: Conversation, since: datetime, seen_part_ids: frozenset[str]) -> tuple[ConversationEvent, ...]:
    """Oldest first: every part from `since` on (the moment itself included) that the procedure has not taken into account.

    The id is the part's, so a gap that is found twice is fed in once; what its webhook tells late is known by the part.
    """
    return (*_said(conversation, since, seen_part_ids), *_rated(conversation, since))


def _said(conversation: Conversation, since: datetime, seen: frozenset[str]) -> Iterator[ConversationEvent]:
    for place, part in enumerate(conversation.parts):
        what = _what(part, first=place == 0)
        if what is not None and part.at >= since and part.part_id not in seen:
            yield ConversationEvent(
                event_id=f"part:{part.part_id}",
                source=SOURCE,
                at=part.at,
                conversation_id=conversation.conversation_id,
                what=what,
                part_id=part.part_id,
                author=part.author.kind,
                inbox_id=conversation.inbox_id,
            )


_What = Literal[
    "started", "customer_replied", "agent_replied", "assigned", "closed", "reopened", "snoozed", "unsnoozed", "note_added"
]


def _what(part: Part, *, first: bool) -> _What | None:
    """None: an app's own doing, ours included, or something no procedure reacts to."""
    if part.author.kind is AuthorKind.APP:
        return None
    if part.kind is not PartKind.COMMENT:
        return _MOVES.get(part.kind)
    if first:
        return "started"
    return "customer_replied" if part.author.kind is AuthorKind.CONTACT else "agent_replied"


def _rated(conversation: Conversation, since: datetime) -> Iterator[ConversationEvent]:
    rating = conversation.rating
    if rating is not None and rating.at is not None and rating.at >= since:
        yield ConversationEvent(
            event_id=f"rating:{conversation.conversation_id}:{rating.at:%Y%m%dT%H%M%S}",
            source=SOURCE,
            at=rating.at,
            conversation_id=conversation.conversation_id,
            what="rated",
            inbox_id=conversation.inbox_id,
        )
