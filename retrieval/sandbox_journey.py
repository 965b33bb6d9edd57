"""What happened to a made-up order's parcel up to now, in no carrier's words; each carrier's sandbox words it its own way."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from retrieval.world import World, WorldOrder

StepKind = Literal[
    "announced",
    "collected",
    "origin_hub",
    "departed",
    "customs_held",
    "customs_cleared",
    "destination_hub",
    "damaged",
    "out_for_delivery",
    "failed_attempt",
    "returning",
    "delivered",
]
USUAL_DAYS = timedelta(days=4)


@dataclass(frozen=True)
class Step:
    kind: StepKind
    at: datetime
    city: str
    country: str


@dataclass(frozen=True)
class Journey:
    order: WorldOrder
    city: str
    country: str
    postal_code: str
    steps: tuple[Step, ...]

    @property
    def last(self) -> Step:
        return self.steps[-1]


def journeys(world: World, carrier: str) -> dict[str, Journey]:
    """Every parcel of that carrier by tracking number, as it stands at the world's `now`."""
    people = {person.key: person for person in world.people}
    found = {}
    for order in world.orders:
        if order.carrier == carrier and order.tracking_number:
            person = people[order.person]
            city, country = person.city or "Singapore", person.country
            steps = tuple(_steps(order, world.now, city, country))
            found[order.tracking_number] = Journey(order, city, country, person.postal_code, steps)
    return found


def _steps(order: WorldOrder, now: datetime, city: str, country: str) -> Iterator[Step]:
    """Oldest first and never after `now`; the announcement is always there."""
    planned = [one for one in _planned(order, now) if country != "SG" or one[0] != "customs_cleared"]
    for index, (kind, at) in enumerate(planned):
        home = kind in ("announced", "collected", "origin_hub", "departed")
        if index == 0 or at <= now:
            yield Step(kind, min(at, now), "Singapore" if home else city, "SG" if home else country)


def _planned(order: WorldOrder, now: datetime) -> Iterator[tuple[StepKind, datetime]]:
    yield "announced", order.placed_at + timedelta(hours=1)
    if order.shipped_at is None:
        return
    shipped = order.shipped_at
    end = order.delivered_at or order.promised_at or shipped + USUAL_DAYS
    way = max(end - shipped, timedelta(hours=12))
    yield "collected", shipped
    yield "origin_hub", shipped + way * 0.1
    yield "departed", shipped + way * 0.25
    match order.parcel_trouble:
        case "stuck":
            return
        case "customs":
            yield "customs_held", shipped + way * 0.5
            return
    yield "customs_cleared", shipped + way * 0.6
    yield "destination_hub", shipped + way * 0.75
    yield from _last_mile(order, end, now)


def _last_mile(order: WorldOrder, end: datetime, now: datetime) -> Iterator[tuple[StepKind, datetime]]:
    tried = min(end, now - timedelta(hours=2))
    match order.parcel_trouble:
        case "damaged":
            yield "damaged", tried
        case "failed_attempt":
            yield "out_for_delivery", tried - timedelta(hours=3)
            yield "failed_attempt", tried
        case "returned":
            yield "out_for_delivery", tried - timedelta(hours=3)
            yield "failed_attempt", tried
            yield "returning", tried + timedelta(hours=1)
        case _:
            yield "out_for_delivery", end - timedelta(hours=4)
            if order.delivered_at:
                yield "delivered", order.delivered_at
