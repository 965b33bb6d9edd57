"""What the house asks of the outside, vendor by vendor but in our own words. One Protocol a role; vendors implement some."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from playbooks.domain.case import Case, CaseDraft, CaseField, ContactChoice, ContactDraft
from playbooks.domain.content import Article, Audience, Macro, SearchResult
from playbooks.domain.conversation import Conversation
from playbooks.domain.customer import Candidate, Identity, Lookup
from playbooks.domain.events import CaseUpdated, Event
from playbooks.domain.facts import SourceFacts
from playbooks.domain.people import Agent
from playbooks.domain.search import Admin, ConversationSearch, TicketType


class CustomerSource(Protocol):
    """Tells what it knows of a customer. Raises the four vendor errors; never returns half an answer as a whole one."""

    @property
    def name(self) -> str: ...

    def wants(self, identity: Identity) -> Identity:
        """The part of the identity this source can use; an empty one means there is nothing to ask by (yet)."""
        ...

    async def facts(self, identity: Identity) -> SourceFacts: ...


class CustomerFinder(Protocol):
    """Finds people by a look-up it understands; () where nobody matches or the kind is not its own."""

    @property
    def name(self) -> str: ...

    def understands(self, lookup: Lookup) -> bool: ...

    async def find(self, lookup: Lookup) -> tuple[Candidate, ...]: ...


class InboxSource(Protocol):
    """Reads the inbox (Intercom)."""

    async def conversation(self, conversation_id: str) -> Conversation | None: ...

    async def recent(self, since: datetime, limit: int = 50) -> Sequence[Conversation]:
        """Conversations updated after `since`, oldest change first, without parts."""
        ...

    async def search(self, search: ConversationSearch, limit: int = 500) -> Sequence[Conversation]:
        """Of our inboxes, without parts: the latest `limit` that fit everything asked for, oldest change first."""
        ...

    async def admins(self) -> Sequence[Admin]:
        """The teammates as whom may be written."""
        ...

    async def ticket_types(self) -> Sequence[TicketType]:
        """What a conversation can be converted to."""
        ...


class PresenceSource(Protocol):
    """Tells who of the team is away."""

    @property
    def name(self) -> str:
        """As people call the system."""
        ...

    async def away(self, agents: Sequence[Agent]) -> Mapping[str, bool]:
        """By agent_id; whoever it cannot tell about is left out."""
        ...


class InboxSink(Protocol):
    """Writes to the inbox. Each write returns the id of the part it made ("" where the vendor makes none)."""

    async def reply(self, conversation_id: str, admin_id: str, text: str) -> str: ...

    async def note(self, conversation_id: str, admin_id: str, text: str) -> str: ...

    async def add_tag(self, conversation_id: str, admin_id: str, tag: str) -> str: ...

    async def remove_tag(self, conversation_id: str, admin_id: str, tag: str) -> str: ...

    async def assign(self, conversation_id: str, admin_id: str, assignee_id: str, to_team: bool) -> str: ...

    async def snooze(self, conversation_id: str, admin_id: str, until: datetime) -> str: ...

    async def close(self, conversation_id: str, admin_id: str) -> str: ...

    async def reopen(self, conversation_id: str, admin_id: str) -> str: ...

    async def set_attributes(self, conversation_id: str, attributes: Mapping[str, str]) -> None:
        """Of the conversation; a value "" takes the attribute away."""
        ...

    async def convert(self, conversation_id: str, ticket_type_id: str) -> str:
        """The ticket's id."""
        ...

    async def ticket_of(self, conversation_id: str) -> str | None:
        """Reads back a doubtful conversion: the ticket the conversation became; None where it is none."""
        ...

    async def find_part(self, conversation_id: str, admin_id: str, text: str, since: datetime) -> str | None:
        """Reads back a doubtful reply or note: the id of that admin's part with the same words not older than `since`."""
        ...


class ContactSink(Protocol):
    """Writes to the person, not to one of their conversations (Intercom)."""

    async def note_contact(self, contact_id: str, admin_id: str, text: str) -> str:
        """A permanent note on the person; its id."""
        ...

    async def find_contact_note(self, contact_id: str, admin_id: str, text: str, since: datetime) -> str | None:
        """Reads back a doubtful note: its id."""
        ...

    async def tag_contact(self, contact_id: str, tag: str) -> None: ...

    async def untag_contact(self, contact_id: str, tag: str) -> None: ...


