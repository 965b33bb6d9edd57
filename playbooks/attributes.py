"""What a macro or template may name about this customer, this chat and this order; a value is data, never a template."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from playbooks.domain.conversation import Conversation
from playbooks.domain.facts import Charge, Customer360, Parcel
from playbooks.domain.people import Agent
from playbooks.domain.run import SopRun
from playbooks.words import money

_CARRIERS = {"dhl": "DHL", "singpost": "SingPost", "ninjavan": "Ninja Van"}
_NUMBER = re.compile(r"[#\w-]{4,40}")


def attributes(
    conversation: Conversation,
    customer: Customer360,
    *,
    run: SopRun | None = None,
    agent: Agent | None = None,
    zone: str = "UTC",
) -> dict[str, str]:
    """By name, without the empty ones: a macro that needs one of those says what is missing (K5).

    Order and parcel are those the customer wrote of; where they named none, the newest order.
    """
    charge = _order(conversation, customer)
    known = {
        **_contact(conversation, customer),
        **_order_words(charge, zone),
        **_parcel_words(_parcel(charge, conversation, customer), zone),
        **_billing(customer, zone),
        **_account(customer),
        "case.number": run.case.number if run and run.case else "",
        "agent.name": agent.name if agent else "",
        "agent.first_name": agent.name.split()[0] if agent else "",
    }
    return {name: value for name, value in known.items() if value}


def _contact(conversation: Conversation, customer: Customer360) -> dict[str, str]:
    contact = conversation.contact
    name = customer.identity.name or (contact.name if contact else None) or ""
    own = {f"contact.{key}": value for key, value in (contact.attributes if contact else ())}
    email = (contact.email if contact else None) or ""
    return {**own, "contact.name": name, "contact.first_name": name.split()[0] if name.strip() else "", "contact.email": email}


def _account(customer: Customer360) -> dict[str, str]:
    """Also by the names that macros use for a contact's company."""
    name = customer.account.name if customer.account else ""
    tier = (customer.account.tier or "") if customer.account else ""
    return {"account.name": name, "contact.company": name, "account.tier": tier, "contact.tier": tier}


def _order(conversation: Conversation, customer: Customer360) -> Charge | None:
    orders = sorted((one for one in customer.charges if one.order_number), key=lambda one: one.created_at, reverse=True)
    return next(
        (one for one in orders if (one.order_number or "").upper() in _named(conversation)), orders[0] if orders else None
    )


def _named(conversation: Conversation) -> set[str]:
    """Everything in the chat that could be a number of something."""
    return {word.upper().strip("-") for part in conversation.public_parts for word in _NUMBER.findall(part.text)}


def _parcel(charge: Charge | None, conversation: Conversation, customer: Customer360) -> Parcel | None:
    named = next((one for one in customer.parcels if one.tracking_number.upper() in _named(conversation)), None)
    of_order = next((one for one in customer.parcels if charge and one.order_number == charge.order_number), None)
    return named or of_order or (customer.parcels[0] if len(customer.parcels) == 1 else None)


def _order_words(charge: Charge | None, zone: str) -> dict[str, str]:
    if charge is None:
        return {}
    return {
        "order.number": charge.order_number or "",
        "order.placed_on": _on(charge.created_at, zone),
        "order.amount": money(charge.amount),
        "charge.amount": money(charge.captured),
        "charge.payment_method": charge.payment_method,
    }


def _parcel_words(parcel: Parcel | None, zone: str) -> dict[str, str]:
    if parcel is None:
        return {}
    newest = max(parcel.events, key=lambda one: one.at, default=None)
    return {
        "parcel.tracking_number": parcel.tracking_number,
        "parcel.carrier": _CARRIERS.get(parcel.carrier, parcel.carrier),
        "parcel.status": parcel.status.value.replace("_", " "),
        "parcel.promised_on": _on(parcel.promised_at, zone),
        "parcel.last_event": f"{newest.text}, {_on(newest.at, zone)}" if newest else "",
    }


def _billing(customer: Customer360, zone: str) -> dict[str, str]:
    dispute = next((one for one in customer.disputes if one.is_open), None)
    plan = next((one for one in customer.subscriptions if one.status in {"active", "trialing", "past_due"}), None)
    invoice = max((one for one in customer.invoices if one.status == "open"), key=lambda one: one.created_at, default=None)
    return {
        "dispute.amount": money(dispute.amount) if dispute else "",
        "dispute.respond_by": _on(dispute.respond_by, zone) if dispute else "",
        "invoice.number": (invoice.number or "") if invoice else "",
        "invoice.amount_due": money(invoice.amount_due) if invoice else "",
        "subscription.plan": plan.plan if plan else "",
        "subscription.renews_on": _on(plan.renews_at, zone) if plan else "",
    }


def _on(at: datetime | None, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%-d %B %Y}" if at else ""
