"""Keeps Procrastinate's own tables at the level of the installed library; ours are Alembic's. It touches no job."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from bot.memory import cursors

CURSOR = "procrastinate-schema"
FUNCTIONS = Path(__file__).parent / "postgres_functions.sql"


def bring_up_to_date(conn: Connection) -> None:
    """The whole schema where there is none, otherwise the library's migrations since the one noted down."""
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 - only in wide mode

    driver: Any = conn.connection.driver_connection
    steps = sorted(path.name for path in Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    reached = cursors.value(conn, CURSOR)
    if conn.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar() is None:
        driver.execute(SchemaManager.get_schema())
    elif reached is not None:
        for name in steps_after(steps, reached):
            driver.execute((Path(SchemaManager.get_migrations_path()) / name).read_text(encoding="utf-8"))
    driver.execute(FUNCTIONS.read_text(encoding="utf-8"))
    cursors.move(conn, CURSOR, steps[-1], datetime.now(UTC))


def steps_after(steps: list[str], reached: str) -> list[str]:
    """The file names begin with the version and sort."""
    return [name for name in steps if name > reached]
