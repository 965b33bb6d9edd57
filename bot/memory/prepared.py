"""Runs a statement of the hot path on the plain driver: compiled once per database, no ORM machinery per call."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql.elements import ClauseElement


class Prepared:
    """`build` gives the statement for a dialect's name; parameters go to the driver as they are (text and numbers)."""

    def __init__(self, statements: Mapping[str, ClauseElement]) -> None:
        self._statements = statements
        self._compiled: dict[str, tuple[str, tuple[str, ...] | None]] = {}

    def run(self, conn: Connection, values: Mapping[str, Any]) -> Any:
        """The driver's cursor."""
        sql, order = self._compiled.get(conn.dialect.name) or self._compile(conn)
        parameters = values if order is None else tuple(values[name] for name in order)
        driver: Any = conn.connection.driver_connection
        return driver.execute(sql, parameters)

    def _compile(self, conn: Connection) -> tuple[str, tuple[str, ...] | None]:
        compiled = self._statements[conn.dialect.name].compile(dialect=conn.dialect)
        order = tuple(compiled.positiontup) if getattr(compiled, "positiontup", None) else None  # type: ignore[attr-defined]
        self._compiled[conn.dialect.name] = (str(compiled), order)
        return self._compiled[conn.dialect.name]
