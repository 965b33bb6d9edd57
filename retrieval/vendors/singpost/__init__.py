"""SingPost: where a parcel is, from its XML tracking service. It is read only."""

from retrieval.connection import Sandbox, VendorFolder
from retrieval.vendors.singpost.connect import connect
from retrieval.vendors.singpost.settings import Settings
from retrieval.world import World


def _sandbox(world: World) -> Sandbox:
    from retrieval.vendors.singpost.sandbox import sandbox  # noqa: PLC0415 - a server the product itself never needs

    return sandbox(world)


VENDOR = VendorFolder(
    name="singpost",
    settings=Settings,
    connect=connect,
    sandbox=_sandbox,
    abilities=("SingPost parcels on the customer card",),
)
