"""Intercom's webhooks: the signature over the raw bytes first, then one table from topic to event. Pure: no clock, no network.

*Source:* developers.intercom.com webhook topics and notification object (2.16/2.17), read 2026-11-22. Delivery is at least
once (a failure is retried once after a minute), so the notification's id is the inbox's key and the desk reads the
conversation whole. *Units and limits:* Intercom waits five seconds for the answer.
"""

import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha1
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from playbooks.domain.conversation import PartKind
from playbooks.domain.events import ContactEvent, ConversationEvent, Event, TicketEvent
from retrieval.ports import BadSignature, Envelope, MalformedPayload
from retrieval.vendors.intercom import wire
from retrieval.vendors.intercom.translate import author_kind, part_kind
from retrieval.vendors.intercom.wire_notified import (
    Headed,
    Notification,
    NotifiedContact,
    NotifiedConversation,
    NotifiedTicket,
    Outside,
    Subject,
)

Moved = Literal[
    "started", "customer_replied", "agent_replied", "note_added", "assigned", "closed", "reopened", "snoozed",
    "unsnoozed", "tagged", "rated", "deleted",
]  # fmt: skip
SOURCE = "intercom"
SIGNED_WITH = "sha1="
SAID = {"customer_replied": PartKind.COMMENT, "agent_replied": PartKind.COMMENT, "note_added": PartKind.NOTE}
WITHOUT_A_PART = frozenset({"tagged", "rated", "deleted"})
"""Their notifications carry an older part (the one that was tagged) or none: it is not what happened."""

Events = tuple[Event, ...]
Read = TypeVar("Read", bound=BaseModel)


def verified(key: bytes, signature: str, body: bytes) -> bool:
    """Whether `signature` is "sha1=" and the HMAC of exactly these bytes; compared in constant time."""
    given = signature.removeprefix(SIGNED_WITH).encode("utf-8", "replace")
    made = hmac.new(key, body, sha1).hexdigest().encode()
    return signature.startswith(SIGNED_WITH) and hmac.compare_digest(given, made)


def _conversation(what: Moved) -> "_Reader":
    def read(note: Notification, event_id: str, bot_admin_id: str) -> Events:
        item = _item(NotifiedConversation, note)
        conversation_id = _conversation_id(item)
        base = {"source": SOURCE, "conversation_id": conversation_id, "what": what, "inbox_id": item.team_assignee_id}
        causes = _causes(what, item, note)
        if not causes:
            return (ConversationEvent.model_validate(base | {"event_id": event_id, "at": note.created_at}),)
        return tuple(
            ConversationEvent.model_validate(
                base
                | {
                    "event_id": event_id if len(causes) == 1 else f"{event_id}:{part.id}",
                    "at": part.created_at,
                    "part_id": part.id,
                    "author": author_kind(part.author, bot_admin_id),
                }
            )
            for part in causes
        )

    return read


def _conversation_id(item: Subject | NotifiedConversation) -> str:
    found = item.id or item.conversation_id
    if not found or not isinstance(found, str | int):
        raise MalformedPayload("data.item.id is missing or no id")
    return str(found)


def _causes(what: Moved, item: NotifiedConversation, note: Notification) -> list[wire.Part]:
    """The parts that are what happened, in the vendor's order of time: every message of a reply, else the newest part.

    What started a conversation stands apart from its parts, under the id it has in the conversation read whole."""
    if what in WITHOUT_A_PART:
        return []
    if what == "started" and item.source and item.source.id:
        return [wire.Part(id=item.source.id, created_at=note.created_at, author=item.source.author)]
    parts = sorted(
        item.conversation_parts.conversation_parts if item.conversation_parts else [], key=lambda one: one.created_at
    )
    said = [one for one in parts if what in SAID and part_kind(one) is SAID[what]]
    return said or parts[-1:]


def _contact(what: Literal["created", "updated", "deleted"]) -> "_Reader":
    def read(note: Notification, event_id: str, _: str) -> Events:
        item = _item(NotifiedContact, note)
        contact_id = item.contact.id if item.contact else item.id
        if not contact_id:
            raise MalformedPayload("data.item.id is missing")
        return (ContactEvent(event_id=event_id, source=SOURCE, at=note.created_at, contact_id=contact_id, what=what),)

    return read


def _ticket(what: Literal["created", "state_updated"]) -> "_Reader":
    def read(note: Notification, event_id: str, _: str) -> Events:
        item = _item(NotifiedTicket, note)
        ticket_id = item.ticket.id if item.ticket else item.id
        if not ticket_id:
            raise MalformedPayload("data.item.id is missing")
        return (TicketEvent(event_id=event_id, source=SOURCE, at=note.created_at, ticket_id=ticket_id, what=what),)

    return read


