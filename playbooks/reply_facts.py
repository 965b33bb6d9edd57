"""What a model may be told of the customer besides their message: a first name and their parcels, masked, nothing else."""

from playbooks.domain.facts import Customer360, Parcel
from playbooks.privacy import masked
from playbooks.words import day, source_name, titled

_MOST_PARCELS = 3


def reply_facts(customer: Customer360, first_name: str | None, *, question: str, zone: str) -> tuple[str, ...]:
    """Lines in words. Parcels that the customer names come first, then the newest."""
    named = sorted(customer.parcels, key=lambda one: not _is_named(one, question))[:_MOST_PARCELS]
    lines = [f"The customer's first name is {first_name}."] if first_name else []
    return tuple(masked(one) for one in [*lines, *(_parcel(one, zone) for one in named)])


def _is_named(parcel: Parcel, question: str) -> bool:
    return any(number and number.lower() in question.lower() for number in (parcel.order_number, parcel.tracking_number))


def _parcel(one: Parcel, zone: str) -> str:
    order = f"Order {one.order_number}" if one.order_number else "A parcel"
    said = [f"{order} travels with {source_name(one.carrier)}, tracking number {one.tracking_number}"]
    said += [f"its status is “{titled(one.status.value)}”"]
    said += [f"delivery was promised for {day(one.promised_at, zone)}"] if one.promised_at and not one.delivered_at else []
    said += [f"it was delivered on {day(one.delivered_at, zone)}"] if one.delivered_at else []
    return f"{', '.join(said)}."
