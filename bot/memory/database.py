"""The door to storage: `transact` and `read` run a plain function inside one transaction. It knows no table but the version's.

A function given to `transact` must touch nothing but its connection: it may run in another thread, together with others in
one commit, and again after a deadlock. When `transact` returns, the change is on disk; when it raises, nothing of it is
(but see `bot.memory.postgres` on a connection lost while committing).
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.memory import sqlite
from bot.memory.errors import StorageUnavailable, unavailable
from bot.memory.tables import REVISION
from bot.memory.writer import GroupWriter, alone, call_after_commit, committed_at_once

__all__ = ["Database", "StorageUnavailable", "call_after_commit", "open_database"]

T = TypeVar("T")
Item = TypeVar("Item")


class Database(Protocol):
    """`name` is sqlite or postgresql; `url` as it was given, with its password: never log it."""

    name: str
    url: URL

    async def transact(self, work: Callable[[Connection], T]) -> T: ...

    async def gathered(self, work: Callable[[Connection, Sequence[Item]], Sequence[T]], item: Item) -> T:
        """`work` is given all items that wait for it at the same time and answers each, in their order: for intake, of
        which much comes at once. Where it fails it is called again for each item alone, so that none spoils another."""
        ...

    async def read(self, work: Callable[[Connection], T]) -> T: ...

    async def listen(self, channel: str, wake: Callable[[], None]) -> None:
        """Calls `wake` for what other processes tell on `channel`; returns at once where nothing can be told (SQLite)."""
        ...

    async def close(self) -> None:
        """Waits for everything that was begun."""
        ...


async def open_database(url: str, *, busy_seconds: float = sqlite.BUSY_SECONDS) -> Database:
    """`busy_seconds`: how long another process may hold a SQLite file.

    *Errors:* StorageUnavailable: cannot be opened, or its schema is not this version's.
    """
    parsed = our_url(url)
    if parsed.get_backend_name() == "sqlite":
        database: Database = SqliteDatabase(parsed, busy_seconds)
    else:
        from bot.memory.postgres import PostgresDatabase  # noqa: PLC0415 - psycopg is not loaded for the small size

        database = PostgresDatabase(parsed)
    try:
        await database.read(refuse_other_schema)
    except BaseException:
        await database.close()
        raise
    return database


def our_url(url: str) -> URL:
    """*Errors:* StorageUnavailable for a database we cannot work in."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise StorageUnavailable(
            "the database URL is neither SQLite nor PostgreSQL",
            remedy="Use sqlite:///path/to/deskside.db or postgresql://user:password@host/name.",
        )
    return parsed


def refuse_other_schema(conn: Connection) -> None:
    found = current_revision(conn)
    if found == REVISION:
        return
    remedy = "Run `deskside migrate`." if found is None or found < REVISION else "Install the newer Deskside that migrated it."
    raise StorageUnavailable(f"the schema is {found or 'empty'}, this version needs {REVISION}", remedy=remedy)


def current_revision(conn: Connection) -> str | None:
    try:
        return conn.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError as error:
        if unavailable(error):
            raise
        conn.rollback()
        return None


class SqliteDatabase:
    """Writes go through one thread; a second process may write too (SQLite's file lock takes turns), only slower."""

    name = "sqlite"

    def __init__(self, url: URL, busy_seconds: float) -> None:
        self.url = url
        self.path = sqlite.database_path(url)
        self._engine: Engine = sqlite.writer_engine(self.path, busy_seconds)
        self._readers = sqlite.reader_engine(self.path)
        self._pool = ThreadPoolExecutor(sqlite.READERS, thread_name_prefix="deskside-reader")
        self._writer = GroupWriter(self._engine.connect, committed_at_once)

    async def transact(self, work: Callable[[Connection], T]) -> T:
        result: T = await self._writer.submit(alone(work))
        return result

    async def gathered(self, work: Callable[[Connection, Sequence[Item]], Sequence[T]], item: Item) -> T:
        result: T = await self._writer.submit(work, item, may_wait=True)
        return result

    async def read(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, reading, self._readers, work)

    async def listen(self, channel: str, wake: Callable[[], None]) -> None:
        return

    async def close(self) -> None:
        self._writer.hand_over()
        await asyncio.to_thread(self._writer.close)
        await asyncio.to_thread(self._pool.shutdown)
        self._readers.dispose()
        self._engine.dispose()


def reading(engine: Engine, work: Callable[[Connection], T]) -> T:
    """One snapshot for all of the function's selects."""
    try:
        with engine.connect() as conn:
            return work(conn)
    except Exception as error:
        if outage := unavailable(error):
            raise outage from None
        raise