_Reader = Callable[[Notification, str, str], Events]

TOPICS: dict[str, _Reader] = {
    "conversation.user.created": _conversation("started"),
    "conversation.admin.single.created": _conversation("started"),
    "conversation.user.replied": _conversation("customer_replied"),
    "conversation.admin.replied": _conversation("agent_replied"),
    "conversation.operator.replied": _conversation("agent_replied"),
    "conversation.admin.noted": _conversation("note_added"),
    "conversation.admin.assigned": _conversation("assigned"),
    "conversation.admin.open.assigned": _conversation("assigned"),
    "conversation.admin.closed": _conversation("closed"),
    "conversation.admin.opened": _conversation("reopened"),
    "conversation.admin.snoozed": _conversation("snoozed"),
    "conversation.admin.unsnoozed": _conversation("unsnoozed"),
    "conversation_part.tag.created": _conversation("tagged"),
    "conversation.rating.added": _conversation("rated"),
    "conversation.deleted": _conversation("deleted"),
    "contact.user.created": _contact("created"),
    "contact.lead.created": _contact("created"),
    "contact.user.updated": _contact("updated"),
    "contact.lead.updated": _contact("updated"),
    "contact.email.updated": _contact("updated"),
    "contact.lead.added_email": _contact("updated"),
    "contact.lead.signed_up": _contact("updated"),
    "contact.user.tag.created": _contact("updated"),
    "contact.user.tag.deleted": _contact("updated"),
    "contact.lead.tag.created": _contact("updated"),
    "contact.lead.tag.deleted": _contact("updated"),
    "contact.merged": _contact("updated"),
    "contact.archived": _contact("updated"),
    "contact.unarchive": _contact("updated"),
    "contact.deleted": _contact("deleted"),
    "ticket.created": _ticket("created"),
    "ticket.state.updated": _ticket("state_updated"),
    "ticket.resolved": _ticket("state_updated"),
    "ticket.closed": _ticket("state_updated"),
}
OF_A_CONVERSATION = frozenset(topic for topic in TOPICS if topic.startswith("conversation"))


class IntercomWebhook:
    """Webhook over one app's client secret."""

    source = SOURCE

    def __init__(self, client_secret: str, bot_admin_id: str) -> None:
        if not client_secret:
            raise ValueError("an empty client secret would accept anybody's signature")
        self._key, self._bot_admin_id = client_secret.encode(), bot_admin_id

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Raises BadSignature. `now` is unused: Intercom signs no time, so a replay is caught by the notification's id."""
        signature = next((value for name, value in headers.items() if name.lower() == "x-hub-signature"), "")
        if not verified(self._key, signature, body):
            raise BadSignature("X-Hub-Signature does not fit the body")

    def envelope(self, body: bytes) -> Envelope:
        """A topic we do not handle, `ping` among them, is named and not known. Raises MalformedPayload with the field."""
        note = _read(Outside, body)
        return Envelope(
            event_id=note.id or _id_of_a_ping(note),
            topic=note.topic,
            at=note.created_at,
            conversation_id=_conversation_id(note.data.item) if note.topic in OF_A_CONVERSATION else None,
            is_known=note.topic in TOPICS,
        )

    def events(self, body: bytes) -> Events:
        """*Empty:* of a topic we do not handle. Raises MalformedPayload with the field."""
        note = notification(body)
        read = TOPICS.get(note.topic)
        return read(note, note.id or _id_of_a_ping(note), self._bot_admin_id) if read else ()


def notification(body: bytes) -> Notification:
    return _read(Notification, body)


def _read(model: type[Read], body: bytes) -> Read:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise MalformedPayload(_fault(error)) from None


def _item(model: type[Read], note: Notification) -> Read:
    try:
        return model.model_validate(note.data.item)
    except ValidationError as error:
        raise MalformedPayload(f"data.item.{_fault(error)}") from None


def _id_of_a_ping(note: Headed) -> str:
    """Pings come without an id; anything else without one cannot be told from its own redelivery."""
    if note.topic != "ping":
        raise MalformedPayload("id is missing")
    return f"ping:{note.app_id}:{int(note.created_at.timestamp())}"


def _fault(error: ValidationError) -> str:
    """Names the field and the rule, never the value."""
    first: Any = error.errors(include_input=False, include_url=False)[0]
    if first["type"] == "json_invalid":
        return "the body is not JSON"
    return f"{'.'.join(str(one) for one in first['loc']) or 'the body'}: {first['msg']}"
