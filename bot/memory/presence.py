"""What other systems last said of colleagues being away, one row a system; it judges nothing."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, select

from bot.memory import cursors
from bot.memory.tables import cursors as table
from playbooks.domain.presence import Presence

NAME = "presence:"
PRESENCES: TypeAdapter[tuple[Presence, ...]] = TypeAdapter(tuple[Presence, ...])


def tell(conn: Connection, system: str, said: Sequence[Presence], at: datetime) -> None:
    """In place of what this system said before."""
    cursors.move(conn, f"{NAME}{system}", PRESENCES.dump_json(tuple(said)).decode(), at)


def all_told(conn: Connection) -> Sequence[Presence]:
    rows = conn.execute(select(table.c.value).where(table.c.name.startswith(NAME, autoescape=True)))
    return [one for (value,) in rows for one in PRESENCES.validate_json(value)]
