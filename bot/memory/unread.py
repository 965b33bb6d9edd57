"""What was stored as it came and is not in line yet; it reads no payload."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from bot.memory.many import arrays
from bot.memory.moments import moment, moment_or_none
from bot.memory.tables import inbox

UNREAD = "deskside_unread"
"""The channel on which PostgreSQL tells the other processes."""

ONE_AT_A_TIME = f"SELECT pg_advisory_xact_lock(hashtextextended('{UNREAD}', 0))"
TELL = f"SELECT pg_notify('{UNREAD}', '')"
OLDEST = """
SELECT source, event_id, topic, at, received_at, payload FROM inbox WHERE unread ORDER BY received_at, event_id LIMIT {limit}
"""
READ = """
UPDATE inbox SET unread = false
FROM (SELECT json_extract(value, '$[0]') AS s, json_extract(value, '$[1]') AS e FROM json_each(?))
WHERE source = s AND event_id = e
"""
READ_ON_POSTGRESQL = """
UPDATE inbox SET unread = false FROM unnest(%b::text[], %b::text[]) AS those (s, e) WHERE source = s AND event_id = e
"""


@dataclass(frozen=True)
class Unread:
    """`at` is the vendor's time."""

    source: str
    event_id: str
    topic: str
    at: datetime
    received_at: datetime
    payload: str


def tell_of_unread(conn: Connection) -> None:
    """Other processes hear of it when it is committed; those on one SQLite file look for themselves."""
    if conn.dialect.name == "postgresql":
        _driver(conn).execute(TELL)


def unread(conn: Connection, limit: int) -> Sequence[Unread]:
    """In the order of arrival. Nobody else is given any until this transaction ends: two would mix up the order."""
    driver = _driver(conn)
    if conn.dialect.name == "postgresql":
        driver.execute(ONE_AT_A_TIME)
    rows = driver.execute(OLDEST.format(limit=int(limit))).fetchall()
    return [Unread(source, event_id, topic, moment(at), moment(got), text) for source, event_id, topic, at, got, text in rows]


def mark_read(conn: Connection, those: Sequence[Unread]) -> None:
    keys = [(one.source, one.event_id) for one in those]
    if conn.dialect.name == "postgresql":
        _driver(conn).execute(READ_ON_POSTGRESQL, arrays(keys, 2))
    else:
        _driver(conn).execute(READ, (json.dumps(keys),))


def oldest_unread(conn: Connection) -> tuple[int, datetime | None]:
    """How many there are, and when the first came."""
    number, first = conn.execute(select(func.count(), func.min(inbox.c.received_at)).where(inbox.c.unread)).one()
    return number, moment_or_none(first)


def _driver(conn: Connection) -> Any:
    return conn.connection.driver_connection
