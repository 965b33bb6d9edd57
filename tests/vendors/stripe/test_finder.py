"""From an e-mail, a Stripe id or an order number to a person."""

import httpx
import pytest

from playbooks.domain.customer import Lookup, LookupKind
from retrieval.ports import CustomerFinder
from tests.vendors.stripe.account import Account

KIND_OF = {
    "cus": "customers",
    "ch": "charges",
    "pi": "payment_intents",
    "in": "invoices",
    "dp": "disputes",
    "re": "refunds",
    "sub": "subscriptions",
}


def finder(one: Account) -> CustomerFinder:
    assert one.connection.customer_finder is not None
    return one.connection.customer_finder


async def emails(one: Account, kind: LookupKind, value: str) -> list[tuple[str, ...]]:
    return [found.identity.emails for found in await finder(one).find(Lookup(kind=kind, value=value))]


async def test_every_kind_of_id_leads_to_its_customer(seen: Account) -> None:
    for prefix, kind in KIND_OF.items():
        thing = seen.state(kind)[0]
        assert thing["id"].startswith(f"{prefix}_")
        assert await emails(seen, LookupKind.STRIPE, thing["id"]) == [("priya.nair@example.com",)], kind


async def test_an_id_inside_a_dashboard_link_is_read(seen: Account) -> None:
    payment = seen.state("payment_intents")[0]["id"]
    link = f"https://dashboard.stripe.com/test/payments/{payment}?x=1"
    assert await emails(seen, LookupKind.STRIPE, link) == [("priya.nair@example.com",)]


@pytest.mark.parametrize("value", ["cus_nobody", "dp_nobody", "acct_123", "", "../customers", "ch_"])
async def test_what_is_no_known_id_finds_nobody(seen: Account, value: str) -> None:
    assert await emails(seen, LookupKind.STRIPE, value) == []


async def test_an_order_number_finds_who_paid_it(seen: Account) -> None:
    assert await emails(seen, LookupKind.ORDER, "SV-30001") == [("kenji@example.org",)]


@pytest.mark.parametrize(
    "value", ["' OR status:'succeeded", "\\' OR currency:'sgd' OR metadata['a']:'", 'x" OR "', "SV-20417\\"]
)
async def test_a_hostile_order_number_stays_a_value(seen: Account, value: str) -> None:
    assert await emails(seen, LookupKind.ORDER, value) == []


async def test_an_email_with_an_apostrophe_is_found(seen: Account) -> None:
    assert await emails(seen, LookupKind.EMAIL, "Sean.O'Donnell@example.com") == [("sean.o'donnell@example.com",)]


async def test_a_deleted_customer_is_not_offered(stripe_account: Account) -> None:
    customer = stripe_account.state("customers")[0]["id"]
    async with httpx.AsyncClient(headers={"Authorization": "Bearer sk_test_sandbox"}) as somebody:
        await somebody.delete(f"{stripe_account.url}/v1/customers/{customer}")
    assert await emails(stripe_account, LookupKind.STRIPE, customer) == []


async def test_it_understands_only_its_own_kinds(seen: Account) -> None:
    understood = {kind for kind in LookupKind if finder(seen).understands(Lookup(kind=kind, value="x"))}
    assert understood == {LookupKind.EMAIL, LookupKind.STRIPE, LookupKind.ORDER}
    assert await emails(seen, LookupKind.NAME, "Priya") == []
