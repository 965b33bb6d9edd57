"""Which message shows which card, so that a card is updated in place instead of posted again."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.memory.moments import stamp
from bot.memory.tables import posted
from bot.memory.upsert import put
from playbooks.domain.place import MessageRef


def remember(conn: Connection, card_key: str, ref: MessageRef, at: datetime) -> None:
    put(conn, posted, {"card_key": card_key, "ref": ref.model_dump_json(), "at": stamp(at)})


def find(conn: Connection, card_key: str) -> MessageRef | None:
    ref = conn.execute(select(posted.c.ref).where(posted.c.card_key == card_key)).scalar()
    return MessageRef.model_validate_json(ref) if ref else None


def forget(conn: Connection, card_key: str) -> None:
    """The message is gone (deleted, its channel archived): the next card is a new one."""
    conn.execute(delete(posted).where(posted.c.card_key == card_key))
