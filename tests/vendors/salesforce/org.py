"""The small made-up world that the Salesforce tests seed the sandbox org with, and the ways to reach it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from retrieval.connection import Connection
from retrieval.http import Calls
from retrieval.sandbox import SandboxServer
from retrieval.vendors.salesforce import VENDOR
from retrieval.vendors.salesforce.cases import SalesforceCases
from retrieval.vendors.salesforce.sink import SalesforceDesk
from retrieval.world import World, WorldAgent, WorldCase, WorldInbox, WorldOrder, WorldPerson

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

PRIYA = WorldPerson(
    key="priya",
    name="Priya Nair",
    email="priya.nair@example.com",
    phone="+65 9123 4567",
    company="Nair Residences",
    tier="Platinum",
    vip=True,
    owner_email="tom.becker@solvane.example",
    other_emails=("p.nair@example.org",),
)
OTHER_PRIYA = WorldPerson(
    key="priya2", name="Priya Menon", email="priya.menon@example.net", phone="+65 8000 1111", company="Menon Bakery"
)
HOSTILE = WorldPerson(
    key="odonnell", name="Sean O'Donnell", email="sean.o'donnell@example.com", phone="", company="100% Solar_Co \\ Sons"
)
WITHOUT_CASES = WorldPerson(key="wei", name="Wei Ling", email="wei@example.com", phone="91239999", company="")

WORLD = World(
    company="Solvane",
    now=NOW,
    agents=(WorldAgent("Tom Becker", "tom.becker@solvane.example", "5005", ("ae",)),),
    inboxes=(WorldInbox("8101", "Live Chat"),),
    people=(PRIYA, OTHER_PRIYA, HOSTILE, WITHOUT_CASES),
    orders=(
        WorldOrder("SV-20417", "priya", NOW - timedelta(days=12), (("Home battery", 1, 1_000_00),), 1_000_00, "SGD"),
        WorldOrder("SV-20500", "priya2", NOW - timedelta(days=3), (("Smart plug", 2, 30_00),), 60_00, "SGD"),
    ),
    cases=(
        WorldCase("priya", "Inverter beeps at night", "It beeps.", "Closed", "Low", NOW - timedelta(days=200)),
        WorldCase("priya", "Battery not delivered", "Where is it?", "Working", "High", NOW - timedelta(days=4)),
        WorldCase("priya2", "Invoice copy", "Please.", "New", "Low", NOW - timedelta(days=1)),
    ),
)


@dataclass(frozen=True)
class Org:
    """A running sandbox org: its address, a connection to it, and the orders a person can give it."""

    url: str
    connection: Connection
    calls: Calls

    @property
    def desk(self) -> SalesforceDesk:
        assert isinstance(self.connection.case_sink, SalesforceDesk)
        return self.connection.case_sink

    @property
    def cases(self) -> SalesforceCases:
        assert isinstance(self.connection.case_source, SalesforceCases)
        return self.connection.case_source

    def order(self, path: str, body: dict[str, Any] | None = None) -> None:
        answer = httpx.post(f"{self.url}/_sandbox/{path}", json=body or {})
        assert answer.is_success, answer.text

    def records(self, kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx.get(f"{self.url}/_sandbox/state").json()[kind]
        return found

    def record(self, kind: str, **known: str) -> dict[str, Any]:
        return next(one for one in self.records(kind) if all(one[name] == value for name, value in known.items()))

    async def close(self) -> None:
        assert self.connection.close is not None
        await self.connection.close()


def connected(url: str, transport: httpx.AsyncBaseTransport | None = None, **settings: str) -> Org:
    calls = Calls()
    fields = VENDOR.sandbox(World("", NOW, (), ())).settings_at(url) | settings
    return Org(url, VENDOR.connect(VENDOR.settings.model_validate(fields), calls, transport), calls)


@contextmanager
def served(world: World = WORLD) -> Iterator[str]:
    with SandboxServer(VENDOR.sandbox(world).app) as server:
        yield server.url
