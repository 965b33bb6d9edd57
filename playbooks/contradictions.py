"""Where the sources say different things about one customer, in words; it settles nothing and changes nothing."""

from datetime import datetime

from playbooks.domain.facts import Customer360, ParcelStatus
from playbooks.words import day, listed, money, source_name

_TIER_ATTRIBUTES = ("tier", "member_status", "customer_tier")


def contradictions(customer: Customer360, now: datetime, zone: str = "UTC") -> tuple[str, ...]:
    return (
        *_names(customer),
        *_tiers(customer),
        *_parcels(customer),
        *_not_received(customer, now, zone),
        *_refunds(customer),
        *_disputed(customer),
    )


def _names(customer: Customer360) -> tuple[str, ...]:
    said: dict[str, list[str]] = {}
    for one in customer.sources:
        if one.identity.name:
            said.setdefault(" ".join(one.identity.name.lower().split()), []).append(
                f"{one.identity.name} ({source_name(one.source)})"
            )
    return (f"The name differs: {listed([names[0] for names in said.values()])}.",) if len(said) > 1 else ()


def _tiers(customer: Customer360) -> tuple[str, ...]:
    account = customer.account
    if account is None or not account.tier:
        return ()
    tier = account.tier
    others = [
        f"{source_name(one.source)} says {value}"
        for one in customer.sources
        for key, value in one.attributes
        if key.lower() in _TIER_ATTRIBUTES and value and value.lower() != tier.lower()
    ]
    return (f"The tier differs: the account says {tier}, {listed(others)}.",) if others else ()


def _parcels(customer: Customer360) -> tuple[str, ...]:
    said: dict[str, dict[ParcelStatus, str]] = {}
    for one in customer.sources:
        for parcel in one.parcels:
            said.setdefault(parcel.tracking_number, {}).setdefault(
                parcel.status, f"{source_name(one.source)} says “{parcel.carrier_status}”"
            )
    return tuple(f"Parcel {number}: {listed(list(words.values()))}." for number, words in said.items() if len(words) > 1)


def _not_received(customer: Customer360, now: datetime, zone: str) -> tuple[str, ...]:
    """The bank was told that nothing came; the carrier says it did."""
    delivered = {
        one.order_number: one
        for one in customer.parcels
        if one.status is ParcelStatus.DELIVERED and one.order_number is not None
    }
    orders = {one.charge_id: one.order_number for one in customer.charges}
    found = []
    for dispute in customer.disputes:
        parcel = delivered.get(orders.get(dispute.charge_id) or "")
        if parcel and dispute.is_open and dispute.reason == "product_not_received":
            came = f" on {day(parcel.delivered_at, zone)}" if parcel.delivered_at else ""
            found.append(
                f"{parcel.order_number}: disputed as not received, but {source_name(parcel.carrier)} says delivered{came}."
            )
    return tuple(found)


def _refunds(customer: Customer360) -> tuple[str, ...]:
    found = []
    for charge in customer.charges:
        given = [one for one in customer.refunds if one.charge_id == charge.charge_id and one.status == "succeeded"]
        total = sum(one.amount.amount_minor for one in given)
        if given and total != charge.refunded.amount_minor:
            shown = charge.refunded.model_copy(update={"amount_minor": total})
            found.append(
                f"Charge {charge.charge_id} says {money(charge.refunded)} refunded, its refunds add up to {money(shown)}."
            )
    return tuple(found)


def _disputed(customer: Customer360) -> tuple[str, ...]:
    known = {one.charge_id for one in customer.disputes}
    return tuple(
        f"Charge {one.charge_id} is marked disputed, but no dispute was found."
        for one in customer.charges
        if one.disputed and one.charge_id not in known
    )
