"""Writes to a person: permanent notes and tags; only bot/perform calls it, and it decides nothing.

A note is not repeatable: one whose answer was lost is looked for with `find_contact_note` (L14). Tags state how it is to be.
*Errors:* the four; `doubtful` where the write may have been made.
"""

from datetime import datetime

from retrieval.errors import Surprised
from retrieval.vendors.intercom import wire
from retrieval.vendors.intercom.api import VENDOR, Api
from retrieval.vendors.intercom.sink import CLOCK_SKEW, tag_id
from retrieval.vendors.intercom.source import CONTACT_ID
from retrieval.vendors.intercom.text import html_of, same_words, text_of


class IntercomContactSink:
    """ContactSink. *Source:* /contacts/{id}/notes, /tags, 2.16, read 2026-11-22."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def note_contact(self, contact_id: str, admin_id: str, text: str) -> str:
        json = {"body": html_of(text), "admin_id": admin_id}
        return (await self._api.ask("add contact note", "POST", _path(contact_id, "notes"), wire.Note, json=json)).id

    async def find_contact_note(self, contact_id: str, admin_id: str, text: str, since: datetime) -> str | None:
        """Among the newest 50: that admin's note with the same words, made at or after `since` (5 s of skew)."""
        page = await self._api.ask("list notes", "GET", _path(contact_id, "notes"), wire.NotePage)
        theirs = [one for one in page.data if one.author and one.author.id == admin_id and one.created_at >= since - CLOCK_SKEW]
        return next((one.id for one in theirs if same_words(text_of(one.body), text)), None)

    async def tag_contact(self, contact_id: str, tag: str) -> None:
        """Idempotent; the tag is made where the workspace has none of that name. It names no admin."""
        json = {"id": await tag_id(self._api, tag)}
        await self._api.ask("tag contact", "POST", _path(contact_id, "tags"), wire.Tag, json=json, safe_to_repeat=True)

    async def untag_contact(self, contact_id: str, tag: str) -> None:
        """Idempotent: a tag they do not have (any more) is no error."""
        page = await self._api.ask("list contact tags", "GET", _path(contact_id, "tags"), wire.TagPage)
        for one in page.data:
            if one.name.casefold() == tag.casefold():
                await self._untagged(contact_id, one.id)

    async def _untagged(self, contact_id: str, found: str) -> None:
        try:
            path = f"{_path(contact_id, 'tags')}/{found}"
            await self._api.ask("untag contact", "DELETE", path, wire.Tag, safe_to_repeat=True)
        except Surprised as error:
            if error.code != "not_found":
                raise


def _path(contact_id: str, kind: str) -> str:
    """*Errors:* Surprised where the id cannot be one, since it becomes part of an address."""
    if not CONTACT_ID.fullmatch(contact_id):
        raise Surprised(VENDOR, "not a contact id", remedy="That is no Intercom contact.", field="contact_id")
    return f"/contacts/{contact_id}/{kind}"
