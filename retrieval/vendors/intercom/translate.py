"""Intercom's objects in the house's words. Pure: it asks nobody, and it makes no text mean anything.

Author kinds decide loops (L11) and part kinds decide what a customer has seen (L10), so both fail towards safety:
an author nobody documented is an app, a part nobody documented is not public.
"""

from dataclasses import dataclass

from playbooks.domain.conversation import (
    Attachment,
    Author,
    AuthorKind,
    Contact,
    Conversation,
    ConversationState,
    Part,
    PartKind,
    Rating,
)
from playbooks.domain.customer import Identity
from playbooks.domain.facts import ContactNote, ConversationFact
from retrieval.vendors.intercom import wire
from retrieval.vendors.intercom.settings import Settings
from retrieval.vendors.intercom.text import text_of

AUTHORS = {
    "admin": AuthorKind.AGENT,
    "user": AuthorKind.CONTACT,
    "lead": AuthorKind.CONTACT,
    "contact": AuthorKind.CONTACT,
    "visitor": AuthorKind.CONTACT,
    "customer": AuthorKind.CONTACT,
    "bot": AuthorKind.BOT,
    "operator": AuthorKind.BOT,
    "team": AuthorKind.BOT,  # automation that writes in a team's name; no person wrote it
    "campaign": AuthorKind.BOT,
}
PARTS = {
    "comment": PartKind.COMMENT,
    "quick_reply": PartKind.COMMENT,
    "channel_and_reply_time_expectation": PartKind.COMMENT,
    "note": PartKind.NOTE,
    "note_and_reopen": PartKind.NOTE,
    "assignment": PartKind.ASSIGNED,
    "default_assignment": PartKind.ASSIGNED,
    "away_mode_assignment": PartKind.ASSIGNED,
    "assign_and_reopen": PartKind.ASSIGNED,
    "assign_and_unsnooze": PartKind.ASSIGNED,
    "close": PartKind.CLOSED,
    "open": PartKind.OPENED,
    "snoozed": PartKind.SNOOZED,
    "unsnoozed": PartKind.UNSNOOZED,
    "timer_unsnooze": PartKind.UNSNOOZED,
}
SPEAKING = frozenset({PartKind.ASSIGNED, PartKind.CLOSED, PartKind.OPENED})
"""With a body these are messages too: a customer's reply to a closed conversation is an "open" part, an agent's first
reply an "assignment" part (both seen), a closing word a "close" part (documented)."""
URGENT = frozenset({"high", "urgent", "priority"})


@dataclass(frozen=True)
class Workspace:
    """What translation must know of the connected workspace."""

    bot_admin_id: str = ""
    inbox_ids: tuple[str, ...] = ()
    workspace_id: str = ""
    app_url: str = "https://app.intercom.com"
    order_attribute: str = ""
    tracking_attribute: str = ""

    @classmethod
    def of(cls, settings: Settings) -> "Workspace":
        return cls(
            settings.bot_admin_id,
            settings.inbox_ids,
            settings.workspace_id,
            settings.app_url.rstrip("/"),
            settings.order_attribute,
            settings.tracking_attribute,
        )

    def conversation_url(self, conversation_id: str) -> str | None:
        inbox = f"{self.app_url}/a/inbox/{self.workspace_id}/inbox/shared/all/conversation/{conversation_id}"
        return inbox if self.workspace_id else None

    def contact_url(self, contact_id: str) -> str | None:
        return f"{self.app_url}/a/apps/{self.workspace_id}/users/{contact_id}" if self.workspace_id else None

    def is_ours(self, one: wire.Conversation) -> bool:
        """The inbox's own access rule (L22): in no inbox yet, or in one of ours."""
        return not self.inbox_ids or one.team_assignee_id is None or one.team_assignee_id in self.inbox_ids


def author_kind(author: wire.Author, bot_admin_id: str) -> AuthorKind:
    if author.type == "admin" and author.id == bot_admin_id:
        return AuthorKind.APP
    return AuthorKind.BOT if author.from_ai_agent else AUTHORS.get(author.type, AuthorKind.APP)


def author(author: wire.Author, bot_admin_id: str) -> Author:
    kind = author_kind(author, bot_admin_id)
    return Author(kind=kind, author_id=author.id or "", name=author.name or "", email=(author.email or "").lower() or None)


def part_kind(part: wire.Part) -> PartKind:
    kind = PARTS.get(part.part_type, PartKind.OTHER)
    return PartKind.COMMENT if kind in SPEAKING and part.body else kind


def attachments(several: list[wire.Attachment]) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(name=one.name or "", content_type=one.content_type or "", url=one.url, size_bytes=one.filesize)
        for one in several
    )


def part(one: wire.Part, bot_admin_id: str) -> Part:
    return Part(
        part_id=one.id,
        kind=part_kind(one),
        author=author(one.author, bot_admin_id),
        text=text_of(one.body),
        at=one.created_at,
        attachments=attachments(one.attachments),
    )


