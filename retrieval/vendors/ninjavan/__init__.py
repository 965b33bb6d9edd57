"""Ninja Van: where a parcel is, asked for and told by webhook. It is read only."""

from retrieval.connection import Sandbox, VendorFolder
from retrieval.vendors.ninjavan.connect import connect
from retrieval.vendors.ninjavan.settings import Settings
from retrieval.world import World


def _sandbox(world: World) -> Sandbox:
    from retrieval.vendors.ninjavan.sandbox import sandbox  # noqa: PLC0415 - a server the product itself never needs

    return sandbox(world)


VENDOR = VendorFolder(
    name="ninjavan",
    settings=Settings,
    connect=connect,
    sandbox=_sandbox,
    abilities=("Ninja Van parcels on the customer card", "news of a parcel by webhook"),
)
