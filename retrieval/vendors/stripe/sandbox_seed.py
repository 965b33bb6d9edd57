"""The made-up world as objects of the sandbox account: a customer a person, a payment an order, subscriptions with invoices."""

from datetime import timedelta

from retrieval.vendors.stripe.sandbox_ledger import REFUND_REASONS, Ledger
from retrieval.vendors.stripe.sandbox_shapes import Shape, address, card_details
from retrieval.world import World, WorldOrder, WorldPerson, WorldSubscription

PAYMENT_TERM = timedelta(days=14)


def seed(ledger: Ledger, world: World) -> None:
    people = {one.key: one for one in world.people}
    customers = {one.key: _customer(ledger, world, one) for one in world.people}
    for order in world.orders:
        _order(ledger, world, order, people[order.person], customers[order.person])
    for one in world.subscriptions:
        _subscription(ledger, world, one, customers[one.person])
    ledger.fresh.clear()


def _customer(ledger: Ledger, world: World, person: WorldPerson) -> Shape:
    known = {
        "email": person.email,
        "name": person.name,
        "phone": person.phone or None,
        "address": _address(person, person.address),
        "metadata": {"company": person.company} if person.company else {},
    }
    return ledger.customer(known, person.customer_since or world.now - timedelta(days=365))


def _address(person: WorldPerson, line: str) -> Shape:
    return address(
        city=person.city or None, country=person.country or None, line1=line or None, postal_code=person.postal_code or None
    )


def _order(ledger: Ledger, world: World, order: WorldOrder, person: WorldPerson, customer: Shape) -> None:
    known = {
        "customer": customer["id"],
        "description": ", ".join(name for name, _, _ in order.items) or f"Order {order.number}",
        "metadata": {"order_number": order.number},
        "receipt_email": person.email,
        "shipping": _shipping(order, person),
    }
    charge = ledger.payment(order.amount_minor, order.currency, known, order.placed_at, order.payment_failed)
    charge["payment_method_details"] = card_details(order.card_brand, order.card_last4, order.amount_minor)
    charge["billing_details"] |= {"email": person.email, "name": person.name, "address": _address(person, person.address)}
    if order.payment_failed:
        return
    for days, (amount, reason) in enumerate(order.refunds, start=2):
        told = reason if reason in REFUND_REASONS else "requested_by_customer"
        note = {} if told == reason else {"note": reason}
        ledger.refund(charge, amount, told, note, min(world.now, order.placed_at + timedelta(days=days)))
    if order.dispute:
        opened = world.now - timedelta(days=2)
        ledger.dispute(charge, order.dispute, opened, world.now + timedelta(days=7))


def _shipping(order: WorldOrder, person: WorldPerson) -> Shape:
    return {
        "address": _address(person, order.address or person.address),
        "carrier": order.carrier or None,
        "name": person.name,
        "phone": person.phone or None,
        "tracking_number": order.tracking_number or None,
    }


def _subscription(ledger: Ledger, world: World, one: WorldSubscription, customer: Shape) -> None:
    made = ledger.subscription(customer, one.plan, (one.amount_minor, one.currency), one.status, one.renews_at)
    if one.invoice_overdue:
        sent = world.now - PAYMENT_TERM - timedelta(days=6)
        ledger.invoice(made, sent, sent + PAYMENT_TERM)
        customer["delinquent"] = True
    elif one.status not in ("trialing", "incomplete"):
        ledger.invoice(made, min(world.now, one.renews_at - timedelta(days=365)), None)
