"""Reads the inbox: conversations whole, what changed, and searches; it never writes, and shows only inboxes that are ours."""

import re
from collections.abc import Sequence
from datetime import datetime

from playbooks.domain.conversation import Conversation
from playbooks.domain.search import Admin, ConversationSearch, TicketType
from retrieval.vendors.intercom import query, translate, wire
from retrieval.vendors.intercom.api import Api, every
from retrieval.vendors.intercom.translate import Workspace

CONTACT_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
"""24 hexadecimal digits as a rule; what may become part of an address is all that matters here."""
MOST_ID_LETTERS = 20
"""Ids are decimal numbers below 2**63; anything else is no conversation and is not asked for."""


class IntercomInbox:
    """InboxSource over Intercom's REST API 2.16."""

    def __init__(self, api: Api, workspace: Workspace) -> None:
        self._api, self._workspace = api, workspace

    async def conversation(self, conversation_id: str) -> Conversation | None:
        """With its contact and all its parts.

        *Source:* GET /conversations/{id}, GET /contacts/{id}, 2.16, read 2026-11-22. *Units and limits:* two calls; beyond
        500 parts Intercom sends only the newest 500 (and the opening message). *Empty:* None where there is no such
        conversation. *Errors:* the four.
        """
        found = await wire_conversation(self._api, conversation_id)
        if found is None:
            return None
        who = translate.referred(found)
        contact = await wire_contact(self._api, who.contact_id) if who else None
        return translate.conversation(found, self._workspace, translate.contact(contact) if contact else who)

    async def recent(self, since: datetime, limit: int = 50) -> Sequence[Conversation]:
        """Of our inboxes or in none yet, oldest change first, without parts.

        *Source:* POST /conversations/search, 2.16. *Units and limits:* all pages are read, since no order is documented.
        """
        wanted = query.within("updated_at", since, None)
        changed = [one for one in await self._searched(wanted) if one.updated_at > since]
        return self._in_order(changed)[:limit]

    async def search(self, search: ConversationSearch, limit: int = 500) -> Sequence[Conversation]:
        """Conversations without parts that fit everything asked for, the latest `limit` of them, oldest change first.

        *Empty:* () also where a tag or the e-mail address is unknown to Intercom.
        """
        tag_ids = await self._tag_ids(search.tags) if search.tags else ()
        contact_ids = await self._contact_ids(search)
        if tag_ids is None or (search.email and not contact_ids):
            return ()
        return self._in_order(await self._searched(query.filters(search, tag_ids, contact_ids)))[-limit:]

    async def admins(self) -> Sequence[Admin]:
        """*Source:* GET /admins, 2.16, not paged."""
        found = await self._api.ask("list admins", "GET", "/admins", wire.AdminPage)
        return [Admin(admin_id=one.id, name=one.name, email=(one.email or "").lower()) for one in found.admins]

    async def ticket_types(self) -> Sequence[TicketType]:
        """Those a conversation can be converted to: of category Customer, not archived. *Source:* GET /ticket_types, 2.16."""
        found = await self._api.ask("list ticket types", "GET", "/ticket_types", wire.TicketTypePage)
        usable = (one for one in found.data if one.category == "Customer" and not one.archived)
        return [TicketType(ticket_type_id=one.id, name=one.name) for one in usable]

    def _in_order(self, found: list[wire.Conversation]) -> Sequence[Conversation]:
        by_change = sorted(found, key=lambda one: (one.updated_at, one.id))
        return [translate.conversation(one, self._workspace) for one in by_change]

    async def _searched(self, wanted: list[query.Filter]) -> list[wire.Conversation]:
        return [one for one in await searched_conversations(self._api, wanted) if self._workspace.is_ours(one)]

    async def _tag_ids(self, names: Sequence[str]) -> tuple[str, ...] | None:
        """None where the workspace lacks one of them."""
        known = await self._api.ask("list tags", "GET", "/tags", wire.TagPage)
        ids = {one.name.casefold(): one.id for one in known.data}
        found = [ids.get(one.casefold()) for one in names]
        return tuple(one for one in found if one) if all(found) else None

    async def _contact_ids(self, search: ConversationSearch) -> tuple[str, ...]:
        if search.contact_id or not search.email:
            return (search.contact_id,) if search.contact_id else ()
        found = await searched_contacts(self._api, [query.one_of("email", (search.email.lower(),))])
        return tuple(one.id for one in found)


async def wire_conversation(api: Api, conversation_id: str) -> wire.Conversation | None:
    if not (conversation_id.isascii() and conversation_id.isdigit() and len(conversation_id) <= MOST_ID_LETTERS):
        return None
    return await api.ask_if_any("read conversation", f"/conversations/{conversation_id}", wire.Conversation)


async def wire_contact(api: Api, contact_id: str) -> wire.Contact | None:
    if not CONTACT_ID.fullmatch(contact_id):
        return None
    return await api.ask_if_any("read contact", f"/contacts/{contact_id}", wire.Contact)


async def searched_conversations(
    api: Api, wanted: list[query.Filter], most_pages: int | None = None
) -> list[wire.Conversation]:
    """Every page, or the first `most_pages`. A conversation that changes while we page may come twice; the newer counts."""
    found: dict[str, wire.Conversation] = {}
    asked = 0

    async def page(cursor: str | None) -> wire.ConversationPage:
        json = query.body(wanted or query.within("created_at", datetime.fromtimestamp(1).astimezone(), None), cursor)
        return await api.ask(
            "search conversations", "POST", "/conversations/search", wire.ConversationPage, json=json, safe_to_repeat=True
        )

    async for one in every(page):
        asked += 1
        for each in one.conversations:
            if each.id not in found or found[each.id].updated_at <= each.updated_at:
                found[each.id] = each
        if asked == most_pages:
            break
    return list(found.values())


async def searched_contacts(api: Api, any_of: list[query.Filter], most: int = 150) -> list[wire.Contact]:
    """Contacts any of the filters fits, at most one page: a look-up that means more people than that asks back anyway."""
    json = {"query": query.any_of(any_of), "pagination": {"per_page": most}}
    page = await api.ask("search contacts", "POST", "/contacts/search", wire.ContactPage, json=json, safe_to_repeat=True)
    return page.data
