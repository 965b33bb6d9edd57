"""What each process last reported of the systems it called, one row a process; it judges nothing."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, delete, select

from bot.memory import cursors
from bot.memory.moments import stamp
from bot.memory.tables import cursors as table
from playbooks.domain.vitals import ProcessReport

NAME = "process:"
KEPT = timedelta(days=1)
"""A process that is gone says no longer what is silent, but since when: an outage outlives who saw it."""


def tell(conn: Connection, report: ProcessReport) -> None:
    """In place of what this process said before; those long gone are forgotten."""
    old = table.c.updated_at < stamp(report.at - KEPT)
    conn.execute(delete(table).where(table.c.name.startswith(NAME, autoescape=True), old))
    cursors.move(conn, f"{NAME}{report.process}", report.model_dump_json(), report.at)


def all_told(conn: Connection) -> Sequence[ProcessReport]:
    rows = conn.execute(select(table.c.value).where(table.c.name.startswith(NAME, autoescape=True)))
    return [ProcessReport.model_validate_json(value) for (value,) in rows]
