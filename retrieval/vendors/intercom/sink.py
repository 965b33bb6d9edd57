"""Writes to the inbox as a teammate; only bot/perform.py calls it, and it decides nothing.

Intercom has no idempotency keys. A reply or note whose answer was lost must be looked for with `find_part` before it is
tried again (L14). Assigning, snoozing, closing and reopening set a state, but each leaves a part and a notification (seen in
the sandbox, assumed of Intercom): perform looks at the conversation before it repeats one. Tags are repeated by the door.
*Errors:* the four; `doubtful` where the write may have been made.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from retrieval.errors import Surprised
from retrieval.vendors.intercom import wire
from retrieval.vendors.intercom.api import VENDOR, Api
from retrieval.vendors.intercom.source import wire_conversation
from retrieval.vendors.intercom.text import html_of, same_words, text_of

CLOCK_SKEW = timedelta(seconds=5)
"""Intercom stamps parts in whole seconds of its own clock; a part this much older may still be the one we sent."""


class IntercomSink:
    """InboxSink. *Source:* /conversations/{id}/reply, /parts, /tags, /convert, PUT, POST /tags, 2.16, read 2026-11-22."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def reply(self, conversation_id: str, admin_id: str, text: str) -> str:
        """To the customer. Not repeatable: after a doubtful answer read back with `find_part`."""
        return await self._said(conversation_id, "comment", admin_id, text)

    async def note(self, conversation_id: str, admin_id: str, text: str) -> str:
        """For colleagues only. Not repeatable: after a doubtful answer read back with `find_part`."""
        return await self._said(conversation_id, "note", admin_id, text)

    async def find_part(self, conversation_id: str, admin_id: str, text: str, since: datetime) -> str | None:
        """The newest part of that admin with the same words, white space aside, made at or after `since` (5 s of skew)."""
        found = await wire_conversation(self._api, conversation_id)
        parts = found.conversation_parts.conversation_parts if found and found.conversation_parts else []
        return _same_part([one for one in parts if one.created_at >= since - CLOCK_SKEW], admin_id, text)

    async def add_tag(self, conversation_id: str, admin_id: str, tag: str) -> str:
        """Creates the tag where the workspace has none of that name. Idempotent: POST /tags answers the existing one, and
        a tag a conversation already has stays once. No part is made."""
        path = f"/conversations/{checked(conversation_id)}/tags"
        json = {"id": await tag_id(self._api, tag), "admin_id": admin_id}
        await self._api.ask("add tag", "POST", path, wire.Tag, json=json, safe_to_repeat=True)
        return ""

    async def remove_tag(self, conversation_id: str, admin_id: str, tag: str) -> str:
        """Idempotent: a tag it does not have (any more) is no error. No part is made."""
        found = await wire_conversation(self._api, checked(conversation_id))
        tags = found.tags.tags if found and found.tags else []
        for one in tags:
            if one.name.casefold() == tag.casefold():
                await self._untagged(conversation_id, admin_id, one.id)
        return ""

    async def _untagged(self, conversation_id: str, admin_id: str, tag_id: str) -> None:
        path = f"/conversations/{conversation_id}/tags/{tag_id}"
        try:
            await self._api.ask("remove tag", "DELETE", path, wire.Tag, json={"admin_id": admin_id}, safe_to_repeat=True)
        except Surprised as error:
            if error.code != "tag_not_found":
                raise

    async def assign(self, conversation_id: str, admin_id: str, assignee_id: str, to_team: bool) -> str:
        """Idempotent: the same assignee twice is one assignment. An admin and a team can both be assigned."""
        kind = "team" if to_team else "admin"
        return await self._managed(conversation_id, "assignment", admin_id, type=kind, assignee_id=assignee_id)

    async def snooze(self, conversation_id: str, admin_id: str, until: datetime) -> str:
        """Idempotent: it states the moment, not a duration."""
        return await self._managed(conversation_id, "snoozed", admin_id, snoozed_until=int(until.timestamp()))

    async def close(self, conversation_id: str, admin_id: str) -> str:
        """Idempotent: closed stays closed. Without a closing word to the customer."""
        return await self._managed(conversation_id, "close", admin_id, type="admin")

    async def reopen(self, conversation_id: str, admin_id: str) -> str:
        """Idempotent: open stays open. Also ends a snooze."""
        return await self._managed(conversation_id, "open", admin_id)

    async def set_attributes(self, conversation_id: str, attributes: Mapping[str, str]) -> None:
        """Idempotent. *Source:* PUT /conversations/{id}, 2.16; it names no admin. *Errors:* Surprised, naming the attribute,
        also where Intercom took the request and left the attribute as it was (assumed of one it does not know)."""
        path, json = f"/conversations/{checked(conversation_id)}", {"custom_attributes": dict(attributes)}
        after = await self._api.ask("set attributes", "PUT", path, wire.Conversation, json=json, safe_to_repeat=True)
        for name, value in attributes.items():
            if str(after.custom_attributes.get(name)).casefold() != value.casefold():
                raise _not_taken(name)

    async def convert(self, conversation_id: str, ticket_type_id: str) -> str:
        """The ticket's id. Not repeatable: after a doubtful answer read back with `ticket_of`."""
        path, json = f"/conversations/{checked(conversation_id)}/convert", {"ticket_type_id": ticket_type_id}
        return (await self._api.ask("convert", "POST", path, wire.Reference, json=json)).id

    async def ticket_of(self, conversation_id: str) -> str | None:
        """*Assumed:* a converted conversation is the ticket of the same id; no document says so, the ids are of one kind."""
        found = await self._api.ask_if_any("read ticket", f"/tickets/{checked(conversation_id)}", wire.Reference)
        return found.id if found else None

    async def _said(self, conversation_id: str, message_type: str, admin_id: str, text: str) -> str:
        json = {"message_type": message_type, "type": "admin", "admin_id": admin_id, "body": html_of(text)}
        path = f"/conversations/{checked(conversation_id)}/reply"
        after = await self._api.ask(f"send {message_type}", "POST", path, wire.Conversation, json=json)
        parts = after.conversation_parts.conversation_parts if after.conversation_parts else []
        return _same_part(parts, admin_id, text) or ""

    async def _managed(self, conversation_id: str, message_type: str, admin_id: str, **more: str | int) -> str:
        json = {"message_type": message_type, "admin_id": admin_id, **more}
        path = f"/conversations/{checked(conversation_id)}/parts"
        after = await self._api.ask(message_type, "POST", path, wire.Conversation, json=json)
        parts = after.conversation_parts.conversation_parts if after.conversation_parts else []
        return parts[-1].id if parts else ""


def _not_taken(name: str) -> Surprised:
    remedy = f"Is there a conversation attribute “{name}” in Intercom, and may it hold this value?"
    return Surprised(VENDOR, "an attribute was not taken", remedy=remedy, field=name, code="not_set")


async def tag_id(api: Api, name: str) -> str:
    """Of the tag with this name, which is made where the workspace has none."""
    return (await api.ask("resolve tag", "POST", "/tags", wire.Tag, json={"name": name}, safe_to_repeat=True)).id


def checked(conversation_id: str) -> str:
    """The id, which becomes part of an address. *Errors:* Surprised where it is no number."""
    if not (conversation_id.isascii() and conversation_id.isdigit()):
        raise Surprised(VENDOR, "not a conversation id", remedy="That is no Intercom conversation.", field="conversation_id")
    return conversation_id


def _same_part(parts: list[wire.Part], admin_id: str, text: str) -> str | None:
    """Newest first; the same words twice are told apart only by time."""
    theirs = [one for one in parts if one.author.type == "admin" and one.author.id == admin_id]
    return next((one.id for one in reversed(theirs) if same_words(text_of(one.body), text)), None)
