"""How far something was read: the pollers' places in other systems' changes."""

from datetime import datetime

from sqlalchemy import Connection, select

from bot.memory.moments import stamp
from bot.memory.tables import cursors
from bot.memory.upsert import put


def value(conn: Connection, name: str) -> str | None:
    return conn.execute(select(cursors.c.value).where(cursors.c.name == name)).scalar()


def move(conn: Connection, name: str, to: str, at: datetime) -> None:
    put(conn, cursors, {"name": name, "value": to, "updated_at": stamp(at)})
