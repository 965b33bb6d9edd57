"""DHL parcels by tracking number, sparing its quota; reads only."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from weakref import WeakValueDictionary

from pydantic import ValidationError

from playbooks.domain.customer import Identity
from playbooks.domain.facts import SourceFacts
from retrieval.carriers import carriers_of, normalised
from retrieval.errors import Surprised, Throttled
from retrieval.http import Door
from retrieval.vendors.dhl import translate, wire
from retrieval.vendors.dhl.recent import Answer, Recent
from retrieval.vendors.dhl.settings import Settings

VENDOR = "dhl"


class DhlParcels:
    """CustomerSource."""

    name = VENDOR

    def __init__(self, door: Door, settings: Settings, now: Callable[[], datetime]) -> None:
        self._door, self._settings, self._now = door, settings, now
        self._recent = Recent(settings.calls_per_day)
        self._one_at_a_time: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def wants(self, identity: Identity) -> Identity:
        return Identity(tracking_numbers=tuple(one for one in identity.tracking_numbers if VENDOR in carriers_of(one)))

    async def facts(self, identity: Identity) -> SourceFacts:
        """*Source:* GET /track/shipments, Unified 1.5.8 (read 2026-11-22). *Units and limits:* 1 call a second, 250 a day,
        10 a day for one shipment; a parcel is asked for again after 15 minutes at the earliest.

        *Empty:* no parcels: DHL does not know the numbers (new ones appear after 10–30 minutes, old ones go after about 90
        days). *Errors:* Throttled when the day's quota is used up and nothing was known before.
        """
        wanted = self.wants(identity).tracking_numbers
        answers = [await self.answer(number) for number in wanted]
        parcels = tuple(one for answer in answers for one in answer.parcels)
        return SourceFacts(
            source=VENDOR,
            as_of=min((answer.at for answer in answers), default=self._now()),
            identity=Identity(
                tracking_numbers=wanted,
                order_numbers=tuple(dict.fromkeys(one.order_number for one in parcels if one.order_number)),
            ),
            parcels=parcels,
        )

    async def answer(self, number: str) -> Answer:
        """Two cards that want one parcel at the same time cost one call."""
        form = normalised(number)
        turn = self._one_at_a_time.setdefault(form, asyncio.Lock())
        async with turn:
            now = self._now()
            known = self._recent.fresh(form, now)
            if known is None and not self._recent.may_fetch(form, now):
                known = self._recent.last(form)
                if known is None:
                    raise Throttled(VENDOR, "daily quota", remedy="DHL's daily quota is used up; it begins anew at 00:00 GMT.")
            return known or await self._fetched(form, number, now)

    async def _fetched(self, form: str, number: str, now: datetime) -> Answer:
        self._recent.fetching(form, now)
        params = {"trackingNumber": form, "language": "en"}
        params |= {"service": service} if (service := translate.service_of(form)) else {}
        params |= {"requesterCountryCode": self._settings.requester_country} if self._settings.requester_country else {}
        response = await self._door.call("shipments", "GET", "/track/shipments", params=params, answers=frozenset({404}))
        found = _shipments(response.content) if response.is_success else _none(response.content)
        answer = Answer(tuple(translate.parcel(one, number) for one in found), now)
        self._recent.keep(form, answer)
        return answer


def _shipments(body: bytes) -> tuple[wire.Shipment, ...]:
    try:
        return wire.Shipments.model_validate_json(body).shipments
    except ValidationError as error:
        where = ".".join(str(step) for step in error.errors()[0]["loc"])
        raise Surprised(VENDOR, f"misshapen at {where or 'its top'}", remedy="Read DHL's documentation again.") from None


def _none(body: bytes) -> tuple[wire.Shipment, ...]:
    """DHL's own 404 means "no such parcel"; anybody else's means a wrong address."""
    try:
        wire.Problem.model_validate_json(body)
    except ValidationError:
        raise Surprised(VENDOR, "404 of a stranger", remedy="Check the DHL base URL.") from None
    return ()
