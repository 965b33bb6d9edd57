"""What Stripe knows of a customer: charges, refunds, disputes, invoices, subscriptions. It writes nothing."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from playbooks.domain.customer import Identity
from playbooks.domain.facts import SourceFacts
from retrieval.vendors.stripe import translate, wire
from retrieval.vendors.stripe.api import Api
from retrieval.vendors.stripe.lookups import charges_of_order, customers_by_email, customers_by_id
from retrieval.vendors.stripe.settings import Settings


@dataclass(frozen=True)
class Books:
    """One customer's objects as Stripe lists them."""

    charges: list[wire.Charge]
    invoices: list[wire.Invoice]
    subscriptions: list[wire.Subscription]


class StripeCustomers:
    """CustomerSource. *Source:* customers, charges, disputes, invoices, subscriptions, products, 2026-10-28.endive.

    A purchase without a Stripe customer (guest checkout) is seen only by way of its order number.
    """

    name = "stripe"

    def __init__(self, api: Api, settings: Settings, now: Callable[[], datetime]) -> None:
        self._api, self._settings, self._now = api, settings, now

    def wants(self, identity: Identity) -> Identity:
        """Order numbers only where nothing better is known: they cost a search."""
        if identity.emails or identity.stripe_customer_ids:
            return Identity(emails=identity.emails, stripe_customer_ids=identity.stripe_customer_ids)
        return Identity(order_numbers=identity.order_numbers if self._settings.search else ())

    async def facts(self, identity: Identity) -> SourceFacts:
        """*Empty:* facts without links: no Stripe customer by that id or e-mail, and no charge by that order number."""
        as_of, wanted = self._now(), self.wants(identity)
        guest_charges = await self._ordered(wanted.order_numbers)
        customers = await self._customers(wanted, guest_charges)
        books = await asyncio.gather(*(self._books(one.id) for one in customers))
        charges = _newest_first([*guest_charges, *(charge for one in books for charge in one.charges)])
        invoices = [invoice for one in books for invoice in one.invoices]
        subscriptions = [one for book in books for one in book.subscriptions]
        disputes, products, refunds = await asyncio.gather(
            self._disputes(charges), self._products(subscriptions), self._refunds(charges)
        )
        paid_by = translate.invoices_by_payment(invoices)
        return SourceFacts(
            source=self.name,
            as_of=as_of,
            identity=translate.identity(customers, charges, self._settings),
            links=tuple(translate.link(one, identity, self._settings) for one in customers),
            charges=tuple(translate.charge(one, paid_by, self._settings) for one in charges),
            refunds=tuple(map(translate.refund, refunds)),
            disputes=tuple(map(translate.dispute, disputes)),
            invoices=tuple(translate.invoice(one, as_of) for one in invoices),
            subscriptions=tuple(translate.subscription(one, products) for one in subscriptions),
        )

    async def _ordered(self, numbers: Iterable[str]) -> list[wire.Charge]:
        found = await asyncio.gather(*(charges_of_order(self._api, self._settings, one) for one in numbers))
        return [charge for charges in found for charge in charges]

    async def _customers(self, wanted: Identity, charges: Iterable[wire.Charge]) -> list[wire.Customer]:
        ids = dict.fromkeys([*wanted.stripe_customer_ids, *(one.customer for one in charges if one.customer)])
        by_id, *by_email = await asyncio.gather(
            customers_by_id(self._api, ids),
            *(customers_by_email(self._api, self._settings, one) for one in wanted.emails),
        )
        found = [*by_id, *(one for customers in by_email for one in customers)]
        return list({one.id: one for one in found}.values())

    async def _books(self, customer: str) -> Books:
        by = {"customer": customer}
        charges, invoices, subscriptions = await asyncio.gather(
            self._api.all("charges", "charges", wire.Charge, {**by, "expand[]": ["data.refunds"]}),
            self._api.all("invoices", "invoices", wire.Invoice, {**by, "expand[]": ["data.payments"]}),
            self._api.all("subscriptions", "subscriptions", wire.Subscription, {**by, "status": "all"}),
        )
        return Books(charges, invoices, subscriptions)

    async def _disputes(self, charges: Iterable[wire.Charge]) -> list[wire.Dispute]:
        """Stripe lists disputes by charge, not by customer; only disputed charges are asked for."""
        disputed = [one.id for one in charges if one.disputed]
        found = await asyncio.gather(
            *(self._api.all("disputes", "disputes", wire.Dispute, {"charge": one}) for one in disputed)
        )
        return [dispute for disputes in found for dispute in disputes]

    async def _refunds(self, charges: Iterable[wire.Charge]) -> list[wire.Refund]:
        """Those that came with their charge; where there are more than fit in there (ten), or none came, they are listed."""
        found = await asyncio.gather(*(self._refunds_of(one) for one in charges if one.amount_refunded))
        return [refund for refunds in found for refund in refunds]

    async def _refunds_of(self, charge: wire.Charge) -> list[wire.Refund]:
        if charge.refunds and charge.refunds.data and not charge.refunds.has_more:
            return charge.refunds.data
        return await self._api.all("refunds", "refunds", wire.Refund, {"charge": charge.id})

    async def _products(self, subscriptions: list[wire.Subscription]) -> dict[str, str]:
        ids = translate.unnamed_products(subscriptions)
        if not ids:
            return {}
        products = await self._api.all("products", "products", wire.Product, {"ids[]": ids})
        return {one.id: one.name for one in products}


def _newest_first(charges: Iterable[wire.Charge]) -> list[wire.Charge]:
    distinct = {one.id: one for one in charges}
    return sorted(distinct.values(), key=lambda one: one.created, reverse=True)
