"""Finished jobs as a long life leaves them, put in place for measuring; never used by a running service."""

from datetime import datetime

from sqlalchemy import Connection, insert

from bot.memory.moments import stamp
from bot.memory.tables import jobs


def put_finished(conn: Connection, numbers: range, at: datetime) -> None:
    same = {"kind": "old", "payload": "{}", "priority": 10, "state": "done", "attempts": 1, "token": 1}
    moments = dict.fromkeys(("enqueued_at", "started_at", "finished_at"), stamp(at))
    conn.execute(insert(jobs), [{"once_key": f"old-{number}", **same, **moments} for number in numbers])
