"""The made-up world as records of the sandbox org: users, accounts, contacts with their doubles, cases and orders."""

from retrieval.vendors.salesforce.sandbox_objects import OBJECTS
from retrieval.vendors.salesforce.sandbox_records import Org, Record
from retrieval.world import World, WorldCase, WorldOrder, WorldPerson


def seed(org: Org, world: World) -> None:
    users = {one.email: _user(org, world, one.name, one.email) for one in world.agents}
    accounts: dict[str, Record] = {}
    contacts: dict[str, Record] = {}
    for person in world.people:
        name = person.company or person.name
        if name not in accounts:
            accounts[name] = _account(org, world, person, users.get(person.owner_email))
        contacts[person.key] = _contact(org, world, person, accounts[name], person.email)
        for email in person.other_emails:
            _contact(org, world, person, accounts[name], email)
    for one in world.cases:
        _case(org, one, contacts[one.person])
    for order in world.orders:
        _order(org, order, contacts[order.person])
    org.fresh.clear()


def _user(org: Org, world: World, name: str, email: str) -> Record:
    record = org.insert(OBJECTS["User"], {"Username": email, "Email": email}, at=world.now)
    record["Name"] = name
    return record


def _account(org: Org, world: World, person: WorldPerson, owner: Record | None) -> Record:
    fields = {
        "Name": person.company or person.name,
        "Phone": person.phone,
        "Tier__c": person.tier,
        "VIP__c": person.vip,
        "BillingCity": person.city,
        "BillingCountry": person.country,
        "OwnerId": owner["Id"] if owner else None,
    }
    return org.insert(OBJECTS["Account"], fields, at=person.customer_since or world.now)


def _contact(org: Org, world: World, person: WorldPerson, account: Record, email: str) -> Record:
    first, _, last = person.name.rpartition(" ")
    fields = {
        "FirstName": first,
        "LastName": last,
        "Email": email,
        "Phone": person.phone,
        "AccountId": account["Id"],
        "OwnerId": account["OwnerId"],
        "MailingCity": person.city,
        "MailingCountry": person.country,
    }
    return org.insert(OBJECTS["Contact"], fields, at=person.customer_since or world.now)


def _case(org: Org, one: WorldCase, contact: Record) -> None:
    fields = {
        "Subject": one.subject,
        "Description": one.description,
        "Status": one.status,
        "Priority": one.priority,
        "Origin": "Email",
        "ContactId": contact["Id"],
    }
    org.insert(OBJECTS["Case"], fields, at=one.opened_at)


def _order(org: Org, order: WorldOrder, contact: Record) -> None:
    fields = {
        "OrderReferenceNumber": order.number,
        "Status": "Activated",
        "EffectiveDate": f"{order.placed_at:%Y-%m-%d}",
        "AccountId": contact["AccountId"],
        "BillToContactId": contact["Id"],
    }
    org.insert(OBJECTS["Order"], fields, at=order.placed_at)
