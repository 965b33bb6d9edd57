"""Storage that cannot be used: a typed error with its remedy, nothing half stored, and work goes on when it is back."""

import asyncio
import contextlib
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from bot.memory import counters, inbox
from bot.memory.database import Database, StorageUnavailable, open_database
from bot.memory.errors import unavailable
from bot.memory.schema import migrate
from bot.memory.tables import REVISION
from tests.engine.writing import written
from tests.postgres import Postgres

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def arrived(number: int, size: int = 10) -> inbox.Arrived:
    return inbox.Arrived("intercom", f"e{number}", "conversation.user.replied", NOW, NOW, '"' + "x" * size + '"', "c1")


def pragma(conn: Connection, setting: str) -> None:
    conn.exec_driver_sql(f"PRAGMA {setting}")


async def accept(database: Database, number: int, size: int) -> bool:
    try:
        return await written(database, lambda conn: inbox.accept(conn, arrived(number, size)))
    except StorageUnavailable as error:
        return "disk is full" not in error.remedy


async def test_a_full_disk_refuses_what_does_not_fit_and_keeps_all_it_accepted(sqlite_database: Database) -> None:
    await sqlite_database.transact(lambda conn: pragma(conn, "max_page_count = 120"))
    accepted = [number for number in range(60) if await accept(sqlite_database, number, 20_000)]
    assert 0 < len(accepted) < 60
    stored = await sqlite_database.read(lambda conn: {one.event_id for one in inbox.recent(conn, limit=100)})
    assert stored == {f"e{number}" for number in accepted}
    await sqlite_database.transact(lambda conn: pragma(conn, "max_page_count = 100000"))
    assert await accept(sqlite_database, 99, 20_000)


async def test_a_full_disk_fails_a_whole_group_and_stores_none_of_it_twice(sqlite_database: Database) -> None:
    await sqlite_database.transact(lambda conn: pragma(conn, "max_page_count = 120"))
    accepted = await asyncio.gather(*(accept(sqlite_database, number, 50_000) for number in range(40)))
    assert False in accepted
    stored = await sqlite_database.read(lambda conn: {one.event_id for one in inbox.recent(conn, limit=100)})
    assert stored == {f"e{number}" for number, was in enumerate(accepted) if was}


async def test_a_read_only_database_says_so_and_still_answers_reads(sqlite_database: Database) -> None:
    await sqlite_database.transact(lambda conn: counters.add(conn, "a"))
    await sqlite_database.transact(lambda conn: pragma(conn, "query_only = ON"))
    with pytest.raises(StorageUnavailable) as caught:
        await sqlite_database.transact(lambda conn: counters.add(conn, "a"))
    assert "read-only" in caught.value.remedy
    assert await sqlite_database.read(lambda conn: counters.value(conn, "a")) == 1


async def test_a_server_that_takes_no_writes_says_so_still_answers_reads_and_works_on_by_itself(postgres: Postgres) -> None:
    """As after a failover: the address leads to a standby."""
    url = postgres.migrated_database()
    database = await open_database(url)
    assert await written(database, lambda conn: counters.add(conn, "a")) == 1
    postgres.takes_writes(url, writes=False)
    await _found_cut_off(database)
    with pytest.raises(StorageUnavailable) as caught:
        await written(database, lambda conn: counters.add(conn, "a"))
    assert "read-only" in caught.value.remedy
    assert await database.read(lambda conn: counters.value(conn, "a")) == 1
    postgres.takes_writes(url, writes=True)
    await _found_cut_off(database)
    assert await written(database, lambda conn: counters.add(conn, "a")) == 2
    await database.close()
    postgres.drop(url)


async def _found_cut_off(database: Database) -> None:
    """What was connected before learns of it by its next word."""
    with contextlib.suppress(StorageUnavailable):
        await written(database, lambda conn: counters.add(conn, "unnoticed"))


def test_a_servers_full_disk_is_named() -> None:
    said = unavailable(psycopg.errors.DiskFull())
    assert said is not None
    assert "disk is full" in said.remedy


async def test_another_process_that_holds_the_file_is_named_and_afterwards_work_goes_on(
    sqlite_url: str, tmp_path: Path
) -> None:
    database = await open_database(sqlite_url, busy_seconds=0.05)
    with sqlite3.connect(tmp_path / "deskside.db", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageUnavailable, match="SQLITE_BUSY"):
            await database.transact(lambda conn: counters.add(conn, "a"))
        other.execute("ROLLBACK")
    other.close()
    assert await database.transact(lambda conn: counters.add(conn, "a")) == 1
    await database.close()


async def test_an_unmigrated_database_is_refused_with_the_command_that_helps(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable) as caught:
        await open_database(f"sqlite:///{tmp_path / 'new.db'}")
    assert "deskside migrate" in caught.value.remedy


async def _set_version(url: str, version: str) -> None:
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
    with engine.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


async def test_a_database_of_a_newer_version_is_neither_opened_nor_migrated(any_url: str) -> None:
    await _set_version(any_url, "9999")
    with pytest.raises(StorageUnavailable, match="9999") as caught:
        await open_database(any_url)
    assert "newer" in caught.value.remedy
    with pytest.raises(StorageUnavailable, match="9999"):
        migrate(any_url)
    await _set_version(any_url, REVISION)


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.db").write_text("this is a letter, not a database " * 200)
    with pytest.raises(StorageUnavailable) as caught:
        await open_database(f"sqlite:///{tmp_path / 'bad.db'}")
    assert "deskside restore" in caught.value.remedy


async def test_a_damaged_database_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    path = tmp_path / "deskside.db"
    content = bytearray(path.read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(StorageUnavailable):
        await open_database(sqlite_url)


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageUnavailable, match=r"x\.db"):
        await open_database(f"sqlite:///{tmp_path / 'file' / 'x.db'}")


@pytest.mark.parametrize("url", ["mysql://host/name", "deskside.db", "sqlite://"])
async def test_a_url_that_is_not_ours_is_refused(url: str) -> None:
    with pytest.raises(StorageUnavailable):
        await open_database(url)


async def test_a_server_that_is_not_there_is_named_without_the_password() -> None:
    with pytest.raises(StorageUnavailable) as caught:
        await open_database("postgresql://deskside:very-secret@127.0.0.1:1/deskside")
    assert "cannot be reached" in caught.value.remedy
    assert "very-secret" not in f"{caught.value} {caught.value.remedy}"


@pytest.mark.parametrize("gathered", [False, True])
async def test_work_goes_on_when_the_server_is_back(postgres: Postgres, gathered: bool) -> None:
    url = postgres.migrated_database()
    database = await open_database(url)
    assert await written(database, lambda conn: counters.add(conn, "a"), gathered) == 1
    await asyncio.to_thread(postgres.stop)
    try:
        with pytest.raises(StorageUnavailable):
            await written(database, lambda conn: counters.add(conn, "a"), gathered)
    finally:
        await asyncio.to_thread(postgres.resume)
    assert await written(database, lambda conn: counters.add(conn, "a"), gathered) == 2
    await database.close()
    postgres.drop(url)


def test_a_bug_is_not_mistaken_for_an_outage() -> None:
    assert unavailable(ValueError("x")) is None
    assert unavailable(sqlite3.IntegrityError("UNIQUE constraint failed")) is None
