"""The people a case may be about: reads those like a new one, makes one on request, links it. It chooses none."""

from collections.abc import Mapping, Sequence

from playbooks.domain.case import ContactChoice, ContactDraft
from retrieval.errors import Duplicated
from retrieval.vendors.salesforce import queries, soql, translate
from retrieval.vendors.salesforce.refusals import VENDOR
from retrieval.vendors.salesforce.rest import Rest, path_segment
from retrieval.vendors.salesforce.settings import Settings
from retrieval.vendors.salesforce.source import phone_parts
from retrieval.vendors.salesforce.wire import CaseRow, ContactRow

INSISTING = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
"""*Source:* "Duplicate Rule Header", REST API from 52.0 on (read 2026-11-22): overrules rules that alert, none that block."""


class CasePeople:
    """The people's part of CaseSource and CaseSink. *Source:* /query and sobjects on Contact and Case, v62.0."""

    def __init__(self, rest: Rest, settings: Settings) -> None:
        self._rest, self._settings = rest, settings

    async def contacts(self, contact_ids: Sequence[str]) -> Sequence[ContactChoice]:
        if not contact_ids:
            return ()
        query = queries.contact_query(self._settings, f"Id IN {soql.texts(contact_ids)}")
        rows = await self._rest.query("contacts", query, ContactRow)
        return [translate.contact_choice(one, "known in Salesforce") for one in rows]

    async def contacts_like(self, draft: ContactDraft) -> Sequence[ContactChoice]:
        """*Empty:* () also where neither e-mail nor phone is known: a name alone is nobody."""
        why = "the same e-mail" if draft.email else "the same phone and name"
        return [translate.contact_choice(one, why) for one in await self._like(draft)]

    async def contact_made(self, draft: ContactDraft, once_key: str) -> str | None:
        """The key stands in the Description, which no WHERE may ask for: read and compared here."""
        mark = key_line(once_key)
        rows = await self._like(draft, "Description", by_name=True)
        return next((one.Id for one in rows if mark in one.custom("Description").splitlines()), None)

    async def _like(self, draft: ContactDraft, *more: str, by_name: bool = False) -> list[ContactRow]:
        parts = [f"Email = {soql.text(draft.email.lower())}"] if draft.email else []
        named = f"Name LIKE {soql.containing(draft.last_name)}"
        parts += [f"({one} AND {named})" for one in (phone_parts(draft.phone) if draft.phone else [])]
        parts = parts or ([named] if by_name else [])
        if not parts:
            return []
        query = queries.contact_query(self._settings, " OR ".join(parts), more)
        return await self._rest.query("contacts", query, ContactRow)

    async def contact_of(self, case_id: str) -> str | None:
        row = await self._rest.record("case", _case(case_id), queries.case_fields(self._settings), CaseRow)
        return row.ContactId if row else None

    async def create_contact(self, draft: ContactDraft, insist: bool, once_key: str) -> str:
        """Looks first, since an org's duplicate rules may be off. *Errors:* Duplicated; a doubtful one is read back with
        `contact_made`."""
        like = () if insist else await self.contacts_like(draft)
        if like:
            ids = [one.contact_id for one in like]
            raise Duplicated(VENDOR, "contacts like this", remedy="Is it one of these?", record_ids=ids, may_insist=True)
        return await self._rest.create("create_contact", "Contact", _fields(draft, once_key), INSISTING if insist else None)

    async def link_contact(self, case_id: str, contact_id: str) -> None:
        """With the contact's account: whether Salesforce follows a changed contact by itself is not documented."""
        row = await self._rest.record("contact", f"Contact/{path_segment(contact_id)}", ("Id", "AccountId"), ContactRow)
        account = {"AccountId": row.AccountId} if row and row.AccountId else {}
        await self._rest.change("link_contact", _case(case_id), {"ContactId": contact_id, **account})


def _case(case_id: str) -> str:
    return f"Case/{path_segment(case_id)}"


def key_line(once_key: str) -> str:
    """One line, whatever the key holds."""
    return f"[deskside:{' '.join(once_key.split())}]"


def _fields(draft: ContactDraft, once_key: str) -> Mapping[str, object]:
    fields = {
        "Description": f"Made by Deskside from a live chat.\n{key_line(once_key)}",
        "FirstName": draft.first_name,
        "LastName": draft.last_name,
        "Email": draft.email,
        "Phone": draft.phone,
        "AccountId": draft.account_id,
    }
    return {name: value for name, value in fields.items() if value}
