"""Shows cards in the console: rows that the open pages pick up; it renders nothing."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from bot.memory import console_messages
from bot.memory.database import Database
from playbooks.domain.card import Card
from playbooks.domain.people import Surface
from playbooks.domain.place import MessageRef, Place

BOT = "deskside"


class ConsoleOut:
    """A `bot.surface.SurfaceOut`. The message id derives from the once_key, so a repeated post is the same row."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    @property
    def name(self) -> Surface:
        return Surface.CONSOLE

    async def show(self, place: Place, card: Card, *, existing: MessageRef | None, once_key: str) -> MessageRef:
        now = self._clock()
        if existing is not None and await self._database.transact(
            lambda conn: console_messages.change(conn, existing.message_id, now, card=card)
        ):
            return existing
        message_id = _message_id(once_key)
        await self._database.transact(lambda conn: console_messages.post(conn, place, message_id, BOT, now, card=card))
        return _ref(place, message_id)

    async def find(self, place: Place, once_key: str) -> MessageRef | None:
        message_id = _message_id(once_key)
        found = await self._database.read(lambda conn: console_messages.find(conn, message_id))
        return _ref(place, message_id) if found else None


def _message_id(once_key: str) -> str:
    return f"m-{hashlib.sha256(once_key.encode()).hexdigest()[:20]}"


def _ref(place: Place, message_id: str) -> MessageRef:
    return MessageRef(surface=Surface.CONSOLE, channel_id=place.channel_id, message_id=message_id, thread_id=place.thread_id)
