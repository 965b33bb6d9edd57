"""A small world with one parcel in each kind of trouble at each carrier, and the carriers served on loopback."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playbooks.domain.customer import Identity
from playbooks.domain.facts import Parcel, ParcelStatus, SourceFacts
from retrieval.connection import Connection, Sandbox, VendorFolder
from retrieval.http import Calls
from retrieval.sandbox import SandboxServer
from retrieval.sandbox_control import SandboxControl
from retrieval.world import World, WorldAgent, WorldInbox, WorldOrder, WorldPerson

NOW = datetime.now(UTC).replace(microsecond=0)
"""The sandboxes' world ends now; the parcels' dates are relative to it."""

ARRIVES_AS = {
    "": ParcelStatus.IN_TRANSIT,
    "stuck": ParcelStatus.IN_TRANSIT,
    "customs": ParcelStatus.EXCEPTION,
    "damaged": ParcelStatus.EXCEPTION,
    "failed_attempt": ParcelStatus.FAILED_ATTEMPT,
    "returned": ParcelStatus.RETURNING,
    "delivered": ParcelStatus.DELIVERED,
    "announced": ParcelStatus.ANNOUNCED,
}
TROUBLES = tuple(ARRIVES_AS)


@dataclass(frozen=True)
class Served:
    sandbox: Sandbox
    url: str


def world(carrier: str, numbers: dict[str, str]) -> World:
    """`numbers` maps a trouble to the tracking number that has it."""
    person = WorldPerson(
        key="ada",
        name="Ada",
        email="ada@example.com",
        phone="+65 1",
        company="Ada",
        city="Penang",
        country="MY",
        postal_code="10100",
    )
    return World(
        company="Solvane",
        now=NOW,
        agents=(WorldAgent("Mei Tan", "mei.tan@solvane.example", "5001"),),
        inboxes=(WorldInbox("8101", "Live Chat"),),
        people=(person,),
        orders=tuple(_order(carrier, trouble, number) for trouble, number in numbers.items()),
    )


def _order(carrier: str, trouble: str, number: str) -> WorldOrder:
    delivered = NOW - timedelta(days=1) if trouble == "delivered" else None
    return WorldOrder(
        number=f"SV-{trouble or 'moving'}",
        person="ada",
        placed_at=NOW - timedelta(days=6),
        items=(("Battery", 1, 100),),
        amount_minor=100,
        currency="sgd",
        carrier=carrier,
        tracking_number=number,
        shipped_at=None if trouble == "announced" else NOW - timedelta(days=5),
        promised_at=NOW - timedelta(days=1) if trouble else NOW + timedelta(days=1),
        delivered_at=delivered,
        parcel_trouble="" if trouble in ("delivered", "announced") else trouble,
    )


@contextmanager
def served(sandbox: Sandbox) -> Iterator[Served]:
    """One server may serve a whole module: `connected` clears its faults and journal first."""
    with SandboxServer(sandbox.app) as server:
        yield Served(sandbox, server.url)


@asynccontextmanager
async def connected(
    vendor: VendorFolder, at: Served, **settings: str
) -> AsyncIterator[tuple[Connection, SandboxControl, Calls]]:
    calls, control = Calls(), SandboxControl(at.url)
    await control.clear_faults()
    await control.delete("/_sandbox/calls")
    values = at.sandbox.settings_at(at.url) | settings
    connection = vendor.connect(vendor.settings.model_validate(values), calls, None)
    try:
        yield connection, control, calls
    finally:
        await control.aclose()
        if connection.close:
            await connection.close()


async def facts(connection: Connection, *numbers: str) -> SourceFacts:
    assert connection.customer_source
    return await connection.customer_source.facts(Identity(tracking_numbers=numbers))


async def parcel(connection: Connection, number: str) -> Parcel:
    (found,) = (await facts(connection, number)).parcels
    return found
