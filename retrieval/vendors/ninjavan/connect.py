"""Settings to a Ninja Van connection: one HTTP client, one door, a source and a webhook. It asks nothing until it is used."""

from datetime import UTC, datetime

import httpx

from retrieval.connection import Connection
from retrieval.http import Calls, Door, Policy, Rate
from retrieval.vendors.ninjavan.auth import VENDOR, ClientCredentials
from retrieval.vendors.ninjavan.settings import Settings
from retrieval.vendors.ninjavan.source import NinjaVanParcels
from retrieval.vendors.ninjavan.webhook import NinjaVanWebhook

RATE = Rate(5, 1)
"""Ninja Van names no figure for tracking and prefers webhooks: assumed to be safe."""


def connect(settings: Settings, calls: Calls, transport: httpx.AsyncBaseTransport | None) -> Connection:
    token_url = f"{settings.base_url.rstrip('/')}/{settings.country}/2.0/oauth/access_token"
    auth = ClientCredentials(token_url, settings.client_id, settings.client_secret)
    client = httpx.AsyncClient(base_url=settings.base_url, auth=auth, transport=transport)
    door = Door(VENDOR, client, Policy(rate=RATE, timeout_seconds=settings.timeout_seconds), calls)
    source = NinjaVanParcels(door, settings, lambda: datetime.now(UTC))
    return Connection(
        vendor=VENDOR,
        customer_source=source,
        webhook=NinjaVanWebhook(settings.client_secret),
        check=source.check,
        close=client.aclose,
    )
