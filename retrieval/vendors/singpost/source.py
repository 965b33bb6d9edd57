"""SingPost parcels by tracking number; reads only."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from playbooks.domain.customer import Identity
from playbooks.domain.facts import Parcel, SourceFacts
from retrieval.carriers import carriers_of, normalised
from retrieval.http import Door
from retrieval.vendors.singpost import translate, wire
from retrieval.vendors.singpost.settings import Settings

PATH = "/sp/tracking"
AT_A_TIME = 10
"""Items in one request (a public client's recommendation; SingPost's own limit is not known)."""


class SingPostParcels:
    """CustomerSource."""

    name = wire.VENDOR

    def __init__(self, door: Door, settings: Settings, now: Callable[[], datetime]) -> None:
        self._door, self._settings, self._now = door, settings, now

    def wants(self, identity: Identity) -> Identity:
        return Identity(tracking_numbers=tuple(one for one in identity.tracking_numbers if self.name in carriers_of(one)))

    async def facts(self, identity: Identity) -> SourceFacts:
        """*Source:* POST /sp/tracking (public client code, read 2026-11-22; SingPost publishes no reference).

        *Units and limits:* ten items a call. *Empty:* no parcels: SingPost does not know the numbers.
        """
        as_of, wanted = self._now(), self.wants(identity).tracking_numbers
        batches = [wanted[start : start + AT_A_TIME] for start in range(0, len(wanted), AT_A_TIME)]
        found = await asyncio.gather(*(self._tracked(batch) for batch in batches))
        return SourceFacts(
            source=self.name,
            as_of=as_of,
            identity=Identity(tracking_numbers=wanted),
            parcels=tuple(parcel for batch in found for parcel in batch),
        )

    async def _tracked(self, numbers: Sequence[str]) -> list[Parcel]:
        asked = {normalised(number): number for number in numbers}
        response = await self._door.call(
            "tracking",
            "POST",
            PATH,
            safe_to_repeat=True,  # a POST that only asks
            content=wire.request(asked, self._settings.system_id),
            headers={"Content-Type": "application/xml; charset=utf-8"},
        )
        items = wire.items(response.content)
        return [
            translate.parcel(one, number)
            for one in items
            if one.found and (number := asked.get(normalised(one.TrackingNumber)))
        ]

    async def check(self) -> None:
        """Any well-formed answer shows that the key works; nobody has this number."""
        await self._tracked(["RR000000005SG"])
