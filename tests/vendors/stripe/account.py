"""The small made-up world that the Stripe tests seed the sandbox account with, and the ways to reach it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from retrieval.connection import Connection
from retrieval.http import Calls
from retrieval.sandbox import SandboxServer
from retrieval.vendors.stripe import VENDOR
from retrieval.world import World, WorldOrder, WorldPerson, WorldSubscription

NOW = datetime.now(UTC).replace(microsecond=0)

PRIYA = WorldPerson(
    key="priya",
    name="Priya Nair",
    email="priya.nair@example.com",
    phone="+65 9123 4567",
    company="Nair Residences",
    city="Singapore",
    address="12 Orchard Rd",
)
KENJI = WorldPerson(key="kenji", name="Kenji Mori", email="kenji@example.org", phone="", company="", country="JP")
HOSTILE = WorldPerson(key="sean", name="Sean O'Donnell", email="sean.o'donnell@example.com", phone="", company="")

WORLD = World(
    company="Solvane",
    now=NOW,
    agents=(),
    inboxes=(),
    people=(PRIYA, KENJI, HOSTILE),
    orders=(
        WorldOrder(
            "SV-20417",
            "priya",
            NOW - timedelta(days=12),
            (("Home battery", 1, 489_900),),
            489_900,
            "SGD",
            dispute="product_not_received",
            carrier="dhl",
            tracking_number="00340434292135100186",
        ),
        WorldOrder(
            "SV-20100",
            "priya",
            NOW - timedelta(days=60),
            (("Smart plug", 3, 3_000),),
            9_000,
            "SGD",
            card_brand="mastercard",
            card_last4="4444",
            refunds=((3_000, "requested_by_customer"), (1_000, "arrived broken")),
        ),
        WorldOrder("SV-20001", "priya", NOW - timedelta(days=90), (("Cable", 1, 900),), 900, "SGD", payment_failed=True),
        WorldOrder("SV-30001", "kenji", NOW - timedelta(days=5), (("Inverter", 1, 128_000),), 128_000, "JPY"),
    ),
    subscriptions=(
        WorldSubscription("priya", "Battery Care Plus", 24_000, "SGD", "active", NOW + timedelta(days=100)),
        WorldSubscription(
            "kenji", "Battery Care", 1_200_000, "KRW", "past_due", NOW + timedelta(days=20), invoice_overdue=True
        ),
    ),
)


@dataclass(frozen=True)
class Account:
    """A running sandbox: its address, a connection to it, and the orders a person can give it."""

    url: str
    connection: Connection
    calls: Calls

    def order(self, path: str, body: dict[str, Any]) -> Any:
        answer = httpx.post(f"{self.url}/_sandbox/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()

    async def close(self) -> None:
        assert self.connection.close is not None
        await self.connection.close()

    def state(self, kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx.get(f"{self.url}/_sandbox/state").json()[kind]
        return found


def connected(url: str, **settings: str) -> Account:
    calls = Calls()
    fields = VENDOR.sandbox(World("", NOW, (), ())).settings_at(url) | settings
    return Account(url, VENDOR.connect(VENDOR.settings.model_validate(fields), calls, None), calls)


@contextmanager
def served(world: World = WORLD) -> Iterator[str]:
    with SandboxServer(VENDOR.sandbox(world).app) as server:
        yield server.url
