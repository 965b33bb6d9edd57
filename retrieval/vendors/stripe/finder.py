"""Finds people in Stripe by e-mail, order number, or any Stripe id that leads to a customer. It never chooses between two."""

import re
from collections.abc import Iterable

from playbooks.domain.customer import Candidate, Lookup, LookupKind
from retrieval.vendors.stripe import translate, wire
from retrieval.vendors.stripe.api import Api
from retrieval.vendors.stripe.lookups import charges_of_order, customers_by_email, customers_by_id
from retrieval.vendors.stripe.settings import Settings

_ID = re.compile(r"\b(cus|ch|py|pi|in|dp|du|re|pyr|sub)_[A-Za-z0-9]{3,}\b")
HOLDERS = {"ch": "charges", "py": "charges", "pi": "payment_intents", "in": "invoices", "sub": "subscriptions"}
"""Objects that name their customer themselves; `py_` are charges of methods other than cards."""
OVER_A_CHARGE = {"dp": "disputes", "du": "disputes", "re": "refunds", "pyr": "refunds"}


class Owned(wire.Thing):
    customer: str | None = None


class Charged(wire.Thing):
    charge: str | None = None


class StripePeople:
    """CustomerFinder."""

    name = "stripe"

    def __init__(self, api: Api, settings: Settings) -> None:
        self._api, self._settings = api, settings

    def understands(self, lookup: Lookup) -> bool:
        return lookup.kind in (LookupKind.EMAIL, LookupKind.STRIPE) or (
            lookup.kind is LookupKind.ORDER and self._settings.search
        )

    async def find(self, lookup: Lookup) -> tuple[Candidate, ...]:
        value = lookup.value.strip()
        if not value or not self.understands(lookup):
            return ()
        match lookup.kind:
            case LookupKind.EMAIL:
                found = await customers_by_email(self._api, self._settings, value.lower())
                return _candidates(found, f"e-mail {value.lower()}")
            case LookupKind.ORDER:
                charges = await charges_of_order(self._api, self._settings, value)
                return await self._of({one.customer for one in charges}, f"paid order {value}")
            case _:
                return await self._by_id(value)

    async def _by_id(self, text: str) -> tuple[Candidate, ...]:
        found = _ID.search(text)
        if found is None:
            return ()
        return await self._of({await self._customer_of(found[1], found[0])}, f"Stripe {found[0]}")

    async def _customer_of(self, prefix: str, record_id: str) -> str | None:
        if prefix == "cus":
            return record_id
        if prefix in OVER_A_CHARGE:
            charged = await self._api.one("find", f"{OVER_A_CHARGE[prefix]}/{record_id}", Charged)
            if charged is None or charged.charge is None:
                return None
            return await self._customer_of("ch", charged.charge)
        owned = await self._api.one("find", f"{HOLDERS[prefix]}/{record_id}", Owned)
        return owned.customer if owned else None

    async def _of(self, customers: set[str | None], why: str) -> tuple[Candidate, ...]:
        return _candidates(await customers_by_id(self._api, sorted(filter(None, customers))), why)


def _candidates(customers: Iterable[wire.Customer], why: str) -> tuple[Candidate, ...]:
    return tuple(translate.candidate(one, why) for one in customers)
