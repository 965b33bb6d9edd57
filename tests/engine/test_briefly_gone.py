"""A database that is gone for a while under a worker: it waits, works on by itself, and no result is lost or doubled."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.engines import jobs_in
from bot.jobs import Claimed, Commit, Timing
from bot.memory import counters
from bot.memory.database import Database, StorageUnavailable, open_database
from tests.engine.shop import enqueue, working
from tests.postgres import Postgres

PATIENT = Timing(lease_seconds=30, beat_seconds=0.1, poll_seconds=0.1)


def count(conn: Connection, name: str) -> None:
    counters.add(conn, name)


async def counted(database: Database, wanted: dict[str, int]) -> None:
    async with asyncio.timeout(10):
        while await database.read(counters.all_values) != wanted:  # noqa: ASYNC110 - a database has no event to wait for
            await asyncio.sleep(0.01)


async def acts_while_it_is_gone(database: Database, gone: Callable[[], object], back: Callable[[], object]) -> None:
    """Two jobs of one line: the first has acted when its end cannot be written."""
    jobs = jobs_in(database, timing=PATIENT)
    started, door, acts = asyncio.Event(), asyncio.Event(), list[str]()

    async def handler(claimed: Claimed) -> Commit:
        started.set()
        await door.wait()
        acts.append(claimed.once_key)
        return lambda conn: count(conn, claimed.once_key)

    await enqueue(database, jobs, "a", "b", lock="c1")
    async with working(jobs, handler):
        await started.wait()
        await asyncio.to_thread(gone)
        door.set()
        with pytest.raises(StorageUnavailable):
            await database.transact(lambda conn: counters.add(conn, "meanwhile"))
        await asyncio.to_thread(back)
        await counted(database, {"a": 1, "b": 1})
    assert acts == ["a", "b"]


async def test_work_goes_on_after_the_server_was_gone_and_no_result_is_lost_or_doubled(postgres: Postgres) -> None:
    url = postgres.migrated_database()
    database = await open_database(url)
    await acts_while_it_is_gone(database, postgres.stop, postgres.resume)
    await database.close()
    postgres.drop(url)


async def test_work_goes_on_after_another_process_held_the_file_and_no_result_is_lost_or_doubled(
    sqlite_url: str, tmp_path: Path
) -> None:
    database = await open_database(sqlite_url, busy_seconds=0.05)
    with sqlite3.connect(tmp_path / "deskside.db", isolation_level=None, check_same_thread=False) as other:
        await acts_while_it_is_gone(database, lambda: other.execute("BEGIN EXCLUSIVE"), lambda: other.execute("ROLLBACK"))
    other.close()
    await database.close()


async def test_work_goes_on_after_the_disk_took_nothing_and_no_result_is_lost_or_doubled(sqlite_url: str) -> None:
    database = await open_database(sqlite_url)
    loop = asyncio.get_running_loop()

    def pragma(setting: str) -> None:
        written = database.transact(lambda conn: conn.exec_driver_sql(f"PRAGMA {setting}") and None)
        asyncio.run_coroutine_threadsafe(written, loop).result(5)

    await acts_while_it_is_gone(database, lambda: pragma("query_only = ON"), lambda: pragma("query_only = OFF"))
    await database.close()
