"""What Intercom knows of a customer, and who a look-up may mean; it never merges two
people of different names because they share a phone."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime

from playbooks.domain.customer import Candidate, Identity, Link, Lookup, LookupKind
from playbooks.domain.facts import ContactNote, ConversationFact, SourceFacts
from retrieval.vendors.intercom import query, translate, wire
from retrieval.vendors.intercom.api import VENDOR, Api
from retrieval.vendors.intercom.source import (
    searched_contacts,
    searched_conversations,
    wire_contact,
    wire_conversation,
)
from retrieval.vendors.intercom.translate import Workspace

MOST_FILTERS = 15
MOST_CONTACTS = 5
"""Duplicates of one person; each costs two calls for notes and tags."""
MOST_CONVERSATIONS = 20
IN_A_LINK = re.compile(r"/conversations?/(\d+)")
_Filters = Callable[[str], list[query.Filter]]


class IntercomCustomers:
    """CustomerSource. *Errors:* the four; one failing call fails the whole answer (half an answer is none)."""

    name = VENDOR

    def __init__(self, api: Api, workspace: Workspace) -> None:
        self._api, self._workspace = api, workspace

    def wants(self, identity: Identity) -> Identity:
        asked_by = Identity(emails=identity.emails, phones=identity.phones, intercom_contact_ids=identity.intercom_contact_ids)
        return asked_by.model_copy(update={"name": identity.name}) if asked_by != Identity() else asked_by

    async def facts(self, identity: Identity) -> SourceFacts:
        """Contacts with the same id, e-mail, or phone and name; their conversations in our inboxes, notes, tags, attributes.

        *Source:* contacts/search, contacts/{id}, conversations/search, contacts/{id}/notes and /tags, 2.16, read
        2026-11-22. *Units and limits:* 20 newest conversations, 50 newest notes a contact, five duplicate contacts.
        *Empty:* facts without links where Intercom does not know the person.
        """
        at = datetime.now(UTC)
        known = await self._contacts(identity)
        if not known:
            return SourceFacts(source=VENDOR, as_of=at)
        several = [contact for contact, _ in known]
        conversations, notes, tags = await asyncio.gather(
            self._conversations(several), self._notes(several), self._tags(several)
        )
        return SourceFacts(
            source=VENDOR,
            as_of=at,
            identity=self._identity(several),
            links=tuple(self._link(contact, evidence) for contact, evidence in known),
            conversations=conversations,
            notes=notes,
            tags=tags,
            attributes=tuple(dict(pair for one in reversed(several) for pair in translate.contact(one).attributes).items()),
        )

    async def _contacts(self, identity: Identity) -> list[tuple[wire.Contact, str]]:
        """Each contact once, with why we think it is them: the strongest reason first."""
        wanted = [query.one_of("email", (one,)) for one in identity.emails]
        wanted += [query.one_of("phone", (form,)) for one in identity.phones for form in phone_forms(one)]
        ids = identity.intercom_contact_ids[:MOST_CONTACTS]
        by_id = await asyncio.gather(*(wire_contact(self._api, one) for one in ids))
        searched = await searched_contacts(self._api, wanted[:MOST_FILTERS]) if wanted else []
        found = {one.id: (one, "the same Intercom contact id") for one in by_id if one}
        by_email_first = sorted(searched, key=lambda one: (one.email or "").lower() not in identity.emails)
        for one in by_email_first:
            if one.id not in found and (reason := same_person(one, identity)):
                found[one.id] = (one, reason)
        return list(found.values())[:MOST_CONTACTS]

    def _identity(self, several: list[wire.Contact]) -> Identity:
        whole = Identity()
        for one in several:
            whole = whole.joined(translate.identity(one, self._workspace))
        return whole

    def _link(self, contact: wire.Contact, evidence: str) -> Link:
        label = contact.name or contact.email or contact.id
        url = self._workspace.contact_url(contact.id)
        return Link(source=VENDOR, record_id=contact.id, label=label, evidence=evidence, url=url)

    async def _conversations(self, several: list[wire.Contact]) -> tuple[ConversationFact, ...]:
        theirs = [query.one_of("contact_ids", tuple(one.id for one in several))]
        found = await searched_conversations(self._api, theirs, most_pages=1)
        ours = sorted((one for one in found if self._workspace.is_ours(one)), key=lambda one: one.updated_at, reverse=True)
        return tuple(translate.conversation_fact(one, self._workspace) for one in ours[:MOST_CONVERSATIONS])

    async def _notes(self, several: list[wire.Contact]) -> tuple[ContactNote, ...]:
        having = [one.id for one in several if one.notes is None or one.notes.total_count != 0]
        pages = await asyncio.gather(
            *(self._api.ask("list notes", "GET", f"/contacts/{one}/notes", wire.NotePage) for one in having)
        )
        notes = [translate.note(one) for page in pages for one in page.data]
        return tuple(sorted(notes, key=lambda one: one.at, reverse=True))

    async def _tags(self, several: list[wire.Contact]) -> tuple[str, ...]:
        having = [one.id for one in several if one.tags is None or one.tags.total_count != 0]
        pages = await asyncio.gather(
            *(self._api.ask("list contact tags", "GET", f"/contacts/{one}/tags", wire.TagPage) for one in having)
        )
        return tuple(dict.fromkeys(tag.name for page in pages for tag in page.data))


def same_person(contact: wire.Contact, identity: Identity) -> str | None:
    """Why a found contact is them; None where only a phone is shared with somebody of another name (a family, an office)."""
    if contact.email and contact.email.lower() in identity.emails:
        return f"the same e-mail {contact.email.lower()}"
    forms = {form for one in identity.phones for form in phone_forms(one)}
    if contact.phone is None or not forms & set(phone_forms(contact.phone)):
        return None
    if identity.name is None:
        return f"the same phone {contact.phone}"
    return f"the same phone {contact.phone} and name" if (contact.name or "").casefold() == identity.name.casefold() else None


class IntercomFinder:
    """CustomerFinder by e-mail, phone, name, contact id, conversation id or link, order and tracking number."""

    name = VENDOR

    def __init__(self, api: Api, workspace: Workspace) -> None:
        self._api, self._workspace = api, workspace

    def understands(self, lookup: Lookup) -> bool:
        return lookup.kind in self._by_kind()

    async def find(self, lookup: Lookup) -> tuple[Candidate, ...]:
        """*Source:* contacts/search, contacts/{id}, conversations/{id}, 2.16. *Empty:* () where nobody fits, or the
        conversation is in an inbox that is not ours (L22)."""
        value = lookup.value.strip()
        if not self.understands(lookup) or not value:
            return ()
        match lookup.kind:
            case LookupKind.INTERCOM_CONTACT:
                found = [one for one in [await wire_contact(self._api, value)] if one]
            case LookupKind.INTERCOM_CONVERSATION:
                found = await self._who_wrote(value)
            case kind:
                found = await searched_contacts(self._api, self._by_kind()[kind](value))
        fitting = [one for one in found if self._holds(one, lookup.kind, value)]
        return tuple(self._candidate(one, lookup) for one in fitting)

    def _by_kind(self) -> dict[LookupKind, _Filters]:
        kinds: dict[LookupKind, _Filters] = {
            LookupKind.EMAIL: lambda value: [query.one_of("email", (value.lower(),))],
            LookupKind.PHONE: lambda value: [query.one_of("phone", (one,)) for one in phone_forms(value)],
            LookupKind.NAME: lambda value: [contains("name", value)],
            LookupKind.INTERCOM_CONTACT: lambda _: [],
            LookupKind.INTERCOM_CONVERSATION: lambda _: [],
        }
        for kind, attribute in self._kept_numbers().items():
            kinds[kind] = _containing(f"custom_attributes.{attribute}")
        return kinds

    def _kept_numbers(self) -> dict[LookupKind, str]:
        kept = {
            LookupKind.ORDER: self._workspace.order_attribute,
            LookupKind.TRACKING: self._workspace.tracking_attribute,
        }
        return {kind: attribute for kind, attribute in kept.items() if attribute}

    def _holds(self, contact: wire.Contact, kind: LookupKind, value: str) -> bool:
        """ "Contains" also finds SV-20417 for SV-2041: a number must be there as a whole."""
        attribute = self._kept_numbers().get(kind)
        kept = translate.listed(contact.custom_attributes.get(attribute)) if attribute else ()
        return attribute is None or value.casefold() in {one.casefold() for one in kept}

    async def _who_wrote(self, value: str) -> list[wire.Contact]:
        in_link = IN_A_LINK.search(value)
        found = await wire_conversation(self._api, in_link.group(1) if in_link else value)
        who = translate.referred(found) if found and self._workspace.is_ours(found) else None
        contact = await wire_contact(self._api, who.contact_id) if who else None
        return [contact] if contact else []

    def _candidate(self, contact: wire.Contact, lookup: Lookup) -> Candidate:
        told_apart = [contact.email, contact.phone, "signed in" if contact.role == "user" else "lead"]
        return Candidate(
            source=VENDOR,
            identity=translate.identity(contact, self._workspace),
            detail=" · ".join(one for one in told_apart if one),
            evidence=f"Intercom contact found by {lookup.kind.value.replace('_', ' ')}",
        )


def contains(field: str, value: str) -> query.Filter:
    return {"field": field, "operator": "~", "value": value}


def _containing(field: str) -> _Filters:
    return lambda value: [contains(field, value)]


def phone_forms(value: str) -> tuple[str, ...]:
    """As typed and as +6591234567: Intercom keeps what it was given and compares whole (assumed)."""
    digits = re.sub(r"[^\d]", "", value)
    return tuple(dict.fromkeys((value, f"+{digits}" if value.lstrip().startswith(("+", "00")) else digits)))
