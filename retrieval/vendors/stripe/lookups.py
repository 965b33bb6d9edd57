"""The ways from an e-mail, an id or an order number to Stripe's customers and charges, shared by source and finder."""

import asyncio
from collections.abc import Iterable

from retrieval.vendors.stripe import wire
from retrieval.vendors.stripe.api import Api, quoted
from retrieval.vendors.stripe.settings import Settings


async def customers_by_email(api: Api, settings: Settings, email: str) -> list[wire.Customer]:
    """The list finds new customers at once but tells upper from lower case; the search does not, and lags a minute."""
    asked = [api.all("customers", "customers", wire.Customer, {"email": email})]
    if settings.search:
        asked.append(api.found("customer_search", "customers", wire.Customer, f"email:{quoted(email)}"))
    answers = await asyncio.gather(*asked)
    return _alive(one for customers in answers for one in customers)


async def customers_by_id(api: Api, ids: Iterable[str]) -> list[wire.Customer]:
    """*Empty:* unknown and deleted ones are left out."""
    answers = await asyncio.gather(*(api.one("customer", f"customers/{one}", wire.Customer) for one in ids))
    return _alive(one for one in answers if one)


async def charges_of_order(api: Api, settings: Settings, number: str) -> list[wire.Charge]:
    """*Empty:* [] also where the account has no search."""
    if not settings.search:
        return []
    query = " OR ".join(f"metadata[{quoted(key)}]:{quoted(number)}" for key in settings.order_keys)
    return await api.found("charge_search", "charges", wire.Charge, query)


def _alive(customers: Iterable[wire.Customer]) -> list[wire.Customer]:
    return list({one.id: one for one in customers if not one.deleted}.values())
