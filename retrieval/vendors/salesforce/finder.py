"""Finds people in Salesforce by e-mail, phone, name, Salesforce id or order number. It never chooses between two people."""

from playbooks.domain.customer import Candidate, Identity, Lookup, LookupKind
from retrieval.vendors.salesforce import queries, soql, translate
from retrieval.vendors.salesforce.rest import Rest
from retrieval.vendors.salesforce.settings import Settings
from retrieval.vendors.salesforce.source import phone_parts
from retrieval.vendors.salesforce.wire import AccountRow, CaseRow, ContactRow, OrderRow

ALWAYS = frozenset({LookupKind.EMAIL, LookupKind.PHONE, LookupKind.NAME, LookupKind.SALESFORCE})


class SalesforcePeople:
    """CustomerFinder. *Source:* /query on Contact, Account, Case, Order, v62.0 (read 2026-11-22)."""

    name = "salesforce"

    def __init__(self, rest: Rest, settings: Settings) -> None:
        self._rest, self._settings = rest, settings

    def understands(self, lookup: Lookup) -> bool:
        return lookup.kind in ALWAYS or (lookup.kind is LookupKind.ORDER and bool(self._settings.order_number_field))

    async def find(self, lookup: Lookup) -> tuple[Candidate, ...]:
        value = lookup.value.strip()
        if not value or not self.understands(lookup):
            return ()
        match lookup.kind:
            case LookupKind.EMAIL:
                return await self._people(f"Email = {soql.text(value.lower())}", f"e-mail {value.lower()}")
            case LookupKind.PHONE:
                return await self._by_phone(value)
            case LookupKind.NAME:
                return await self._people(f"Name LIKE {soql.containing(value)}", f"name contains “{value}”")
            case LookupKind.ORDER:
                return await self._by_order(value)
            case _:
                return await self._by_id(translate.record_id(value))

    async def _people(self, where: str, why: str) -> tuple[Candidate, ...]:
        return translate.candidates(await self._contacts(where), why)

    async def _contacts(self, where: str) -> list[ContactRow]:
        return await self._rest.query("find", queries.contact_query(self._settings, where), ContactRow)

    async def _by_phone(self, phone: str) -> tuple[Candidate, ...]:
        parts = phone_parts(phone)
        return await self._people(" OR ".join(parts), f"phone {phone}") if parts else ()

    async def _by_order(self, number: str) -> tuple[Candidate, ...]:
        where = f"{self._settings.order_number_field} = {soql.text(number)}"
        orders = await self._rest.query("find", queries.order_query(self._settings, where), OrderRow)
        contacts = sorted({row.BillToContactId for row in orders if row.BillToContactId})
        if not contacts:
            return ()
        rows = await self._contacts(f"Id IN {soql.texts(contacts)}")
        numbers = translate.order_numbers(orders, self._settings.order_number_field)
        return translate.candidates(rows, f"order {number}", numbers)

    async def _by_id(self, salesforce_id: str | None) -> tuple[Candidate, ...]:
        match (salesforce_id or "")[:3]:
            case "003":
                return await self._people(f"Id = {soql.text(str(salesforce_id))}", f"Salesforce contact {salesforce_id}")
            case "001":
                return await self._by_account(str(salesforce_id))
            case "500":
                return await self._by_case(str(salesforce_id))
            case _:
                return ()

    async def _by_account(self, account_id: str) -> tuple[Candidate, ...]:
        people = await self._people(f"AccountId = {soql.text(account_id)}", f"contact of Salesforce account {account_id}")
        if people:
            return people
        query = queries.account_query(self._settings, account_id)
        return tuple(
            Candidate(
                source=self.name,
                identity=Identity(name=row.Name or None, salesforce_account_id=row.Id),
                detail=row.Name,
                evidence=f"Salesforce account {row.Id}, which has no contacts",
            )
            for row in await self._rest.query("find", query, AccountRow)
        )

    async def _by_case(self, case_id: str) -> tuple[Candidate, ...]:
        fields = queries.case_fields(self._settings)
        row = await self._rest.record("find", f"Case/{case_id}", fields, CaseRow)
        if row is None or not row.ContactId:
            return ()
        return await self._people(f"Id = {soql.text(row.ContactId)}", f"contact of case {row.CaseNumber}")