@dataclass(frozen=True)
class CaseChanges:
    """Changes, oldest first. Store `cursor` in the transaction that stores the events; poll again at once when `more`."""

    events: tuple[CaseUpdated, ...]
    cursor: str
    more: bool = False


class CaseSource(Protocol):
    async def case(self, case_id: str) -> Case | None: ...

    async def case_by_external_id(self, external_id: str) -> Case | None: ...

    async def updated_since(self, cursor: str | None, now: datetime, limit: int = 200) -> CaseChanges:
        """Cases of ours that changed after `cursor`; None begins at `now`."""
        ...

    async def case_fields(self, names: Sequence[str]) -> Sequence[CaseField]:
        """How the CRM itself words these fields of a case; one it does not know is left out."""
        ...

    async def contacts(self, contact_ids: Sequence[str]) -> Sequence[ContactChoice]: ...

    async def contact_of(self, case_id: str) -> str | None:
        """Whose case it is, read at once after it was written."""
        ...

    async def contacts_like(self, draft: ContactDraft) -> Sequence[ContactChoice]:
        """People who may be this one, by e-mail, or by phone and name."""
        ...

    async def contact_made(self, draft: ContactDraft, once_key: str) -> str | None:
        """Reads back a doubtful creation: the one that carries this key."""
        ...

    async def commented_since(self, cursor: str | None, now: datetime, limit: int = 200) -> CaseChanges:
        """What others wrote on cases of ours after `cursor`; None begins at `now`."""
        ...


class CaseSink(Protocol):
    async def open_case(self, draft: CaseDraft) -> Case:
        """Upsert on the external id: asked twice, one case."""
        ...

    async def comment(self, case_id: str, text: str, once_key: str) -> str: ...

    async def reopen_case(self, case_id: str) -> None:
        """Open again, where it is closed. Idempotent."""
        ...

    async def create_contact(self, draft: ContactDraft, insist: bool, once_key: str) -> str:
        """Its id; it carries the key. *Errors:* Duplicated where the CRM knows people like this one, unless `insist`."""
        ...

    async def link_contact(self, case_id: str, contact_id: str) -> None:
        """Whose case it is, with the contact's account. Idempotent."""
        ...


class MacroSource(Protocol):
    async def macros(self) -> Sequence[Macro]: ...


class ArticleSource(Protocol):
    async def articles(self) -> Sequence[Article]: ...


class KnowledgeIndex(Protocol):
    """Search over articles. Permission is chosen before ranking: `audiences` are the ones the asker may read."""

    async def sync(self, articles: Sequence[Article]) -> "SyncReport": ...

    async def search(
        self, question: str, *, audiences: frozenset[Audience], limit: int = 5, product: str | None = None
    ) -> SearchResult: ...

    async def size(self) -> int: ...

    async def says(self, article_id: str, audiences: frozenset[Audience]) -> str | None:
        """The body of the article's current version; None where it is gone or not for these readers."""
        ...


@dataclass(frozen=True)
class SyncReport:
    added: int
    changed: int
    removed: int
    unchanged: int


class BadSignature(Exception):
    """The bytes are not signed by the vendor: answer 401, store nothing."""


class MalformedPayload(Exception):
    """Signed but not what the vendor documents: answer 400; `str(error)` names the field."""


class Envelope(NamedTuple):
    """The outside of a verified webhook: its inbox key, and whose conversation it is about where that is told there.

    `is_known` False: a topic we do not handle."""

    event_id: str
    topic: str
    at: datetime
    conversation_id: str | None = None
    is_known: bool = True


class Webhook(Protocol):
    """Pure: raw bytes and headers in, events out. `verify` comes first, always (design.md D7).

    The vendor waits while `envelope` is read, so it is quick; `events` is read after the answer."""

    @property
    def source(self) -> str: ...

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Raises BadSignature."""
        ...

    def envelope(self, body: bytes) -> Envelope:
        """Raises MalformedPayload."""
        ...

    def events(self, body: bytes) -> tuple[Event, ...]:
        """In the vendor's order; () for a topic we do not handle. Raises MalformedPayload."""
        ...
