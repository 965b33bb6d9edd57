"""Past conversations as files in Intercom's own conversation shape, one a file: reads them, and words ours in that shape.

A file is what GET /conversations/{id} answers (2.16). Two keys may stand beside Intercom's: `contact`, the contact as
GET /contacts/{id} answers it, because a conversation names only its id; and `deskside`, the run's trail, because the inbox
does not know who pressed what.
"""

import json
from html import escape
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from playbooks.domain.conversation import Author, AuthorKind, Contact, Conversation, Part, PartKind
from playbooks.domain.recorded import Recorded
from playbooks.domain.run import TrailEntry
from retrieval.vendors.intercom import translate, wire
from retrieval.vendors.intercom.translate import Workspace


class NotARecord(Exception):
    """Not a conversation in Intercom's shape; says where it differs, never what stands there."""


class _Run(BaseModel):
    model_config = ConfigDict(extra="ignore")

    sop: str = ""
    sop_version: str = ""
    trail: tuple[TrailEntry, ...] = ()


class _Record(wire.Conversation):
    contact: wire.Contact | None = None
    deskside: _Run = _Run()


def recorded(text: str, workspace: Workspace) -> Recorded:
    """*Errors:* NotARecord."""
    try:
        one = _Record.model_validate_json(text)
    except ValidationError as error:
        places = sorted({".".join(str(step) for step in found["loc"]) or "(whole file)" for found in error.errors()})
        raise NotARecord(f"not an Intercom conversation: {', '.join(places[:5])}") from None
    return Recorded(
        conversation=translate.conversation(one, workspace, _contact(one)),
        sop=one.deskside.sop,
        sop_version=one.deskside.sop_version,
        trail=one.deskside.trail,
    )


def _contact(one: _Record) -> Contact | None:
    """Without the contact's own record, who opened the conversation as a user was signed in."""
    if one.contact is not None:
        return translate.contact(one.contact)
    named = translate.referred(one)
    opened_by_user = one.source is not None and one.source.author.type == "user"
    return named.model_copy(update={"signed_in": opened_by_user}) if named else None


_AUTHORS = {AuthorKind.CONTACT: "user", AuthorKind.AGENT: "admin", AuthorKind.BOT: "bot", AuthorKind.APP: "app"}
_PARTS = {
    PartKind.COMMENT: "comment",
    PartKind.NOTE: "note",
    PartKind.ASSIGNED: "assignment",
    PartKind.CLOSED: "close",
    PartKind.OPENED: "open",
    PartKind.SNOOZED: "snoozed",
    PartKind.UNSNOOZED: "unsnoozed",
    PartKind.OTHER: "other",
}


def record(one: Recorded) -> str:
    """The file's text. Whoever calls has masked it: what is not needed for a replay is not written at all."""
    talk = one.conversation
    shape = {
        "type": "conversation",
        "id": talk.conversation_id,
        "created_at": talk.created_at.timestamp(),
        "updated_at": talk.updated_at.timestamp(),
        "state": talk.state.value,
        "open": talk.state.value != "closed",
        "priority": "priority" if talk.priority else "not_priority",
        "admin_assignee_id": talk.assignee_admin_id,
        "team_assignee_id": talk.inbox_id,
        "tags": {"type": "tag.list", "tags": [{"type": "tag", "id": name, "name": name} for name in talk.tags]},
        "conversation_rating": _rating(talk),
        "source": _source(talk),
        "contacts": {"type": "contact.list", "contacts": [_reference(talk.contact)] if talk.contact else []},
        "custom_attributes": dict(talk.attributes),
        "conversation_parts": {
            "type": "conversation_part.list",
            "conversation_parts": [_part(each) for each in talk.parts[1:]],
        },
        "contact": _whole_contact(talk.contact) if talk.contact else None,
        "deskside": {
            "sop": one.sop,
            "sop_version": one.sop_version,
            "trail": [entry.model_dump(mode="json") for entry in one.trail],
        },
    }
    return json.dumps(shape, indent=2, ensure_ascii=False)


def _rating(talk: Conversation) -> dict[str, Any] | None:
    rating = talk.rating
    at = rating.at.timestamp() if rating and rating.at else None
    return {"rating": rating.score, "remark": rating.remark, "created_at": at, "updated_at": at} if rating else None


def _source(talk: Conversation) -> dict[str, Any] | None:
    if not talk.parts:
        return None
    first = talk.parts[0]
    return {
        "type": talk.channel or "conversation",
        "id": first.part_id,
        "subject": talk.subject,
        "body": _body(first.text),
        "author": _author(first.author),
    }


def _part(one: Part) -> dict[str, Any]:
    return {
        "type": "conversation_part",
        "id": one.part_id,
        "part_type": _PARTS[one.kind],
        "body": _body(one.text),
        "created_at": one.at.timestamp(),
        "author": _author(one.author),
        "attachments": [{"type": "upload", "name": each.name, "content_type": each.content_type} for each in one.attachments],
    }


def _body(text: str) -> str | None:
    """Bodies are HTML at Intercom."""
    return escape(text, quote=False).replace("\n", "<br>") or None


def _author(one: Author) -> dict[str, Any]:
    return {"type": _AUTHORS[one.kind], "id": one.author_id, "name": one.name or None}


def _reference(one: Contact) -> dict[str, Any]:
    return {"type": "contact", "id": one.contact_id, "external_id": one.external_id}


def _whole_contact(one: Contact) -> dict[str, Any]:
    role = "user" if one.signed_in else "lead"
    return {**_reference(one), "role": role, "custom_attributes": dict(one.attributes)}
