"""PostgreSQL behind the same door: psycopg 3 in a small pool of threads, each function in its own transaction.

A connection that breaks while it commits leaves open whether it did. The function may then run again, and everything
stored here has a key that makes a second time harmless (event id, once_key, token, version).
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from bot.memory.database import reading
from bot.memory.errors import StorageUnavailable, unavailable
from bot.memory.postgres_listening import KEEP_ALIVE, listening
from bot.memory.writer import AFTER_COMMIT, GroupWriter, Outcome, Waiting, done, run_after_commit

T = TypeVar("T")
Item = TypeVar("Item")

CONNECTIONS = 8
TRIES = 5  # of a transaction that PostgreSQL ended because of another (deadlock, serialisation)
COLLISIONS = frozenset({"40001", "40P01"})

CONNECTING = {
    **KEEP_ALIVE,
    # Else a session keeps its first calls' plans, and those made for an empty table read all of it (measured: 4 times slower).
    "options": "-c statement_timeout=30s -c idle_in_transaction_session_timeout=60s -c plan_cache_mode=force_custom_plan",
}


class PostgresDatabase:
    """What is gathered shares one connection and one commit; where one of it fails, each is run alone."""

    name = "postgresql"

    def __init__(self, url: URL) -> None:
        self.url = url
        driver_url = url.set(drivername="postgresql+psycopg")
        self._engine = create_engine(
            driver_url, pool_size=CONNECTIONS + 1, max_overflow=0, pool_pre_ping=True, pool_timeout=10, connect_args=CONNECTING
        )
        self._pool = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="deskside-postgres")
        self._writer: GroupWriter | None = None

    async def transact(self, work: Callable[[Connection], T]) -> T:
        return await self._in_pool(_transacted, work)

    async def gathered(self, work: Callable[[Connection, Sequence[Item]], Sequence[T]], item: Item) -> T:
        self._writer = self._writer or GroupWriter(self._engine.connect, committed_together)
        result: T = await self._writer.submit(work, item, may_wait=True)
        return result

    async def read(self, work: Callable[[Connection], T]) -> T:
        return await self._in_pool(reading, work)

    async def _in_pool(self, run: Callable[[Engine, Callable[[Connection], T]], T], work: Callable[[Connection], T]) -> T:
        try:
            running = asyncio.get_running_loop().run_in_executor(self._pool, run, self._engine, work)
        except RuntimeError:
            raise StorageUnavailable("the database is closed", remedy="The service is stopping; send it again.") from None
        return await running

    async def listen(self, channel: str, wake: Callable[[], None]) -> None:
        await listening(self.url, channel, wake)

    async def close(self) -> None:
        if self._writer is not None:
            self._writer.hand_over()
            await asyncio.to_thread(self._writer.close)
        await asyncio.to_thread(self._pool.shutdown)
        self._engine.dispose()


def _transacted(engine: Engine, work: Callable[[Connection], T]) -> T:
    try:
        with engine.connect() as conn:
            return _tried(conn, work)
    except Exception as error:
        if outage := unavailable(error):
            raise outage from None
        raise


def _tried(conn: Connection, work: Callable[[Connection], T]) -> T:
    for left in reversed(range(TRIES)):
        conn.info.pop(AFTER_COMMIT, None)
        try:
            with conn.begin():
                result = work(conn)
            run_after_commit(conn)
            return result
        except Exception as error:
            if not (left and _is_collision(error)):
                raise
    raise AssertionError("the last try returns or raises")


def committed_together(conn: Connection, group: list[Waiting]) -> list[Outcome]:
    """All in one transaction without savepoints (each would be two round trips); only where one fails, one by one."""
    try:
        return _tried(conn, lambda conn: done(conn, group))
    except Exception as error:
        if unavailable(error):
            raise
        if len(group) == 1:
            return [Outcome(group[0], error=error)]
    return [outcome for one in group for outcome in committed_together(conn, [one])]


def _is_collision(error: BaseException) -> bool:
    original: Any = error.orig if isinstance(error, DBAPIError) else error
    return getattr(original, "sqlstate", None) in COLLISIONS
