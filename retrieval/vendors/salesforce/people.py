"""The people a case may be about: reads those like a new one, makes one on request, links it. It chooses none."""

from collections.abc import Mapping, Sequence
from datetime import datetime

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
        return await self._found(f"Id IN {soql.texts(contact_ids)}", "Salesforce's duplicate rule")

    async def contacts_like(self, draft: ContactDraft, since: datetime | None = None) -> Sequence[ContactChoice]:
        """*Empty:* () also where neither e-mail nor phone is known: a name alone is nobody."""
        parts = [f"Email = {soql.text(draft.email.lower())}"] if draft.email else []
        named = f"Name LIKE {soql.containing(draft.last_name)}"
        parts += [f"({one} AND {named})" for one in (phone_parts(draft.phone) if draft.phone else [])]
        if not parts:
            return ()
        where = f"({' OR '.join(parts)})" + (f" AND CreatedDate >= {soql.moment(since)}" if since else "")
        return await self._found(where, "the same e-mail" if draft.email else "the same phone and name")

    async def _found(self, where: str, why: str) -> Sequence[ContactChoice]:
        rows = await self._rest.query("contacts", queries.contact_query(self._settings, where), ContactRow)
        return [translate.contact_choice(one, why) for one in rows]

    async def contact_of(self, case_id: str) -> str | None:
        row = await self._rest.record("case", _case(case_id), queries.case_fields(self._settings), CaseRow)
        return row.ContactId if row else None

    async def create_contact(self, draft: ContactDraft, insist: bool) -> str:
        """Looks first, since an org's duplicate rules may be off. *Errors:* Duplicated; doubtful ones are read back with
        `contacts_like`."""
        like = () if insist else await self.contacts_like(draft)
        if like:
            ids = [one.contact_id for one in like]
            raise Duplicated(VENDOR, "contacts like this", remedy="Is it one of these?", record_ids=ids, may_insist=True)
        return await self._rest.create("create_contact", "Contact", _fields(draft), INSISTING if insist else None)

    async def link_contact(self, case_id: str, contact_id: str) -> None:
        """With the contact's account: whether Salesforce follows a changed contact by itself is not documented."""
        row = await self._rest.record("contact", f"Contact/{path_segment(contact_id)}", ("Id", "AccountId"), ContactRow)
        account = {"AccountId": row.AccountId} if row and row.AccountId else {}
        await self._rest.change("link_contact", _case(case_id), {"ContactId": contact_id, **account})


def _case(case_id: str) -> str:
    return f"Case/{path_segment(case_id)}"


def _fields(draft: ContactDraft) -> Mapping[str, object]:
    fields = {
        "FirstName": draft.first_name,
        "LastName": draft.last_name,
        "Email": draft.email,
        "Phone": draft.phone,
        "AccountId": draft.account_id,
    }
    return {name: value for name, value in fields.items() if value}
