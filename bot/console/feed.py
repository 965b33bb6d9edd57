"""Live updates: what changed for one reader, as Server-Sent Events that can be resumed; it changes nothing itself."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from typing import Any

from bot.console.messages import MessageView, event
from bot.memory import Connection, console_feed
from bot.memory.console_messages import ConsoleMessage
from bot.memory.database import Database

LOOK_SECONDS = 0.3
"""How often one process asks whether anything changed, however many pages are open: an agent does not notice less."""
QUIET_SECONDS = 15.0
"""Proxies close what is silent for 30 seconds and more."""
STREAM_SECONDS = 300.0
"""Then the browser connects anew, and whether the person is still signed in is looked at again."""
MOST_CHANGES = 100


class Pulse:
    """All open streams share one look at the sequence; nobody looks while no page is open."""

    def __init__(self, database: Database, look_seconds: float = LOOK_SECONDS) -> None:
        self._database, self._look_seconds = database, look_seconds
        self._newest = 0
        self._looking: asyncio.Task[None] | None = None

    async def beyond(self, seq: int, seconds: float) -> int:
        """The newest sequence, as soon as it is beyond `seq` or the time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._newest <= seq:
                    await self._look()
        return self._newest

    async def _look(self) -> None:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._after_a_moment())
        await asyncio.shield(self._looking)

    async def _after_a_moment(self) -> None:
        await asyncio.sleep(self._look_seconds)
        self._newest = await self._database.read(console_feed.newest_seq)


async def stream(
    database: Database, pulse: Pulse, reader: console_feed.Reader, view: MessageView, after: int, is_over: Callable[[], bool]
) -> AsyncIterator[bytes]:
    """Changes after `after`, until `is_over`; each event's id is where to go on."""
    yield b"retry: 1500\n\n"
    looked = seq = after
    while not is_over():
        rows, counts = await database.read(lambda conn, seq=seq: changed(conn, reader, seq))  # type: ignore[misc]
        for row in rows:
            yield _event(row, event(row, counts, view))
            seq = row.seq
        if len(rows) < MOST_CHANGES:
            newest = await pulse.beyond(max(looked, seq), QUIET_SECONDS)
            if newest <= looked:
                yield b": still here\n\n"
            looked = max(looked, newest)


def changed(
    conn: Connection, reader: console_feed.Reader, after: int
) -> tuple[Sequence[ConsoleMessage], dict[str, console_feed.Replies]]:
    rows = console_feed.changes(conn, reader, after, MOST_CHANGES)
    threads = [*{one.thread_id or one.message_id for one in rows}]
    return rows, console_feed.replies(conn, reader, threads)


def _event(row: ConsoleMessage, content: dict[str, Any]) -> bytes:
    return f"id: {row.seq}\nevent: message\ndata: {json.dumps(content)}\n\n".encode()
