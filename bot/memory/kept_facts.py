"""The last good answers about customers, kept across restarts: read into memory at the start, written behind while running."""

import asyncio
import logging
from collections.abc import Mapping

from sqlalchemy import Connection

from bot.memory import facts_cache
from bot.memory.database import Database, StorageUnavailable
from playbooks.domain.facts import SourceFacts
from retrieval.facts_cache import RecentFacts

log = logging.getLogger(__name__)

SIZE = 2_000
WRITE_BEHIND_SECONDS = 1.0
"""A chat's answers come together: one commit for all of them."""

Key = tuple[str, str]


class KeptFacts:
    """A `retrieval.facts_cache.FactsCache`. What is not written when the process dies is only asked for anew."""

    def __init__(self, database: Database, size: int = SIZE) -> None:
        self._database, self._size = database, size
        self._recent = RecentFacts(size)
        self._unwritten: dict[Key, SourceFacts] = {}
        self._writing: asyncio.Task[None] | None = None

    async def load(self) -> None:
        """The newest, oldest of them first, so that they also go in that order."""
        rows = await self._database.read(lambda conn: facts_cache.newest(conn, self._size))
        for key, facts in reversed(rows):
            self._recent.put(facts.source, key, facts)

    def get(self, source: str, identity_key: str) -> SourceFacts | None:
        return self._recent.get(source, identity_key)

    def put(self, source: str, identity_key: str, facts: SourceFacts) -> None:
        self._recent.put(source, identity_key, facts)
        self._unwritten[(source, identity_key)] = facts
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(self._write_soon())

    async def close(self) -> None:
        """Writes what is left, if that can be."""
        if self._writing is not None:
            self._writing.cancel()
        await self._write()

    async def _write_soon(self) -> None:
        while self._unwritten:
            await asyncio.sleep(WRITE_BEHIND_SECONDS)
            await self._write()

    async def _write(self) -> None:
        unwritten, self._unwritten = self._unwritten, {}
        if not unwritten:
            return
        try:
            await self._database.transact(lambda conn: _put_all(conn, unwritten))
        except StorageUnavailable as error:
            log.warning("%d answers are not kept: %s", len(unwritten), error)


def _put_all(conn: Connection, facts: Mapping[Key, SourceFacts]) -> None:
    for (_, key), one in facts.items():
        facts_cache.put(conn, key, one)
