"""What arrives is stored once, as many at a time as have come; a duplicate is counted and leaves the first as it is."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection

from bot.memory.many import arrays, insert_rows
from bot.memory.moments import stamp
from bot.memory.tables import inbox

COLUMNS = ("source", "event_id", "topic", "at", "received_at", "conversation_id", "payload", "state", "reason", "unread")
TYPES = (*["text"] * 9, "bool")

KNOWN = """
SELECT json_group_array(json_array(source, event_id)) FROM json_each(?) AS given JOIN inbox
ON source = json_extract(given.value, '$[0]') AND event_id = json_extract(given.value, '$[1]')
"""

INSERT = f"""
INSERT INTO inbox ({", ".join(COLUMNS)})
SELECT * FROM unnest({", ".join(f"%b::{one}[]" for one in TYPES)})
ON CONFLICT DO NOTHING RETURNING source, event_id
"""  # noqa: S608 - constants only

Key = tuple[str, str]


class InboxState(StrEnum):
    """IGNORED: ours, but a rule says nothing is to be done (another brand's inbox, an unknown topic); `reason` names it."""

    WAITING = "waiting"
    DONE = "done"
    IGNORED = "ignored"
    FAILED = "failed"


class Arrived(NamedTuple):
    """One delivery. `at` is the vendor's time; `payload` is JSON text, kept whole; `unread`: it is not in line yet."""

    source: str
    event_id: str
    topic: str
    at: datetime
    received_at: datetime
    payload: str
    conversation_id: str | None = None
    state: InboxState = InboxState.WAITING
    reason: str | None = None
    unread: bool = False

    @property
    def key(self) -> Key:
        return self.source, self.event_id


def accept(conn: Connection, arrived: Arrived) -> bool:
    """True where it is new; otherwise the duplicate is counted and nothing else happens."""
    return accept_all(conn, [arrived])[0]


def accept_all(conn: Connection, arrived: Sequence[Arrived]) -> list[bool]:
    """Which are new, in their order; of two with one key the first."""
    keys = [one.key for one in arrived]
    first = dict(zip(reversed(keys), reversed(arrived), strict=True))
    stored = _stored(conn, list(first.values())[::-1])
    new = [first[key] is one and key in stored for key, one in zip(keys, arrived, strict=True)]
    if not all(new):
        for key, times in Counter(key for key, is_new in zip(keys, new, strict=True) if not is_new).items():
            _count_again(conn, key, times)
    return new


def _stored(conn: Connection, arrived: Sequence[Arrived]) -> set[Key]:
    """The keys of those that were not there, and are now."""
    driver: Any = conn.connection.driver_connection
    if conn.dialect.name == "postgresql":
        in_one_order = sorted(arrived, key=lambda one: one.key)  # else two groups with the same events wait in a ring
        return set(driver.execute(INSERT, arrays([_row(one) for one in in_one_order], len(COLUMNS))).fetchall())
    keys = json.dumps([one.key for one in arrived])
    known = {(source, event_id) for source, event_id in json.loads(driver.execute(KNOWN, (keys,)).fetchone()[0])}
    new = [one for one in arrived if one.key not in known]
    insert_rows(conn, "inbox", COLUMNS, [_row(one) for one in new])
    return {one.key for one in new}


def _row(one: Arrived) -> tuple[str | bool | None, ...]:
    return (
        one.source,
        one.event_id,
        one.topic,
        stamp(one.at),
        stamp(one.received_at),
        one.conversation_id,
        one.payload,
        one.state.value,
        one.reason,
        one.unread,
    )


def _count_again(conn: Connection, key: Key, times: int) -> None:
    again = inbox.update().where(inbox.c.source == key[0], inbox.c.event_id == key[1])
    conn.execute(again.values(duplicates=inbox.c.duplicates + times))
