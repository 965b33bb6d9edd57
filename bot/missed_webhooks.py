"""Compares conversations that changed with what their procedures know of them, and tells the difference; it stores nothing.

A conversation is read once for each time it changed and came to rest. Not at all where nobody acts on it: no procedure, and
no change after the last that was told.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk.in_order import RATED, TAKEN
from bot.memory import Connection, inbox, runs
from bot.memory.database import Database
from playbooks.domain.conversation import Conversation
from playbooks.domain.events import ConversationEvent
from playbooks.missed import Taken, missed_events
from retrieval.errors import Surprised
from retrieval.ports import InboxSource

log = logging.getLogger(__name__)

SEARCHED_BACK = timedelta(hours=1)
"""Before a conversation's last change. It was compared whenever it came to rest, and no chat goes on for so long without."""
AT_A_TIME = 8
"""Reads side by side, so that a round of the most conversations ends before the next begins."""


@dataclass(frozen=True)
class _Known:
    """`told_at`: the vendor's time of the last event that was received. `taken` None: no procedure knows of its parts."""

    told_at: datetime | None
    taken: Taken | None
    in_trail: Taken


async def missed(
    database: Database, source: InboxSource, changed: Sequence[Conversation], since: datetime
) -> list[ConversationEvent]:
    """By conversation, each's oldest first. *Errors:* of the vendor, where it does not answer."""
    places = asyncio.Semaphore(AT_A_TIME)

    async def of_one(one: Conversation) -> Sequence[ConversationEvent]:
        async with places:
            return await _missed(database, source, one, since)

    found = await asyncio.gather(*(of_one(one) for one in changed), return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return [event for one in found if not isinstance(one, BaseException) for event in one]


async def _missed(
    database: Database, source: InboxSource, changed: Conversation, since: datetime
) -> Sequence[ConversationEvent]:
    known = await database.read(lambda conn: _known(conn, changed.conversation_id))
    if known.taken is None and known.told_at is not None and known.told_at >= changed.updated_at:
        return ()
    whole = await _read(source, changed.conversation_id)
    if whole is None:
        return ()
    if known.taken is None:
        return missed_events(whole, known.told_at or since, known.in_trail)
    return missed_events(whole, min(since, changed.updated_at - SEARCHED_BACK), known.taken)


async def _read(source: InboxSource, conversation_id: str) -> Conversation | None:
    """One that nobody can make sense of must not keep the round from all others."""
    try:
        return await source.conversation(conversation_id)
    except Surprised as error:
        log.warning("a changed conversation cannot be read", extra={"conversation": conversation_id, "why": error.reason})
        return None


def _known(conn: Connection, conversation_id: str) -> _Known:
    told_at, saved = inbox.latest(conn, "intercom", conversation_id), runs.load(conn, conversation_id)
    if saved is None:
        return _Known(told_at, None, Taken())
    in_trail = frozenset(one.part_id for one in saved.run.trail if one.part_id)
    rating, noted = saved.facts.get(RATED), saved.facts.get(TAKEN)
    if not isinstance(noted, list):  # begun by a version that did not note them
        return _Known(told_at, None, Taken(part_ids=in_trail, rating=rating))
    return _Known(told_at, Taken(part_ids=in_trail.union(noted), rating=rating), Taken())
