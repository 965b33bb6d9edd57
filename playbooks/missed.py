"""What happened in a conversation that no webhook told us, or told late: its parts as the events they would have come as.

It asks nobody.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Literal

from playbooks.domain.base import Frozen
from playbooks.domain.conversation import AuthorKind, Conversation, Part, PartKind
from playbooks.domain.events import ConversationEvent
from playbooks.standing import is_echo

SOURCE = "intercom"
_MOVES: dict[PartKind, Literal["assigned", "closed", "reopened", "snoozed", "unsnoozed", "note_added"]] = {
    PartKind.ASSIGNED: "assigned",
    PartKind.CLOSED: "closed",
    PartKind.OPENED: "reopened",
    PartKind.SNOOZED: "snoozed",
    PartKind.UNSNOOZED: "unsnoozed",
    PartKind.NOTE: "note_added",
}


class Taken(Frozen):
    """What a conversation's procedure has taken into account: parts by their ids, and its rating."""

    part_ids: frozenset[str] = frozenset()
    rating: str | None = None


def missed_events(conversation: Conversation, since: datetime, taken: Taken) -> tuple[ConversationEvent, ...]:
    """Oldest first: every part from `since` on (the moment itself included) that the procedure has not taken into account.

    The id is the part's, so a gap that is found twice is fed in once; what its webhook tells late is known by the part.
    """
    told = (*_said(conversation, since, taken.part_ids), *_rated(conversation, since, taken.rating))
    past = _superseded(conversation, taken.part_ids)
    return tuple(one for one in told if one.part_id not in past)


STANDS = frozenset({PartKind.CLOSED, PartKind.OPENED, PartKind.SNOOZED, PartKind.UNSNOOZED})


def _superseded(conversation: Conversation, taken: Collection[str]) -> frozenset[str]:
    """Of the moves that say whether it is open: those before the newest that was taken. It must not be closed anew by them."""
    moves = [one.part_id for one in in_order(conversation) if one.kind in STANDS]
    newest = max((place for place, one in enumerate(moves) if one in taken), default=0)
    return frozenset(moves[:newest])


DECIDES = frozenset({PartKind.COMMENT, PartKind.CLOSED})
"""Whose word is the last, and whether it is over: in which order these come decides where a procedure ends."""
LATE = timedelta(minutes=10)
"""Intercom sends a delivery that failed once more after a minute; what is older than this was not overtaken but never told."""


def overtaken_events(conversation: Conversation, part_id: str, taken: Collection[str]) -> tuple[ConversationEvent, ...]:
    """What the vendor puts before this part and we have not taken, with the part itself last; nothing where all is in order."""
    parts = in_order(conversation)
    place = next((index for index, one in enumerate(parts) if one.part_id == part_id), 0)
    before = [one for one in parts[:place] if one.kind in DECIDES and one.part_id not in taken]
    overtaken = {one.part_id for one in before if one.at >= parts[place].at - LATE}
    told = [one for one in _said(conversation, parts[0].at, frozenset()) if one.part_id in overtaken] if overtaken else []
    itself = [one for one in _said(conversation, parts[place].at, frozenset()) if one.part_id == part_id]
    return (*told, *itself) if told and itself else ()


def made_up_id(part_id: str) -> str:
    """The id of a part's event that no webhook brought."""
    return f"part:{part_id}"


def in_order(conversation: Conversation) -> tuple[Part, ...]:
    """By the vendor's own times; of one second, as it lists them."""
    return tuple(sorted(conversation.parts, key=lambda one: one.at))


def parts_until(conversation: Conversation, part_id: str) -> tuple[str, ...]:
    """The ids of the parts before this one, and this one."""
    ids = [one.part_id for one in in_order(conversation)]
    return (*ids[: ids.index(part_id)], part_id) if part_id in ids else (part_id,)


def _said(conversation: Conversation, since: datetime, seen: frozenset[str]) -> Iterator[ConversationEvent]:
    for place, part in enumerate(in_order(conversation)):
        what = _what(part, first=place == 0)
        if what is None or is_echo(what, part.author.kind):
            continue
        if part.at >= since and part.part_id not in seen:
            yield ConversationEvent(
                event_id=made_up_id(part.part_id),
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


def rating_mark(conversation: Conversation) -> str | None:
    """By which a rating is known again; one that was changed is another. None: there is none, or nobody knows of when."""
    rating = conversation.rating
    if rating is None or rating.at is None:
        return None
    return f"{rating.at:%Y%m%dT%H%M%S}:{rating.score}{':r' if rating.remark else ''}"


def _rated(conversation: Conversation, since: datetime, taken: str | None) -> Iterator[ConversationEvent]:
    rating, mark = conversation.rating, rating_mark(conversation)
    if rating is not None and rating.at is not None and rating.at >= since and mark != taken:
        yield ConversationEvent(
            event_id=f"rating:{conversation.conversation_id}:{mark}",
            source=SOURCE,
            at=rating.at,
            conversation_id=conversation.conversation_id,
            what="rated",
            inbox_id=conversation.inbox_id,
        )
