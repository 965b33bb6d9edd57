"""The demo's small cast (`knowledge/demo/cast.yaml`) as a world; every mistake in the file is named by file, line and key."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from pydantic import ValidationError

from retrieval.cast_file import CastError, at_line, read
from retrieval.cast_layout import Cast, CastConversation, CastOrder, CastPerson
from retrieval.world import (
    World,
    WorldAgent,
    WorldCase,
    WorldConversation,
    WorldInbox,
    WorldMessage,
    WorldOrder,
    WorldPerson,
    WorldSubscription,
)

__all__ = ["CastError", "world_of_cast"]

NO_MINOR_UNIT = frozenset({"jpy", "krw", "vnd"})  # ISO 4217 currencies without one
CUSTOMER = "customer"
NESTED = frozenset({"orders", "cases", "conversations", "subscriptions", "customer_since"})


def world_of_cast(path: Path | str, now: datetime) -> World:
    """*Errors:* CastError naming file, line and key."""
    file = Path(path)
    content, root = read(file)
    try:
        cast = Cast.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise at_line(file, root, first["loc"], first["msg"].removeprefix("Value error, ")) from None
    for location, message in _contradictions(cast):
        raise at_line(file, root, location, message)
    return _world(cast, now)


def _contradictions(cast: Cast) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """What each line alone cannot know: names that must exist, and names that must not repeat."""
    agents = {agent.email for agent in cast.agents}
    inboxes = {inbox.inbox_id for inbox in cast.inboxes}
    seen: set[str] = set()
    for index, person in enumerate(cast.customers):
        here = ("customers", index)
        named: list[tuple[tuple[int | str, ...], str]] = [(("key",), person.key), (("email",), person.email)]
        named += [(("orders", place, "number"), order.number) for place, order in enumerate(person.orders)]
        for location, name in named:
            if name in seen:
                yield (*here, *location), f"{name} is used twice"
            seen.add(name)
        if person.owner_email and person.owner_email not in agents:
            yield (*here, "owner_email"), f"{person.owner_email} is no agent's e-mail"
        for place, talk in enumerate(person.conversations):
            yield from (((*here, "conversations", place, *where), what) for where, what in _strangers(talk, agents, inboxes))


def _strangers(talk: CastConversation, agents: set[str], inboxes: set[str]) -> Iterator[tuple[tuple[int | str, ...], str]]:
    if talk.inbox not in inboxes:
        yield ("inbox",), f"{talk.inbox} is no inbox_id"
    for index, message in enumerate(talk.messages):
        if message.author != CUSTOMER and message.author not in agents:
            yield ("messages", index, "author"), f'{message.author} is neither "{CUSTOMER}" nor an agent\'s e-mail'


def _world(cast: Cast, now: datetime) -> World:
    people = cast.customers
    return World(
        company=cast.company,
        now=now,
        agents=tuple(WorldAgent(**agent.model_dump()) for agent in cast.agents),
        inboxes=tuple(WorldInbox(**inbox.model_dump()) for inbox in cast.inboxes),
        people=tuple(_person(person, now) for person in people),
        orders=tuple(_order(person, order, now) for person in people for order in person.orders),
        cases=tuple(
            WorldCase(
                person=person.key,
                opened_at=now + case.opened,
                subject=case.subject,
                description=case.description,
                status=case.status,
                priority=case.priority,
            )
            for person in people
            for case in person.cases
        ),
        conversations=tuple(_conversation(person, talk, now) for person in people for talk in person.conversations),
        subscriptions=tuple(
            WorldSubscription(
                person=person.key,
                plan=one.plan,
                amount_minor=_minor(one.amount, one.currency),
                currency=one.currency,
                status=one.status,
                renews_at=now + one.renews,
                invoice_overdue=one.invoice_overdue,
            )
            for person in people
            for one in person.subscriptions
        ),
        tags=cast.tags,
    )


def _person(person: CastPerson, now: datetime) -> WorldPerson:
    return WorldPerson(**person.model_dump(exclude=set(NESTED)), customer_since=_at(now, person.customer_since))


def _order(person: CastPerson, order: CastOrder, now: datetime) -> WorldOrder:
    items = tuple((item.name, item.quantity, _minor(item.price, order.currency)) for item in order.items)
    parcel = order.parcel
    return WorldOrder(
        number=order.number,
        person=person.key,
        placed_at=now + order.placed,
        items=items,
        amount_minor=sum(quantity * price for _, quantity, price in items),
        currency=order.currency,
        card_brand=order.card.brand,
        card_last4=order.card.last4,
        payment_failed=order.card.failed,
        refunds=tuple((_minor(refund.amount, order.currency), refund.reason) for refund in order.refunds),
        dispute=order.dispute,
        carrier=parcel.carrier if parcel else "",
        tracking_number=parcel.tracking_number if parcel else "",
        shipped_at=_at(now, parcel.shipped) if parcel else None,
        promised_at=_at(now, parcel.promised) if parcel else None,
        delivered_at=_at(now, parcel.delivered) if parcel else None,
        parcel_trouble=parcel.trouble if parcel else "",
        address=order.address or f"{person.address}, {person.city} {person.postal_code}".strip(", "),
    )


def _conversation(person: CastPerson, talk: CastConversation, now: datetime) -> WorldConversation:
    return WorldConversation(
        person=person.key,
        messages=tuple(WorldMessage(author=one.author, text=one.text.strip(), at=now + one.at) for one in talk.messages),
        inbox=talk.inbox,
        state=talk.state,
        rating=talk.rating.score if talk.rating else None,
        rating_remark=talk.rating.remark if talk.rating else "",
        tags=talk.tags,
    )


def _at(now: datetime, offset: timedelta | None) -> datetime | None:
    return None if offset is None else now + offset


def _minor(amount: Decimal, currency: str) -> int:
    return int((amount * (1 if currency in NO_MINOR_UNIT else 100)).to_integral_value())
