"""Settings to a DHL connection: one HTTP client, one door, one source. It asks nothing until it is used."""

from datetime import UTC, datetime

import httpx

from retrieval.connection import Connection
from retrieval.http import Calls, Door, Policy, Rate
from retrieval.vendors.dhl.settings import Settings
from retrieval.vendors.dhl.source import VENDOR, DhlParcels

NOBODYS_PARCEL = "7777777770"
"""A well-formed Express number that public examples use; any answer to it, 404 included, shows that the key works."""


def connect(settings: Settings, calls: Calls, transport: httpx.AsyncBaseTransport | None) -> Connection:
    headers = {"DHL-API-Key": settings.api_key.get_secret_value(), "Accept": "application/json"}
    client = httpx.AsyncClient(base_url=settings.base_url, headers=headers, transport=transport)
    # One retry only: each attempt is taken from the day's quota.
    policy = Policy(rate=Rate(1, 1 / settings.calls_per_second), timeout_seconds=settings.timeout_seconds, attempts=2)
    source = DhlParcels(Door(VENDOR, client, policy, calls), settings, lambda: datetime.now(UTC))

    async def check() -> None:
        await source.answer(NOBODYS_PARCEL)

    return Connection(vendor=VENDOR, customer_source=source, check=check, close=client.aclose)
