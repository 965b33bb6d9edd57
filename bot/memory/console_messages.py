"""The console's own messages: what a person or the bot said where, in order, with a sequence a browser can poll by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select, update

from bot.memory import counters
from bot.memory.moments import moment, stamp
from bot.memory.tables import console_messages as messages
from bot.memory.upsert import inserted
from playbooks.domain.card import Card
from playbooks.domain.place import Place

SEQUENCE = "console-sequence"


@dataclass(frozen=True)
class ConsoleMessage:
    """`position` orders the page and stays; `seq` grows with each change, so that a poll finds updates too."""

    message_id: str
    channel_id: str
    thread_id: str | None
    only_user_id: str | None
    author: str
    text: str | None
    card: Card | None
    position: int
    seq: int
    created_at: datetime
    updated_at: datetime


def post(
    conn: Connection,
    place: Place,
    message_id: str,
    author: str,
    at: datetime,
    *,
    text: str | None = None,
    card: Card | None = None,
) -> bool:
    """False: this message_id is there already, and is left as it is."""
    if conn.execute(select(messages.c.seq).where(messages.c.message_id == message_id)).first():
        return False
    seq = counters.add(conn, SEQUENCE)
    values = {
        "message_id": message_id,
        "position": seq,
        "seq": seq,
        "channel_id": place.channel_id,
        "thread_id": place.thread_id,
        "only_user_id": place.only_user_id,
        "author": author,
        "created_at": stamp(at),
        "updated_at": stamp(at),
    }
    return inserted(conn, messages, values | _content(text, card))


def change(conn: Connection, message_id: str, at: datetime, *, text: str | None = None, card: Card | None = None) -> bool:
    """False: there is no such message (any more)."""
    values = {"seq": counters.add(conn, SEQUENCE), "updated_at": stamp(at)} | _content(text, card)
    return conn.execute(update(messages).where(messages.c.message_id == message_id).values(**values)).rowcount == 1


def find(conn: Connection, message_id: str) -> ConsoleMessage | None:
    row = conn.execute(select(messages).where(messages.c.message_id == message_id)).first()
    return message_of(row) if row else None


def since(
    conn: Connection,
    channel_id: str,
    seq: int = 0,
    *,
    thread_id: str | None = None,
    user_id: str | None = None,
    limit: int = 200,
) -> Sequence[ConsoleMessage]:
    """What changed in the channel, or in one thread of it, in order; only for `user_id` what is for that person alone."""
    query = select(messages).where(messages.c.channel_id == channel_id, messages.c.seq > seq)
    if thread_id is not None:
        query = query.where(or_(messages.c.thread_id == thread_id, messages.c.message_id == thread_id))
    query = query.where(or_(messages.c.only_user_id.is_(None), messages.c.only_user_id == user_id))
    return [message_of(one) for one in conn.execute(query.order_by(messages.c.position).limit(limit))]


def _content(text: str | None, card: Card | None) -> dict[str, str | None]:
    return {"text": text, "card": card.model_dump_json() if card else None}


def message_of(row: Any) -> ConsoleMessage:
    return ConsoleMessage(
        message_id=row.message_id,
        channel_id=row.channel_id,
        thread_id=row.thread_id,
        only_user_id=row.only_user_id,
        author=row.author,
        text=row.text,
        card=Card.model_validate_json(row.card) if row.card else None,
        position=row.position,
        seq=row.seq,
        created_at=moment(row.created_at),
        updated_at=moment(row.updated_at),
    )
