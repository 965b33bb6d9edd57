"""Settings to a Stripe connection: one HTTP client, one door, the roles on it. It asks nothing until a role is used."""

from datetime import UTC, datetime

import httpx

from retrieval.connection import Connection
from retrieval.http import Calls, Door, Policy, Rate
from retrieval.vendors.stripe.api import VENDOR, Api, accepted
from retrieval.vendors.stripe.auth import RestrictedKey
from retrieval.vendors.stripe.finder import StripePeople
from retrieval.vendors.stripe.settings import Settings
from retrieval.vendors.stripe.source import StripeCustomers
from retrieval.vendors.stripe.webhook import StripeWebhook


def connect(settings: Settings, calls: Calls, transport: httpx.AsyncBaseTransport | None) -> Connection:
    client = httpx.AsyncClient(base_url=settings.api_url, auth=RestrictedKey(settings.api_key), transport=transport)
    policy = Policy(rate=Rate(settings.calls_per_second, 1), timeout_seconds=settings.timeout_seconds)
    door = Door(VENDOR, client, policy, calls)
    api = Api(door)

    async def check() -> None:
        """Every list the card needs, one object each: a missing permission is named at start, not on a card."""
        for path in ("customers", "charges", "disputes", "invoices", "subscriptions", "products", "refunds"):
            accepted(await door.call("check", "GET", f"/v1/{path}", params={"limit": "1"}, answers=frozenset({401, 403})))

    return Connection(
        vendor=VENDOR,
        customer_source=StripeCustomers(api, settings, lambda: datetime.now(UTC)),
        customer_finder=StripePeople(api, settings),
        webhook=StripeWebhook(settings.webhook_secret) if settings.webhook_secret else None,
        check=check,
        close=client.aclose,
    )
