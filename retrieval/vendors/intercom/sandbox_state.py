"""The Intercom sandbox's memory: records and the few ways they change; it knows no HTTP and sends nothing."""

import html
import itertools
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1
from typing import Any

Json = dict[str, Any]
WORKSPACE = "solvanesb"
OPERATOR: Json = {"type": "bot", "id": "9999", "name": "Fin", "email": f"operator+{WORKSPACE}@intercom.example"}


@dataclass
class PartRecord:
    id: str
    part_type: str
    body: str | None
    created_at: int
    author: Json
    state: str
    assigned_to: Json | None = None
    app_package_code: str | None = None


@dataclass
class ConversationRecord:
    """`earlier` is how a search last listed it before its latest change: what the lie "stale_search" tells."""

    id: str
    contact_id: str
    source_id: str
    body: str
    author: Json
    created_at: int
    updated_at: int
    delivered_as: str = "customer_initiated"
    state: str = "open"
    admin_assignee_id: int = 0
    team_assignee_id: int = 0
    tags: dict[str, Json] = field(default_factory=dict)
    rating: Json | None = None
    parts: list[PartRecord] = field(default_factory=list)
    snoozed_until: int | None = None
    waiting_since: int | None = None
    read: bool = False
    title: str | None = None
    custom_attributes: Json = field(default_factory=dict)
    earlier: Json | None = None


@dataclass
class ContactRecord:
    id: str
    role: str
    email: str
    name: str | None
    phone: str | None
    created_at: int
    updated_at: int
    external_id: str | None = None
    country: str | None = None
    city: str | None = None
    company_ids: list[str] = field(default_factory=list)
    custom_attributes: Json = field(default_factory=dict)
    tags: dict[str, Json] = field(default_factory=dict)
    notes: list[Json] = field(default_factory=list)
    last_replied_at: int | None = None
    merged_into: str | None = None


class State:
    """All records by id, and a clock that starts at the world's `now` and runs on with real time, plus what was skipped."""

    def __init__(self, now: datetime) -> None:
        self._start, self._since = now.timestamp(), time.monotonic()
        self.skipped_seconds = 0.0
        self._numbers: dict[str, Iterator[int]] = {}
        self.admins: dict[str, Json] = {}
        self.teams: dict[str, Json] = {}
        self.tags: dict[str, str] = {}
        self.contacts: dict[str, ContactRecord] = {}
        self.companies: dict[str, Json] = {}
        self.conversations: dict[str, ConversationRecord] = {}
        self.macros: dict[str, Json] = {}
        self.articles: dict[str, Json] = {}
        self.internal_articles: dict[str, Json] = {}
        self.data_events: list[Json] = []
        self.ticket_types: dict[str, Json] = {}
        self.tickets: dict[str, Json] = {}

    def now(self) -> int:
        return int(self._start + self.skipped_seconds + time.monotonic() - self._since)

    def number(self, kind: str, first: int) -> str:
        """The next id of its kind; the same world gives the same ids."""
        return str(next(self._numbers.setdefault(kind, itertools.count(first))))

    def tag_id(self, name: str) -> str:
        """Resolves or creates; names are compared without case, as Intercom does."""
        found = next((one for one, known in self.tags.items() if known.casefold() == name.casefold()), None)
        tag_id = found or self.number("tag", 60_001)
        self.tags.setdefault(tag_id, name)
        return tag_id

    def contact_by_email(self, email: str) -> ContactRecord | None:
        return next((one for one in self.contacts.values() if one.email == email.lower() and not one.merged_into), None)

    def add_part(self, record: ConversationRecord, part_type: str, author: Json, **more: Any) -> PartRecord:
        part = PartRecord(
            id=self.number("part", 700_001),
            part_type=part_type,
            body=more.get("body"),
            created_at=more.get("at") or self.now(),
            author=author,
            state=record.state,
            assigned_to=more.get("assigned_to"),
            app_package_code=more.get("app_package_code"),
        )
        record.parts.append(part)
        record.updated_at = max(record.updated_at, part.created_at)
        return part


def contact_id_of(key: str) -> str:
    """24 hexadecimal digits, as Intercom's contact ids are."""
    return sha1(f"contact:{key}".encode(), usedforsecurity=False).hexdigest()[:24]


def as_html(text: str) -> str:
    """What the Messenger makes of typed text: escaped paragraphs."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "".join(f"<p>{html.escape(one, quote=False).replace(chr(10), '<br>')}</p>" for one in paragraphs)


def as_markup(body: str) -> str:
    """A body without markup is a paragraph; markup is kept as it comes."""
    return body if "<" in body else f"<p>{body}</p>"


def as_plain(markup: str | None) -> str | None:
    """Bodies in webhooks are plain text since 2.15."""
    return None if markup is None else html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"</p>\s*<p>|<br ?/?>", "\n", markup)))


def admin_author(admin: Json) -> Json:
    return {"type": "admin", "id": admin["id"], "name": admin["name"], "email": admin["email"]}


def contact_author(contact: ContactRecord) -> Json:
    return {"type": contact.role, "id": contact.id, "name": contact.name, "email": contact.email}
