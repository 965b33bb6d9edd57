"""Which chat thread is about which conversation, both ways; a thread is about one, a conversation may have many."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.memory.moments import stamp
from bot.memory.tables import threads
from bot.memory.upsert import put
from playbooks.domain.people import Surface
from playbooks.domain.place import ChannelKind, Place


def link(conn: Connection, place: Place, conversation_id: str, at: datetime) -> None:
    """The last link wins: somebody said what this thread is about now."""
    key = {"surface": place.surface.value, "channel_id": place.channel_id, "thread_id": place.thread_id or ""}
    values = {"conversation_id": conversation_id, "channel_kind": place.channel_kind.value, "linked_at": stamp(at)}
    put(conn, threads, key | values)


def conversation_of(conn: Connection, place: Place) -> str | None:
    query = select(threads.c.conversation_id).where(
        threads.c.surface == place.surface.value,
        threads.c.channel_id == place.channel_id,
        threads.c.thread_id == (place.thread_id or ""),
    )
    return conn.execute(query).scalar()


def places_of(conn: Connection, conversation_id: str) -> Sequence[Place]:
    """In the order they were linked."""
    query = select(threads).where(threads.c.conversation_id == conversation_id).order_by(threads.c.linked_at)
    return [_place(one) for one in conn.execute(query)]


def _place(row: Any) -> Place:
    return Place(
        surface=Surface(row.surface),
        channel_id=row.channel_id,
        thread_id=row.thread_id or None,
        channel_kind=ChannelKind(row.channel_kind),
    )
