"""Named numbers that only grow: unknown topics, ignored brands, sequences. Adding locks the row, so order is commit order."""

from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.memory.tables import counters


def add(conn: Connection, name: str, number: int = 1) -> int:
    """The new value."""
    dialect: Any = postgresql if conn.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(counters).values(name=name, value=number)
    grown = insert.on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + number})
    return int(conn.execute(grown.returning(counters.c.value)).scalar_one())


def value(conn: Connection, name: str) -> int:
    return conn.execute(select(counters.c.value).where(counters.c.name == name)).scalar() or 0


def all_values(conn: Connection) -> dict[str, int]:
    return dict(conn.execute(select(counters.c.name, counters.c.value)).all())
