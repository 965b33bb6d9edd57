"""Shows hints of work under way in the card that the result will take the place of; the result itself is perform's to show.

A hint that cannot be shown is not shown: it is never tried again, never waited for long, and changes no vendor's record.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.memory import posted
from bot.memory.database import Database, StorageUnavailable
from bot.surface import SurfaceOut
from playbooks.domain.card import Card
from playbooks.domain.people import Surface
from playbooks.domain.place import ChannelKind, MessageRef, Place
from retrieval.errors import VendorError

log = logging.getLogger(__name__)
MOST_SECONDS = 2.0


class LiveProgress:
    """A `bot.desk.office.Progress`."""

    def __init__(self, surfaces: Mapping[Surface, SurfaceOut], database: Database, clock: Callable[[], datetime]) -> None:
        self._surfaces, self._database, self._clock = surfaces, database, clock

    async def show(self, place: Place, card_key: str, card: Card, under: str | None) -> None:
        surface = self._surfaces.get(place.surface)
        if surface is None or _cannot_be_updated(place):
            return
        try:
            async with asyncio.timeout(MOST_SECONDS):
                await self._show(surface, place, card_key, card, under)
        except (VendorError, StorageUnavailable, TimeoutError) as error:
            log.info("a hint was not shown", extra={"surface": place.surface, "error": type(error).__name__})

    async def _show(self, surface: SurfaceOut, place: Place, card_key: str, card: Card, under: str | None) -> None:
        above = await self._message(under) if under else None
        if under and above is None:
            return  # its thread is not there yet
        where = place.model_copy(update={"thread_id": above.thread_id or above.message_id}) if above else place
        existing = await self._message(card_key)
        message = await surface.show(where, card, existing=existing, once_key=f"hint:{card_key}")
        if message != existing:
            now = self._clock()
            await self._database.transact(lambda conn: posted.remember(conn, card_key, message, now))

    async def _message(self, card_key: str) -> MessageRef | None:
        return await self._database.read(lambda conn: posted.find(conn, card_key))


def _cannot_be_updated(place: Place) -> bool:
    """A whisper to one person in a channel would be repeated, not changed."""
    return place.only_user_id is not None and place.channel_kind is not ChannelKind.DIRECT
