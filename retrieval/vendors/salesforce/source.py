"""What Salesforce knows of a customer: contacts, account with owner and tier, open and recent cases. It writes nothing."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from playbooks.domain.customer import Identity
from playbooks.domain.facts import Account, SourceFacts
from retrieval.vendors.salesforce import queries, soql, translate
from retrieval.vendors.salesforce.rest import Rest
from retrieval.vendors.salesforce.settings import Settings
from retrieval.vendors.salesforce.wire import AccountRow, CaseRow, ContactRow, OrderRow

MOST_CASES = 20
MOST_KEYS = 20
"""Ids, e-mails or phone numbers in one question: keeps the query's URL far below Salesforce's limit of 16,384 bytes."""


class SalesforceCustomers:
    """CustomerSource. *Source:* /query on Contact, Case, Order, v62.0 (read 2026-11-22)."""

    name = "salesforce"

    def __init__(self, rest: Rest, settings: Settings, now: Callable[[], datetime]) -> None:
        self._rest, self._settings, self._now = rest, settings, now

    def wants(self, identity: Identity) -> Identity:
        return Identity(
            name=identity.name if identity.phones else None,
            emails=identity.emails,
            phones=identity.phones,
            salesforce_contact_ids=identity.salesforce_contact_ids,
            salesforce_account_id=identity.salesforce_account_id,
        )

    async def facts(self, identity: Identity) -> SourceFacts:
        """*Empty:* facts without account and cases: nobody by that id, e-mail or phone number."""
        as_of = self._now()
        people = await self._people(identity)
        contacts = [row for row, _ in people]
        account, cases, numbers = await asyncio.gather(
            self._account(contacts, identity), self._cases(contacts), self._order_numbers(contacts)
        )
        return SourceFacts(
            source=self.name,
            as_of=as_of,
            identity=translate.identity_of(contacts, numbers),
            links=tuple(translate.link(row, why, self._settings) for row, why in people),
            account=account,
            cases=tuple(translate.case_fact(row, self._settings) for row in cases),
        )

    async def _people(self, identity: Identity) -> list[tuple[ContactRow, str]]:
        """The person's contacts, then their doubles under another e-mail, by a phone number not asked for yet."""
        rows = await self._contacts(contacts_where(identity))
        people = translate.linked(rows, identity)
        phones = {phone for row, _ in people for phone in translate.phones_of(row)} - set(identity.phones)
        known = {row.Id for row in rows}
        doubles = await self._contacts(contacts_where(Identity(phones=tuple(sorted(phones)))))
        rows += [row for row in doubles if row.Id not in known]
        return translate.linked(rows, identity)

    async def _contacts(self, where: str) -> list[ContactRow]:
        """*Empty:* [] also where there is nothing to ask by: a query without a condition would be everybody."""
        if not where:
            return []
        return await self._rest.query("contacts", queries.contact_query(self._settings, where), ContactRow)

    async def _account(self, contacts: Sequence[ContactRow], identity: Identity) -> Account | None:
        known = next((row.Account for row in contacts if row.Account), None)
        if known is None and identity.salesforce_account_id:
            query = queries.account_query(self._settings, translate.id_of_18(identity.salesforce_account_id))
            known = next(iter(await self._rest.query("account", query, AccountRow)), None)
        return translate.account(known, self._settings) if known else None

    async def _cases(self, contacts: Sequence[ContactRow]) -> list[CaseRow]:
        """Open ones first, then the most recently changed."""
        if not contacts:
            return []
        where = f"ContactId IN {soql.texts(row.Id for row in contacts[:MOST_KEYS])}"
        query = queries.case_query(self._settings, where, "IsClosed, SystemModstamp DESC", MOST_CASES)
        return await self._rest.query("cases", query, CaseRow)

    async def _order_numbers(self, contacts: Sequence[ContactRow]) -> tuple[str, ...]:
        if not contacts or not self._settings.order_number_field:
            return ()
        where = f"BillToContactId IN {soql.texts(row.Id for row in contacts[:MOST_KEYS])}"
        rows = await self._rest.query("orders", queries.order_query(self._settings, where), OrderRow)
        return translate.order_numbers(rows, self._settings.order_number_field)


def contacts_where(identity: Identity) -> str:
    """By id, e-mail or phone; "" where there is nothing to ask by."""
    parts = []
    if ids := identity.salesforce_contact_ids[:MOST_KEYS]:
        parts.append(f"Id IN {soql.texts(map(translate.id_of_18, ids))}")
    if emails := identity.emails[:MOST_KEYS]:
        parts.append(f"Email IN {soql.texts(emails)}")
    for phone in identity.phones[:MOST_KEYS]:
        parts += phone_parts(phone)
    return " OR ".join(parts)


def phone_parts(phone: str) -> list[str]:
    if not (short := translate.significant_digits(phone)):
        return []
    pattern = soql.with_digits(short)
    return [f"Phone LIKE {pattern}", f"MobilePhone LIKE {pattern}"]
