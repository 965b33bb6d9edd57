"""Copies of the whole database while it runs, and back. It refuses to overwrite what it was not told to, or what is in use."""

import asyncio
import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url

from bot.memory import restored, sqlite
from bot.memory.database import Database, open_database
from bot.memory.errors import StorageUnavailable, unavailable
from bot.memory.schema import migrate
from bot.memory.tables import REVISION


@dataclass(frozen=True)
class BackupReport:
    path: Path
    size_bytes: int
    revision: str


async def backup(database: Database, path: Path, programs: Path | None = None) -> BackupReport:
    """One consistent moment; writing goes on meanwhile. `programs`: where pg_dump is, else the PATH is searched."""
    unfinished = await asyncio.to_thread(_fresh, path)
    if database.name == "sqlite":
        await asyncio.to_thread(_copied, sqlite.database_path(database.url), unfinished)
    else:
        from bot.memory.postgres_backup import dump  # noqa: PLC0415 - only in wide mode

        await dump(database.url, unfinished, programs)
    return BackupReport(path, await asyncio.to_thread(_put_in_place, unfinished, path), REVISION)


async def restore(
    path: Path, url: str, *, replace: bool = False, programs: Path | None = None, now: datetime | None = None
) -> str:
    """The revision after it (an older backup is migrated). Stop the service first: a database in use is refused."""
    if not await asyncio.to_thread(path.is_file):
        raise StorageUnavailable(f"{path} does not exist", remedy="Name the file that `deskside backup` wrote.")
    target = make_url(url)
    if target.get_backend_name() == "sqlite":
        await asyncio.to_thread(_restored, path, sqlite.database_path(target), replace)
    else:
        from bot.memory.postgres_backup import load  # noqa: PLC0415

        await load(path, target, replace, programs)
    revision = (await asyncio.to_thread(migrate, url))[1]
    database = await open_database(url)
    await database.transact(lambda conn: restored.note(conn, now or datetime.now(UTC)))
    await database.close()
    return revision


def _copied(source: Path, target: Path) -> None:
    """SQLite's own backup in one step: under WAL it reads one snapshot and blocks no writer."""
    os.close(os.open(target, os.O_CREAT | os.O_RDWR, 0o600))
    try:
        with closing(sqlite3.connect(source)) as from_, closing(sqlite3.connect(target, isolation_level=None)) as to:
            from_.backup(to, pages=-1)
            to.execute("PRAGMA journal_mode = DELETE")
            to.execute("DELETE FROM workers")  # they do not live in the copy: what they held is free at once
            _refuse_damaged(to, target.name)
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise unavailable(error) or error from None


def _restored(source: Path, target: Path, replace: bool) -> None:
    with closing(_opened_for_reading(source)) as backed_up:
        _refuse_damaged(backed_up, source.name)
    if target.exists() and target.stat().st_size:
        _refuse_used(target, replace)
    unfinished = _fresh(target)
    _copied(source, unfinished)
    for leftover in ("-wal", "-shm"):
        Path(f"{target}{leftover}").unlink(missing_ok=True)
    _put_in_place(unfinished, target)


def _opened_for_reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _refuse_damaged(conn: sqlite3.Connection, name: str) -> None:
    try:
        whole = conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        revision = conn.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError:
        whole, revision = False, None
    if not whole or revision is None:
        raise StorageUnavailable(f"{name} is damaged or no backup of ours", remedy="Use another backup.")
    if revision[0] > REVISION:
        raise StorageUnavailable(f"{name} is of schema {revision[0]}", remedy="Install the newer Deskside that wrote it.")


def _refuse_used(target: Path, replace: bool) -> None:
    """Leaving WAL needs the file alone, so SQLite itself tells whether somebody has it open."""
    if not replace:
        raise StorageUnavailable(f"{target.name} exists", remedy="Say --replace to overwrite it; it is lost then.")
    with closing(sqlite3.connect(target, timeout=0.1, isolation_level=None)) as conn, suppress(sqlite3.DatabaseError):
        try:
            conn.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError:
            raise StorageUnavailable(f"{target.name} is in use", remedy="Stop Deskside first, then restore.") from None


def _fresh(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    return unfinished


def _put_in_place(unfinished: Path, path: Path) -> int:
    """On disk first, then under its name: a crash leaves the old one or the new one. Its size."""
    for place in (unfinished, path.parent):
        if place == path.parent:
            unfinished.replace(path)
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    return path.stat().st_size
