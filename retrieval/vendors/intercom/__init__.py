"""Intercom: the inbox, its customers, macros, articles and webhooks. Adding or replacing it touches this folder only."""

import httpx

from retrieval.connection import Connection, Sandbox, VendorFolder
from retrieval.http import Calls
from retrieval.vendors.intercom.settings import Settings
from retrieval.world import World


def connect(settings: Settings, calls: Calls, transport: httpx.AsyncBaseTransport | None) -> Connection:
    from retrieval.vendors.intercom import wired  # noqa: PLC0415  keeps `deskside --help` fast

    return wired.connection(settings, calls, transport)


def sandbox(world: World) -> Sandbox:
    from retrieval.vendors.intercom.sandbox import sandbox as built  # noqa: PLC0415  only demo and tests need it

    return built(world)


VENDOR = VendorFolder(
    name="intercom",
    settings=Settings,
    connect=connect,
    sandbox=sandbox,
    abilities=(
        "read and answer the inbox",
        "receive what happens in it by webhook",
        "find customers and their conversations",
        "use its macros and articles as knowledge",
    ),
)
