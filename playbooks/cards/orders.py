"""A customer's orders on a card: each with its payment and its parcel side by side."""

from datetime import datetime

from playbooks.cards.parts import fact, facts
from playbooks.domain.card import Fact, Facts, Tone
from playbooks.domain.facts import Charge, Customer360, Parcel, ParcelStatus
from playbooks.flags import late
from playbooks.words import day, moment, money, source_name, titled

_PARCEL_TONES = {
    ParcelStatus.DELIVERED: Tone.GOOD,
    ParcelStatus.FAILED_ATTEMPT: Tone.WARNING,
    ParcelStatus.RETURNING: Tone.DANGER,
    ParcelStatus.EXCEPTION: Tone.DANGER,
}


def order_facts(customer: Customer360, now: datetime, zone: str) -> tuple[Facts, ...]:
    """One block an order, newest first; a charge or parcel that names no order stands alone."""
    charges = sorted(customer.charges, key=lambda one: one.created_at, reverse=True)
    keys = dict.fromkeys(
        [
            *(one.order_number or one.charge_id for one in charges),
            *(one.order_number or one.tracking_number for one in customer.parcels),
        ]
    )
    return tuple(block for key in keys for block in _order(key, charges, customer.parcels, now, zone))


def _order(key: str, charges: list[Charge], parcels: tuple[Parcel, ...], now: datetime, zone: str) -> tuple[Facts, ...]:
    bought = [one for one in charges if (one.order_number or one.charge_id) == key]
    sent = [one for one in parcels if (one.order_number or one.tracking_number) == key]
    named = [*(one.order_number for one in bought), *(one.order_number for one in sent)]
    return facts(
        fact("Order", key if key in named else "none named"),
        *(item for one in bought for item in _charge(one, zone)),
        *(item for one in sent for item in _parcel(one, now, zone)),
    )


def _charge(charge: Charge, zone: str) -> list[Fact | None]:
    status = charge.status if charge.status != "succeeded" else "paid"
    state = [f"{money(charge.amount)}, {status} on {day(charge.created_at, zone)}"]
    if charge.status == "succeeded" and charge.captured != charge.amount:
        state.append(f"{money(charge.captured)} captured")
    if charge.refunded.amount_minor:
        state.append(f"{money(charge.refunded)} refunded")
    if charge.disputed:
        state.append("disputed")
    tone = Tone.DANGER if charge.disputed or charge.status == "failed" else Tone.NEUTRAL
    reference = " · ".join(part for part in (charge.charge_id, charge.invoice_id, charge.payment_method) if part)
    return [
        fact("Bought", charge.description),
        fact("Payment", ", ".join(state), url=charge.url, tone=tone),
        fact("Charge", reference),
    ]


def _parcel(parcel: Parcel, now: datetime, zone: str) -> list[Fact | None]:
    """Service, status, promise, address and cost (mission C4)."""
    trouble = late(parcel, now, zone=zone)
    tone = _PARCEL_TONES.get(parcel.status, Tone.WARNING if trouble else Tone.NEUTRAL)
    status = parcel.carrier_status or titled(parcel.status)
    return [
        fact(
            "Parcel",
            f"{source_name(parcel.carrier)} {parcel.tracking_number}" + (f" · {parcel.service}" if parcel.service else ""),
            url=parcel.url,
        ),
        fact("Status", f"{titled(parcel.status)} · {status}" if status != titled(parcel.status) else status, tone=tone),
        fact("Last seen", _last_seen(parcel, zone)),
        fact(
            "Promised",
            day(parcel.promised_at, zone) if parcel.promised_at else None,
            tone=Tone.WARNING if trouble else Tone.NEUTRAL,
        ),
        fact("Delivered", moment(parcel.delivered_at, zone) if parcel.delivered_at else None),
        fact("Ships to", parcel.destination),
        fact("Shipping cost", money(parcel.cost) if parcel.cost else None),
    ]


def _last_seen(parcel: Parcel, zone: str) -> str:
    """Where and when; what happened there only where the status beside it does not say so in the same words."""
    latest = max(parcel.events, key=lambda one: one.at, default=None)
    if latest is None:
        return ""
    seen = ", ".join(part for part in (latest.text if latest.text != parcel.carrier_status else "", latest.place) if part)
    if not seen and latest.at == parcel.delivered_at:
        return ""
    return f"{seen} ({moment(latest.at, zone)})" if seen else moment(latest.at, zone)


def payment_facts(customer: Customer360, zone: str) -> tuple[Facts, ...]:
    """Disputes, refunds, invoices and plans: what is not said by the orders themselves."""
    disputes = [
        fact(
            f"Dispute {one.dispute_id}",
            f"{money(one.amount)}, {one.reason.replace('_', ' ')}, opened {day(one.created_at, zone)}"
            f", {one.status.replace('_', ' ')}"
            + (f", answer by {day(one.respond_by, zone)}" if one.respond_by and one.is_open else ""),
            tone=Tone.DANGER if one.is_open else Tone.NEUTRAL,
        )
        for one in customer.disputes
    ]
    refunds = [
        fact(
            f"Refund {one.refund_id}",
            f"{money(one.amount)}, {one.status} on {day(one.created_at, zone)}"
            + (f" ({one.reason.replace('_', ' ')})" if one.reason else ""),
        )
        for one in customer.refunds
    ]
    return facts(*disputes, *refunds, *_invoices(customer, zone), *_plans(customer, zone))


def _invoices(customer: Customer360, zone: str) -> list[Fact | None]:
    return [
        fact(
            f"Invoice {one.number or one.invoice_id}",
            f"{money(one.amount_due)}, {'overdue' if one.overdue else one.status}"
            + (f", due {day(one.due_at, zone)}" if one.due_at else ""),
            tone=Tone.WARNING if one.overdue else Tone.NEUTRAL,
        )
        for one in customer.invoices
    ]


def _plans(customer: Customer360, zone: str) -> list[Fact | None]:
    return [
        fact(
            "Plan",
            f"{one.plan}, {one.status.replace('_', ' ')}" + (f", renews {day(one.renews_at, zone)}" if one.renews_at else ""),
        )
        for one in customer.subscriptions
    ]