def opening(one: wire.Conversation, bot_admin_id: str) -> tuple[Part, ...]:
    """The message that started it stands apart from the parts in the API; here it is the first of them."""
    if one.source is None:
        return ()
    started = wire.Part(
        id=one.source.id or f"source-of-{one.id}",
        part_type="comment",
        body=one.source.body,
        created_at=one.created_at,
        author=one.source.author,
        attachments=one.source.attachments,
    )
    return (part(started, bot_admin_id),)


def parts(one: wire.Conversation, bot_admin_id: str) -> tuple[Part, ...]:
    later = one.conversation_parts.conversation_parts if one.conversation_parts else []
    in_order = sorted(later, key=lambda part: part.created_at)
    return (*opening(one, bot_admin_id), *(part(each, bot_admin_id) for each in in_order))


def state(one: wire.Conversation) -> ConversationState:
    if one.state in list(ConversationState):
        return ConversationState(one.state)
    return ConversationState.OPEN if one.open else ConversationState.CLOSED


def rating(one: wire.Rating | None) -> Rating | None:
    """None until the customer has given it; Intercom keeps an empty one from when it was asked for."""
    if one is None or one.rating is None:
        return None
    return Rating(score=one.rating, remark=one.remark or "", at=one.updated_at or one.created_at)


def subject(one: wire.Conversation) -> str:
    """The title, else the subject, else the first line of the opening message."""
    source = one.source or wire.Source()
    first_line = text_of(source.body).split("\n", maxsplit=1)[0]
    return one.title or text_of(source.subject) or (first_line if len(first_line) <= 80 else f"{first_line[:79]}…")


def attributes(several: dict[str, object]) -> tuple[tuple[str, str], ...]:
    """Plain values only; lists of linked objects and unset ones are left out."""
    return tuple(
        (key, str(value).lower() if isinstance(value, bool) else str(value))
        for key, value in several.items()
        if isinstance(value, str | int | float) and value != ""
    )


def contact(one: wire.Contact) -> Contact:
    return Contact(
        contact_id=one.id,
        name=one.name,
        email=(one.email or "").lower() or None,
        phone=one.phone,
        external_id=one.external_id,
        signed_in=one.role == "user",
        attributes=attributes(one.custom_attributes),
    )


def referred(one: wire.Conversation) -> Contact | None:
    """The contact as far as the conversation itself tells."""
    first = next(iter(one.contacts.contacts), None) if one.contacts else None
    return Contact(contact_id=first.id, external_id=first.external_id) if first else None


def conversation(one: wire.Conversation, workspace: Workspace, who: Contact | None = None) -> Conversation:
    return Conversation(
        conversation_id=one.id,
        state=state(one),
        subject=subject(one),
        contact=who or referred(one),
        inbox_id=one.team_assignee_id,
        assignee_admin_id=one.admin_assignee_id,
        brand=dict(attributes(one.custom_attributes)).get("Brand"),
        channel=(one.source.type if one.source else None) or "",
        priority=one.priority is True or one.priority in URGENT,
        tags=tuple(tag.name for tag in one.tags.tags) if one.tags else (),
        rating=rating(one.conversation_rating),
        created_at=one.created_at,
        updated_at=one.updated_at,
        snoozed_until=one.snoozed_until,
        attributes=attributes(one.custom_attributes),
        url=workspace.conversation_url(one.id),
        parts=parts(one, workspace.bot_admin_id) if one.conversation_parts is not None else (),
    )


def conversation_fact(one: wire.Conversation, workspace: Workspace) -> ConversationFact:
    return ConversationFact(
        conversation_id=one.id,
        subject=subject(one),
        state=state(one),
        created_at=one.created_at,
        updated_at=one.updated_at,
        rating=rating(one.conversation_rating),
        tags=tuple(tag.name for tag in one.tags.tags) if one.tags else (),
        url=workspace.conversation_url(one.id),
    )


def note(one: wire.Note) -> ContactNote:
    return ContactNote(at=one.created_at, author=(one.author.name if one.author else None) or "", text=text_of(one.body))


def listed(value: object) -> tuple[str, ...]:
    """An attribute that holds several numbers as "SV-1, SV-2"."""
    return tuple(part.strip() for part in str(value or "").split(",") if part.strip())


def identity(one: wire.Contact, workspace: Workspace) -> Identity:
    return Identity(
        name=one.name,
        emails=(one.email.lower(),) if one.email else (),
        phones=(one.phone,) if one.phone else (),
        intercom_contact_ids=(one.id,),
        order_numbers=listed(one.custom_attributes.get(workspace.order_attribute)),
        tracking_numbers=listed(one.custom_attributes.get(workspace.tracking_attribute)),
    )
