"""Intercom's webhooks as they come, as far as we read them: what each says of itself, and what it is about."""

from typing import Annotated, Any

from pydantic import Field

from retrieval.vendors.intercom.wire import AssigneeId, Lenient, MaybeId, Moment, Parts, Reference, Source


class NotificationData(Lenient):
    item: dict[str, Any]


class Subject(Lenient):
    """What a webhook is about, by its id only: whatever that is, in topics that are none of ours."""

    id: Any = None
    conversation_id: Any = None


class SubjectData(Lenient):
    item: Subject


class Headed(Lenient):
    """What every webhook says of itself. A ping has no id."""

    id: Annotated[str, Field(max_length=200)] | None = None
    topic: Annotated[str, Field(min_length=1, max_length=200)]
    app_id: str | None = None
    created_at: Moment


class Outside(Headed):
    """A webhook's envelope."""

    data: SubjectData


class Notification(Headed):
    """A webhook whole."""

    data: NotificationData


class NotifiedConversation(Lenient):
    """`conversation.deleted` names only `conversation_id`."""

    id: MaybeId = None
    conversation_id: MaybeId = None
    team_assignee_id: AssigneeId = None
    source: Source | None = None
    conversation_parts: Parts | None = None


class NotifiedContact(Lenient):
    """A contact, or a `contact_tag` with the contact inside."""

    id: MaybeId = None
    contact: Reference | None = None


class NotifiedTicket(Lenient):
    """A ticket; `ticket.closed` nests it one level deeper."""

    id: MaybeId = None
    ticket: Reference | None = None
