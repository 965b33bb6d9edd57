"""Insert-or-leave and insert-or-replace, worded the same for both databases."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def _insert(conn: Connection, table: Table, values: Mapping[str, Any]) -> Any:
    dialect: Any = postgresql if conn.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).values(**values)


def inserted(conn: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """False, and nothing changed, where the key is taken."""
    key = next(iter(table.primary_key))
    row = conn.execute(_insert(conn, table, values).on_conflict_do_nothing().returning(key)).first()
    return row is not None


def put(conn: Connection, table: Table, values: Mapping[str, Any], keep: frozenset[str] = frozenset()) -> None:
    """Replaces the row of the same key, but for the columns in `keep`."""
    keys = {column.name for column in table.primary_key}
    statement = _insert(conn, table, values)
    change = {name: statement.excluded[name] for name in values if name not in keys and name not in keep}
    conn.execute(statement.on_conflict_do_update(index_elements=sorted(keys), set_=change))
