"""Stripe: what a customer paid, got back, disputes and owes; read over its API, told of by its webhooks."""

from retrieval.connection import Sandbox, VendorFolder
from retrieval.vendors.stripe.connect import connect
from retrieval.vendors.stripe.settings import Settings
from retrieval.world import World


def _sandbox(world: World) -> Sandbox:
    from retrieval.vendors.stripe.sandbox import sandbox  # noqa: PLC0415 - a server the product itself never needs

    return sandbox(world)


VENDOR = VendorFolder(
    name="stripe",
    settings=Settings,
    connect=connect,
    sandbox=_sandbox,
    abilities=(
        "charges, refunds, disputes, invoices and subscriptions on the customer card",
        "finding a customer by e-mail, Stripe id or order number",
        "alerts when a dispute is opened or a payment fails",
    ),
)
