"""Brings a database to this version's schema, whichever it is; it never goes back (restore a backup instead)."""

from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from bot.memory import sqlite
from bot.memory.database import current_revision, our_url
from bot.memory.errors import StorageUnavailable, unavailable
from bot.memory.tables import REVISION

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 0x6465736B  # "desk": two processes that start together migrate one after the other


def migrate(url: str, revision: str = "head") -> tuple[str | None, str]:
    """Revision before and after. Safe to run from several processes at once; nothing is changed where it fails."""
    parsed = our_url(url)
    engine = _sqlite_engine(parsed) if parsed.get_backend_name() == "sqlite" else _postgres_engine(parsed)
    try:
        with engine.begin() as conn:
            return _migrated(conn, revision)
    except Exception as error:
        if outage := unavailable(error):
            raise outage from None
        raise
    finally:
        engine.dispose()


def _migrated(conn: Connection, revision: str) -> tuple[str | None, str]:
    from alembic import command  # noqa: PLC0415 - 0.2 s that only a migration needs
    from alembic.config import Config  # noqa: PLC0415

    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    before = _known_revision(conn)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = conn
    command.upgrade(config, revision)
    if conn.dialect.name == "postgresql":
        _prepare_postgres(conn)
    return before, current_revision(conn) or ""


def _known_revision(conn: Connection) -> str | None:
    exists = conn.dialect.has_table(conn, "alembic_version")
    found = current_revision(conn) if exists else None
    if found is not None and found > REVISION:
        raise StorageUnavailable(
            f"the schema is {found}, newer than this version's {REVISION}",
            remedy="Install the newer Deskside that migrated it.",
        )
    return found


def _prepare_postgres(conn: Connection) -> None:
    """The job queue's own tables; then statistics, without which its claims were 16 times slower (dependencies.md)."""
    from bot.engines.procrastinate_schema import bring_up_to_date  # noqa: PLC0415 - only in wide mode

    bring_up_to_date(conn)
    conn.execute(text("ANALYZE"))


def _sqlite_engine(url: URL) -> Engine:
    engine = sqlite.writer_engine(sqlite.database_path(url))
    event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _postgres_engine(url: URL) -> Engine:
    return create_engine(url.set(drivername="postgresql+psycopg"), poolclass=NullPool)
