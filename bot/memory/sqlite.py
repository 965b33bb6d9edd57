"""Opens SQLite the way durable work needs it: WAL, a full fsync at each commit, one writer. It knows no table."""

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool, QueuePool

from bot.memory.errors import StorageUnavailable

OLDEST_SQLITE = (3, 35, 0)  # UPDATE … RETURNING
BUSY_SECONDS = 5.0  # how long a second writing process may hold the file before we report it
READERS = 4


def database_path(url: URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise StorageUnavailable(
            "a database in memory cannot be shared by a writer and readers",
            remedy="Name a file: sqlite:///path/to/deskside.db",
        )
    return Path(url.database)


def made_folder(path: Path) -> Path:
    """Made where it is absent. *Errors:* StorageUnavailable names it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageUnavailable(
            f"the folder {path} cannot be made: {error.strerror}",
            remedy="Name another one with DESKSIDE_DATA_DIR, or let this user write there.",
        ) from None
    return path


def writer_engine(path: Path, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """One connection, used by one thread. The file is made readable for its owner only: it holds customers' words."""
    _refuse_old_library()
    _create_private(path)
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, connect_args=_connecting(busy_seconds))
    event.listen(engine, "connect", _make_durable)
    return engine


def reader_engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}", poolclass=QueuePool, pool_size=READERS, max_overflow=0, connect_args=_connecting(BUSY_SECONDS)
    )
    event.listen(engine, "connect", _make_reader)
    event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN"))
    return engine


def _connecting(busy_seconds: float) -> dict[str, Any]:
    """The driver opens no transactions of its own: ours are explicit. Its timeout is SQLite's busy_timeout."""
    return {"isolation_level": None, "check_same_thread": False, "timeout": busy_seconds}


def _make_durable(raw: sqlite3.Connection, _: object) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        raw.execute(f"PRAGMA {pragma}").close()


def _make_reader(raw: sqlite3.Connection, _: object) -> None:
    raw.execute("PRAGMA query_only = ON").close()


def _refuse_old_library() -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StorageUnavailable(
            f"SQLite {sqlite3.sqlite_version} is too old", remedy="Use a Python built with SQLite 3.35 or newer, or PostgreSQL."
        )


def _create_private(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDONLY, 0o600))
    except OSError as error:
        raise StorageUnavailable(
            f"{path.name}: {error.strerror}", remedy=f"Check that {path.parent} exists and this user may write there."
        ) from None
