"""Finished jobs as a long life leaves them, put in place for measuring; never used by a running service."""

from datetime import datetime

from sqlalchemy import Connection, text

from bot.memory.moments import stamp

NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n < :last)",
    "postgresql": "WITH numbers AS (SELECT generate_series(CAST(:first AS bigint), :last) AS n)",
}
PUT = """
INSERT INTO jobs (once_key, kind, payload, priority, state, attempts, token, enqueued_at, started_at, finished_at)
{numbers} SELECT 'old-' || n, 'old', '{{}}', 10, 'done', 1, 1, :at, :at, :at FROM numbers
"""


def put_finished(conn: Connection, numbers: range, at: datetime) -> None:
    if numbers:
        values = {"first": numbers[0], "last": numbers[-1], "at": stamp(at)}
        conn.execute(text(PUT.format(numbers=NUMBERS[conn.dialect.name])), values)
