"""The door to storage: what is reported is stored, what failed is not, and many writes share one commit."""

import asyncio
import threading
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.memory import counters
from bot.memory.database import Database, StorageUnavailable, call_after_commit, open_database
from bot.memory.tables import counters as table
from tests.engine.writing import written


async def test_a_write_is_seen_by_the_next_read(any_database: Database) -> None:
    assert await any_database.transact(lambda conn: counters.add(conn, "a")) == 1
    assert await any_database.read(lambda conn: counters.value(conn, "a")) == 1


@pytest.mark.parametrize("gathered", [False, True])
async def test_a_function_that_fails_spoils_no_other_of_its_group(any_database: Database, gathered: bool) -> None:
    def bad(conn: Connection) -> None:
        counters.add(conn, "bad")
        raise ValueError("mine alone")

    good = [written(any_database, lambda conn: counters.add(conn, "good"), gathered) for _ in range(20)]
    results = await asyncio.gather(*good[:10], written(any_database, bad, gathered), *good[10:], return_exceptions=True)
    assert [str(one) for one in results if isinstance(one, BaseException)] == ["mine alone"]
    assert await any_database.read(counters.all_values) == {"good": 20}


async def test_an_error_of_the_database_in_one_function_spoils_no_other(any_database: Database) -> None:
    def twice(conn: Connection) -> None:
        conn.execute(table.insert().values(name="same", value=1))

    results = await asyncio.gather(*(written(any_database, twice) for _ in range(5)), return_exceptions=True)
    assert sum(result is None for result in results) == 1
    assert await any_database.read(counters.all_values) == {"same": 1}


async def test_all_that_waits_while_one_writes_shares_the_next_commit(sqlite_database: Database) -> None:
    """One fsync for a hundred: counted on the driver."""
    statements: list[str] = []
    gate = threading.Event()

    def listen(conn: Connection) -> None:
        driver: Any = conn.connection.driver_connection
        driver.set_trace_callback(statements.append)

    await sqlite_database.transact(listen)
    statements.clear()
    first = asyncio.ensure_future(sqlite_database.transact(lambda conn: gate.wait(5)))
    others = [asyncio.ensure_future(sqlite_database.transact(lambda conn: counters.add(conn, "a"))) for _ in range(100)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(first, *others)
    assert 1 <= statements.count("COMMIT") <= 3
    assert await sqlite_database.read(lambda conn: counters.value(conn, "a")) == 100


async def test_a_read_sees_one_moment_however_many_selects_it_makes(any_database: Database) -> None:
    if any_database.name == "postgresql":
        pytest.skip("READ COMMITTED: each select sees the last commit; nothing of ours needs more")
    await any_database.transact(lambda conn: counters.add(conn, "a"))
    seen, written = threading.Event(), threading.Event()

    def twice(conn: Connection) -> tuple[int, int]:
        before = counters.value(conn, "a")
        seen.set()
        written.wait(5)
        return before, counters.value(conn, "a")

    reading = asyncio.ensure_future(any_database.read(twice))
    await asyncio.to_thread(seen.wait, 5)
    await any_database.transact(lambda conn: counters.add(conn, "a"))
    written.set()
    assert await reading == (1, 1)


async def test_a_read_cannot_write(sqlite_database: Database) -> None:
    with pytest.raises(StorageUnavailable):
        await sqlite_database.read(lambda conn: counters.add(conn, "a"))


async def test_what_is_called_after_the_commit_finds_the_change_stored(any_url: str) -> None:
    database, other = await open_database(any_url), await open_database(any_url)
    loop, told = asyncio.get_running_loop(), asyncio.Event()

    def tell() -> None:
        loop.call_soon_threadsafe(told.set)

    def write(conn: Connection) -> None:
        counters.add(conn, "a")
        call_after_commit(conn, tell)

    await database.transact(write)
    await asyncio.wait_for(told.wait(), 5)
    assert await other.read(lambda conn: counters.value(conn, "a")) == 1
    await database.close()
    await other.close()


@pytest.mark.parametrize("gathered", [False, True])
async def test_closing_stores_what_was_begun_and_takes_no_more(any_url: str, gathered: bool) -> None:
    database = await open_database(any_url)
    writes = [asyncio.ensure_future(written(database, lambda conn: counters.add(conn, "a"), gathered)) for _ in range(30)]
    await asyncio.sleep(0)
    await database.close()
    assert sorted(await asyncio.gather(*writes)) == list(range(1, 31))
    with pytest.raises(StorageUnavailable):
        await written(database, lambda conn: counters.add(conn, "a"), gathered)
    again = await open_database(any_url)
    assert await again.read(lambda conn: counters.value(conn, "a")) == 30
    await again.close()


async def test_a_caller_that_gives_up_stops_no_other(any_database: Database) -> None:
    gate = threading.Event()
    slow = asyncio.ensure_future(written(any_database, lambda conn: gate.wait(5)))
    hasty = asyncio.ensure_future(written(any_database, lambda conn: counters.add(conn, "a")))
    await asyncio.sleep(0)
    hasty.cancel()
    gate.set()
    await slow
    assert await written(any_database, lambda conn: counters.add(conn, "b")) == 1


async def test_a_second_process_may_write_the_same_file_in_turns(sqlite_url: str) -> None:
    ours, theirs = await open_database(sqlite_url), await open_database(sqlite_url)
    both = [one.transact(lambda conn: counters.add(conn, "a")) for one in (ours, theirs) * 25]
    assert sorted(await asyncio.gather(*both)) == list(range(1, 51))
    await ours.close()
    await theirs.close()


async def test_the_file_is_private_and_fully_synced(sqlite_database: Database) -> None:
    def pragmas(conn: Connection) -> list[Any]:
        return [conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")]

    assert await sqlite_database.transact(pragmas) == ["wal", 2, 1]


async def test_transactions_that_collide_on_postgres_are_run_again(any_database: Database) -> None:
    """Two that take the same two rows in opposite order: PostgreSQL ends one of them, which is then repeated."""
    for name in ("a", "b"):
        await any_database.transact(lambda conn, name=name: counters.add(conn, name))  # type: ignore[misc]
    meeting = threading.Barrier(2)

    def crossing(first: str, second: str) -> Any:
        met = False

        def work(conn: Connection) -> None:
            nonlocal met
            counters.add(conn, first)
            if not met and any_database.name == "postgresql":
                met = True
                meeting.wait(5)
            counters.add(conn, second)

        return work

    await asyncio.gather(any_database.transact(crossing("a", "b")), any_database.transact(crossing("b", "a")))
    assert await any_database.read(lambda conn: list(conn.execute(select(table.c.value)).scalars())) == [3, 3]
