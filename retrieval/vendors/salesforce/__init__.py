"""Salesforce: customers, accounts and cases, read and written over its REST API."""

from retrieval.connection import Sandbox, VendorFolder
from retrieval.vendors.salesforce.connect import connect
from retrieval.vendors.salesforce.settings import Settings
from retrieval.world import World


def _sandbox(world: World) -> Sandbox:
    from retrieval.vendors.salesforce.sandbox import sandbox  # noqa: PLC0415 - a server the product itself never needs

    return sandbox(world)


VENDOR = VendorFolder(
    name="salesforce",
    settings=Settings,
    connect=connect,
    sandbox=_sandbox,
    abilities=(
        "account, owner, tier and cases on the customer card",
        "finding a customer by e-mail, phone, name or Salesforce id",
        "escalation into a case",
        "case changes back in the thread",
    ),
)
