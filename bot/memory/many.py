"""Inserts many rows in few statements, on the plain driver of either database; it decides nothing about what is already there.

On SQLite each statement hands the interpreter's lock away and waits to get it back; on PostgreSQL each is a round trip. With
hundreds of webhooks a second, that and not the storing is what intake costs (measured: a row alone takes 4 times as long).
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection

SIZES = (64, 16, 4, 1)
"""Rows in one statement of SQLite: few sizes, so that each is compiled once."""


def insert_rows(conn: Connection, table: str, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    """Of SQLite. *Errors:* a key that is taken."""
    driver: Any = conn.connection.driver_connection
    start = 0
    for size in SIZES:
        while len(rows) - start >= size:
            values = [value for row in rows[start : start + size] for value in row]
            driver.execute(_insert(table, columns, size), values)
            start += size


@cache
def _insert(table: str, columns: tuple[str, ...], size: int) -> str:
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * size)}"  # noqa: S608 - our own names only


def arrays(rows: Sequence[Sequence[Any]], columns: int) -> list[list[Any]]:
    """The rows as one array a column, as PostgreSQL's `unnest` takes them."""
    return [[row[index] for row in rows] for index in range(columns)]
