"""Settings to a SingPost connection: one HTTP client, one door, one source. It asks nothing until it is used."""

from datetime import UTC, datetime

import httpx

from retrieval.connection import Connection
from retrieval.http import Calls, Door, Policy, Rate
from retrieval.vendors.singpost.settings import Settings
from retrieval.vendors.singpost.source import SingPostParcels
from retrieval.vendors.singpost.wire import VENDOR

RATE = Rate(2, 1)
"""SingPost answers 429 to more, but says nowhere how much is too much: assumed."""


def connect(settings: Settings, calls: Calls, transport: httpx.AsyncBaseTransport | None) -> Connection:
    headers = {"Authorization": settings.api_key.get_secret_value(), "Accept": "application/xml"}
    client = httpx.AsyncClient(base_url=settings.base_url, headers=headers, transport=transport)
    door = Door(VENDOR, client, Policy(rate=RATE, timeout_seconds=settings.timeout_seconds), calls)
    source = SingPostParcels(door, settings, lambda: datetime.now(UTC))
    return Connection(vendor=VENDOR, customer_source=source, check=source.check, close=client.aclose)
