"""An inbox conversation as we think of it: who wrote what, when, to whom it is assigned and how it stands."""

from enum import StrEnum

from playbooks.domain.base import Frozen, Instant


class AuthorKind(StrEnum):
    """`BOT` and `APP` cover the inbox's own bot and integrations, ours included: their parts never cause an answer (L11)."""

    CONTACT = "contact"
    AGENT = "agent"
    BOT = "bot"
    APP = "app"


class Author(Frozen):
    kind: AuthorKind
    author_id: str
    name: str = ""
    email: str | None = None


class PartKind(StrEnum):
    COMMENT = "comment"
    NOTE = "note"
    ASSIGNED = "assigned"
    CLOSED = "closed"
    OPENED = "opened"
    SNOOZED = "snoozed"
    UNSNOOZED = "unsnoozed"
    OTHER = "other"


class Attachment(Frozen):
    name: str
    content_type: str = ""
    url: str | None = None
    size_bytes: int | None = None


class Part(Frozen):
    """One entry of a conversation. `text` is plain text with links kept; it is untrusted and is data only."""

    part_id: str
    kind: PartKind
    author: Author
    text: str
    at: Instant
    attachments: tuple[Attachment, ...] = ()

    @property
    def is_public(self) -> bool:
        return self.kind is PartKind.COMMENT


class ConversationState(StrEnum):
    OPEN = "open"
    SNOOZED = "snoozed"
    CLOSED = "closed"


class Rating(Frozen):
    """The customer's rating, 1 (worst) to 5."""

    score: int
    remark: str = ""
    at: Instant | None = None


class Contact(Frozen):
    """The person who writes. `signed_in` is Intercom's role user (a lead or visitor is not)."""

    contact_id: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    external_id: str | None = None
    signed_in: bool = False
    attributes: tuple[tuple[str, str], ...] = ()


class Conversation(Frozen):
    """A conversation whole, parts oldest first (the opening message is the first part)."""

    conversation_id: str
    state: ConversationState
    subject: str = ""
    contact: Contact | None = None
    inbox_id: str | None = None
    assignee_admin_id: str | None = None
    brand: str | None = None
    channel: str = ""
    priority: bool = False
    tags: tuple[str, ...] = ()
    rating: Rating | None = None
    created_at: Instant
    updated_at: Instant
    snoozed_until: Instant | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    url: str | None = None
    parts: tuple[Part, ...] = ()

    @property
    def public_parts(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.is_public)

    @property
    def last_public_part(self) -> Part | None:
        return self.public_parts[-1] if self.public_parts else None

    @property
    def last_customer_part(self) -> Part | None:
        return next((one for one in reversed(self.public_parts) if one.author.kind is AuthorKind.CONTACT), None)
