"""DHL: where a parcel is and when it should arrive, from the unified tracking API. It is read only."""

from retrieval.connection import Sandbox, VendorFolder
from retrieval.vendors.dhl.connect import connect
from retrieval.vendors.dhl.settings import Settings
from retrieval.world import World


def _sandbox(world: World) -> Sandbox:
    from retrieval.vendors.dhl.sandbox import sandbox  # noqa: PLC0415 - a server the product itself never needs

    return sandbox(world)


VENDOR = VendorFolder(
    name="dhl",
    settings=Settings,
    connect=connect,
    sandbox=_sandbox,
    abilities=("DHL parcels on the customer card",),
)
