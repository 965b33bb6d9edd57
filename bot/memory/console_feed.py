"""What the console's pages read beside one channel's changes: newest first, threads, counts, and what became of a request."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select

from bot.memory import counters, inbox, outbox
from bot.memory.console_messages import SEQUENCE, ConsoleMessage, message_of
from bot.memory.tables import console_messages as messages

DEEPEST = 6
"""Results that cause results: a press, its action, the action's card. More is no longer "what this press did"."""


@dataclass(frozen=True)
class Reader:
    """Whose eyes: the channels that are open to them, and what is for them alone."""

    user_id: str
    channel_ids: tuple[str, ...]


@dataclass(frozen=True)
class Replies:
    number: int = 0
    last_position: int = 0


def newest_seq(conn: Connection) -> int:
    return counters.value(conn, SEQUENCE)


def changes(conn: Connection, reader: Reader, after: int, limit: int = 100) -> Sequence[ConsoleMessage]:
    """In order of change, so that the last one's seq is where to go on."""
    query = _readable(reader).where(messages.c.seq > after).order_by(messages.c.seq).limit(limit)
    return [message_of(one) for one in conn.execute(query)]


def roots(
    conn: Connection, reader: Reader, channel_id: str, *, before: int | None = None, limit: int = 30
) -> Sequence[ConsoleMessage]:
    """The newest of the channel's own messages (no replies), oldest of them first."""
    query = _readable(reader).where(messages.c.channel_id == channel_id, messages.c.thread_id.is_(None))
    if before is not None:
        query = query.where(messages.c.position < before)
    newest = conn.execute(query.order_by(messages.c.position.desc()).limit(limit))
    return [message_of(one) for one in newest][::-1]


def thread(conn: Connection, reader: Reader, channel_id: str, root_id: str, limit: int = 200) -> Sequence[ConsoleMessage]:
    """The newest replies, in order."""
    query = _readable(reader).where(messages.c.channel_id == channel_id, messages.c.thread_id == root_id)
    newest = conn.execute(query.order_by(messages.c.position.desc()).limit(limit))
    return [message_of(one) for one in newest][::-1]


def replies(conn: Connection, reader: Reader, root_ids: Sequence[str]) -> dict[str, Replies]:
    query = (
        select(messages.c.thread_id, func.count(), func.max(messages.c.position))
        .where(messages.c.thread_id.in_(root_ids), _addressed(reader), messages.c.channel_id.in_(reader.channel_ids))
        .group_by(messages.c.thread_id)
    )
    return {root_id: Replies(number, last) for root_id, number, last in conn.execute(query)}


def unread(conn: Connection, reader: Reader, seen: dict[str, int], own_name: str) -> dict[str, int]:
    """How many messages of others came to each channel after the position seen last."""
    return {one: _newer(conn, reader, one, seen.get(one, 0), own_name) for one in reader.channel_ids}


def settled(conn: Connection, source: str, event_id: str) -> bool | None:
    """Whether everything that this event led to has ended; None: it is not known."""
    arrived = inbox.find(conn, source, event_id)
    if arrived is None:
        return None
    if arrived.conversation_id is None:
        return arrived.state is not inbox.InboxState.WAITING
    caused = outbox.of_conversation(conn, arrived.conversation_id)
    return _ended(conn, arrived, caused, DEEPEST)


def _ended(conn: Connection, arrived: inbox.InboxRow, caused: Sequence[outbox.OutboxRow], depth: int) -> bool:
    if arrived.state is inbox.InboxState.WAITING:
        return False
    actions = [one for one in caused if one.cause == arrived.event_id] if depth else []
    if any(one.state.value in outbox.OPEN for one in actions):
        return False
    results = (inbox.find(conn, "deskside", f"{end}:{one.once_key}") for one in actions for end in ("done", "failed"))
    return all(_ended(conn, one, caused, depth - 1) for one in results if one)


def _newer(conn: Connection, reader: Reader, channel_id: str, position: int, own_name: str) -> int:
    query = select(func.count()).where(
        messages.c.channel_id == channel_id,
        messages.c.position > position,
        messages.c.author != own_name,
        _addressed(reader),
    )
    return conn.execute(query).scalar_one()


def _readable(reader: Reader) -> Any:
    return select(messages).where(messages.c.channel_id.in_(reader.channel_ids), _addressed(reader))


def _addressed(reader: Reader) -> Any:
    return or_(messages.c.only_user_id.is_(None), messages.c.only_user_id == reader.user_id)
