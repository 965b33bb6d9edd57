"""Where an order or a parcel is, for whoever asks only that."""

from datetime import datetime

from playbooks.cards.customer import customer_name, next_steps
from playbooks.cards.orders import order_facts
from playbooks.cards.parts import section, small
from playbooks.domain.card import Card, Element, Timeline, TimelineItem
from playbooks.domain.facts import Customer360
from playbooks.words import ago, listed, source_name


def order_card(
    customer: Customer360, number: str, *, now: datetime, conversation_id: str | None = None, zone: str = "UTC"
) -> Card:
    """Where one order or parcel is; `number` "" means all of the customer's."""
    wanted = number.upper()
    charges = [one for one in customer.charges if not wanted or wanted == (one.order_number or "").upper()]
    parcels = [
        one
        for one in customer.parcels
        if not wanted or wanted in {(one.order_number or "").upper(), one.tracking_number.upper()}
    ]
    narrowed = _only(customer, charges=tuple(charges), parcels=tuple(parcels))
    blocks = order_facts(narrowed, now, zone)
    name = number or f"Orders of {customer_name(customer)}"
    newest = max((event for one in parcels for event in one.events), key=lambda one: one.at, default=None)
    summary = f"{name}: {newest.text}, {ago(newest.at, now)}." if newest else f"{name}: {_none_known(customer, bool(blocks))}"
    return Card(
        title=name,
        subtitle=customer_name(customer) if number else "",
        summary=summary,
        sections=(
            *section("", blocks or [small(_none_known(customer, False))]),
            *section("History", _parcel_history(narrowed), collapsed=len(parcels) > 1),
            *section("", next_steps(conversation_id)),
        ),
        gaps=customer.gaps,
        as_of=customer.as_of,
    )


def _only(customer: Customer360, **kept: object) -> Customer360:
    """The same customer with one joined source holding only these records."""
    if not customer.sources:
        return customer
    bare = {"identity": customer.sources[0].identity, "source": customer.sources[0].source, "as_of": customer.sources[0].as_of}
    return customer.model_copy(update={"sources": (type(customer.sources[0]).model_validate({**bare, **kept}),)})


def _none_known(customer: Customer360, known: bool) -> str:
    if known:
        return "no parcel is known for it yet."
    asked = listed(sorted(source_name(one.source) for one in customer.sources))
    return f"no order or parcel found in {asked}." if asked else "no source could be asked."


def _parcel_history(customer: Customer360) -> list[Element]:
    items = sorted(
        (
            TimelineItem(at=event.at, title=event.text, detail=event.place or "", source=source_name(one.carrier), url=one.url)
            for one in customer.parcels
            for event in one.events
        ),
        key=lambda item: item.at,
        reverse=True,
    )
    return [Timeline(items=tuple(items))] if items else []
