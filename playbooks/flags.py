"""What an agent must not miss about a customer, each with its reason, and where the sources contradict each other.

It never weighs one source against another: a contradiction is shown, not settled.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from playbooks.domain.base import Frozen
from playbooks.domain.facts import Customer360, Flag, FlagKind, Parcel, ParcelStatus
from playbooks.words import day, length, listed, money, plural, source_name


class FlagRules(Frozen):
    """Thresholds with their reasons: a month for repeat contact, half a year for a bad rating to be remembered."""

    vip_tiers: tuple[str, ...] = ("platinum",)
    repeat_contacts: int = 3
    repeat_within: timedelta = timedelta(days=30)
    low_rating_below: int = 3
    rating_within: timedelta = timedelta(days=180)
    late_by: timedelta = timedelta(0)
    late_delivery_remembered: timedelta = timedelta(days=14)
    troubles_for_risk: int = 2
    orders_for_upsell: int = 3
    orders_within: timedelta = timedelta(days=365)


STANDARD_RULES = FlagRules()

_TROUBLE = (
    FlagKind.OPEN_DISPUTE,
    FlagKind.OVERDUE_INVOICE,
    FlagKind.LATE_PARCEL,
    FlagKind.REPEAT_CONTACT,
    FlagKind.LOW_RATING,
)
_TROUBLE_WORDS = {
    FlagKind.OPEN_DISPUTE: "an open dispute",
    FlagKind.OVERDUE_INVOICE: "an overdue invoice",
    FlagKind.LATE_PARCEL: "a late parcel",
    FlagKind.REPEAT_CONTACT: "repeated contact",
    FlagKind.LOW_RATING: "a low rating",
}


def flags(customer: Customer360, now: datetime, rules: FlagRules = STANDARD_RULES, zone: str = "UTC") -> tuple[Flag, ...]:
    """The most pressing first; nothing where nothing is known."""
    found = tuple(
        Flag(kind=kind, reason=reason) for kind, reasons in _RULES.items() for reason in reasons(customer, now, rules, zone)
    )
    return (*found, *_at_risk(customer, found, rules), *_upsell(customer, found, now, rules))


def _vip(customer: Customer360, _: datetime, rules: FlagRules, __: str) -> list[str]:
    account = customer.account
    if account is None or not (account.vip or (account.tier or "").lower() in rules.vip_tiers):
        return []
    owner = f"; account owner {account.owner_name}" if account.owner_name else ""
    return [f"{account.tier or 'VIP'} customer, {account.name}{owner}"]


def _disputes(customer: Customer360, now: datetime, _: FlagRules, zone: str) -> list[str]:
    return [
        f"Dispute {one.dispute_id} of {money(one.amount)} ({one.reason.replace('_', ' ')})"
        + (f", answer by {day(one.respond_by, zone)}" if one.respond_by else "")
        for one in customer.disputes
        if one.is_open
    ]


def _invoices(customer: Customer360, now: datetime, _: FlagRules, zone: str) -> list[str]:
    return [
        f"Invoice {one.number or one.invoice_id} of {money(one.amount_due)}"
        + (f", due {day(one.due_at, zone)}" if one.due_at else "")
        for one in customer.invoices
        if one.overdue
    ]


def _parcels(customer: Customer360, now: datetime, rules: FlagRules, zone: str) -> list[str]:
    return [reason for one in customer.parcels if (reason := late(one, now, rules, zone))]


def late(parcel: Parcel, now: datetime, rules: FlagRules = STANDARD_RULES, zone: str = "UTC") -> str | None:
    """Why a parcel is late or in trouble, in words; None where it is neither, or came late so long ago that it is over."""
    name = f"{parcel.order_number or parcel.tracking_number} with {source_name(parcel.carrier)}"
    if parcel.delivered_at or parcel.status is ParcelStatus.DELIVERED:
        came, promised = parcel.delivered_at, parcel.promised_at
        if came and promised and came - promised > rules.late_by and now - came <= rules.late_delivery_remembered:
            return f"{name}: delivered {day(came, zone)}, {length(came - promised)} after the promised {day(promised, zone)}"
        return None
    if parcel.promised_at and now - parcel.promised_at > rules.late_by:
        overdue = length(now - parcel.promised_at)
        return f"{name}: promised {day(parcel.promised_at, zone)}, {overdue} late ({parcel.carrier_status})"
    if parcel.status in {ParcelStatus.EXCEPTION, ParcelStatus.RETURNING}:
        return f"{name}: {parcel.carrier_status}"
    return None


def _repeat(customer: Customer360, now: datetime, rules: FlagRules, _: str) -> list[str]:
    since = now - rules.repeat_within
    recent = [one for one in customer.conversations if since <= one.created_at <= now]
    if len(recent) < rules.repeat_contacts:
        return []
    return [f"{plural(len(recent), 'conversation')} in the last {rules.repeat_within.days} days"]


def _low_rating(customer: Customer360, now: datetime, rules: FlagRules, zone: str) -> list[str]:
    rated = [(one.rating, one.rating.at or one.updated_at) for one in customer.conversations if one.rating]
    low = [(rating, at) for rating, at in rated if rating.score < rules.low_rating_below and now - at <= rules.rating_within]
    if not low:
        return []
    rating, at = max(low, key=lambda one: one[1])
    return [f"Rated us {rating.score} of 5 on {day(at, zone)}" + (f": “{rating.remark}”" if rating.remark else "")]


_RULES: dict[FlagKind, Callable[[Customer360, datetime, FlagRules, str], list[str]]] = {
    FlagKind.VIP: _vip,
    FlagKind.OPEN_DISPUTE: _disputes,
    FlagKind.LATE_PARCEL: _parcels,
    FlagKind.OVERDUE_INVOICE: _invoices,
    FlagKind.LOW_RATING: _low_rating,
    FlagKind.REPEAT_CONTACT: _repeat,
}


def _at_risk(customer: Customer360, found: tuple[Flag, ...], rules: FlagRules) -> tuple[Flag, ...]:
    """Several troubles at once, or a subscription that is ending. A count, not a forecast: a trained model comes later."""
    kinds = [kind for kind in _TROUBLE if any(one.kind is kind for one in found)]
    reasons = [_TROUBLE_WORDS[kind] for kind in kinds]
    reasons += [
        f"subscription {one.plan} is {one.status.replace('_', ' ')}" for one in customer.subscriptions if _ending(one.status)
    ]
    enough = len(reasons) >= rules.troubles_for_risk
    return (Flag(kind=FlagKind.AT_RISK, reason=f"{listed(reasons)[:1].upper()}{listed(reasons)[1:]}"),) if enough else ()


def _ending(status: str) -> bool:
    return status in {"past_due", "unpaid", "canceled", "incomplete_expired", "paused"}


def _upsell(customer: Customer360, found: tuple[Flag, ...], now: datetime, rules: FlagRules) -> tuple[Flag, ...]:
    """A regular buyer in no trouble and without a plan."""
    if any(one.kind in _TROUBLE for one in found) or any(not _ending(one.status) for one in customer.subscriptions):
        return ()
    paid = [one for one in customer.charges if one.status == "succeeded" and now - one.created_at <= rules.orders_within]
    if len(paid) < rules.orders_for_upsell:
        return ()
    return (Flag(kind=FlagKind.UPSELL, reason=f"{plural(len(paid), 'paid order')} in a year and no plan"),)
