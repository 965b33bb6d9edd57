"""Ninja Van parcels by tracking number; reads only."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from pydantic import ValidationError

from playbooks.domain.customer import Identity
from playbooks.domain.facts import Parcel, SourceFacts
from retrieval.carriers import carriers_of, normalised
from retrieval.errors import Surprised
from retrieval.http import Door
from retrieval.vendors.ninjavan import translate, wire
from retrieval.vendors.ninjavan.settings import Settings

AT_A_TIME = 25
"""Parcels in one call: keeps the query short; Ninja Van's own limit is not known."""


class NinjaVanParcels:
    """CustomerSource."""

    name = translate.VENDOR

    def __init__(self, door: Door, settings: Settings, now: Callable[[], datetime]) -> None:
        self._door, self._settings, self._now = door, settings, now

    def wants(self, identity: Identity) -> Identity:
        return Identity(tracking_numbers=tuple(one for one in identity.tracking_numbers if self._is_mine(one)))

    def _is_mine(self, number: str) -> bool:
        own = self._settings.own_prefixes
        return self.name in carriers_of(number) or bool(own and normalised(number).startswith(own))

    async def facts(self, identity: Identity) -> SourceFacts:
        """*Source:* GET /{country}/1.0/orders/tracking-events?tracking_number=…, repeated (api-evangelist and public
        client code, read 2026-11-22). *Empty:* no parcels: Ninja Van leaves unknown numbers out (assumed) or answers 404.
        """
        as_of, wanted = self._now(), self.wants(identity).tracking_numbers
        batches = [wanted[start : start + AT_A_TIME] for start in range(0, len(wanted), AT_A_TIME)]
        parcels = tuple(one for batch in await asyncio.gather(*map(self._tracked, batches)) for one in batch)
        orders = dict.fromkeys(one.order_number for one in parcels if one.order_number)
        return SourceFacts(
            source=self.name,
            as_of=as_of,
            identity=Identity(tracking_numbers=wanted, order_numbers=tuple(orders)),
            parcels=parcels,
        )

    async def _tracked(self, numbers: Sequence[str]) -> list[Parcel]:
        asked = {normalised(number): number for number in numbers}
        country = self._settings.country
        response = await self._door.call(
            "tracking_events",
            "GET",
            f"/{country}/1.0/orders/tracking-events",
            params={"tracking_number": list(asked)},
            answers=frozenset({404}),
        )
        if response.status_code == 404:
            return []
        try:
            histories = wire.Histories.model_validate_json(response.content).data
        except ValidationError as error:
            where = ".".join(str(step) for step in error.errors()[0]["loc"])
            raise Surprised(
                self.name, f"misshapen at {where or 'its top'}", remedy="Read Ninja Van's documentation again."
            ) from None
        return [
            translate.parcel(one, number, country)
            for one in histories
            if one.events and (number := asked.get(normalised(one.tracking_number)))
        ]

    async def check(self) -> None:
        """Any answer but a refusal shows that the credentials work; nobody has this number."""
        await self._tracked(["NVSGNOBODY000000000"])
