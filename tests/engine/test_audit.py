"""The audit's chain: whatever is changed, taken out, put in or cut off afterwards, shows."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, delete, text, update

from bot.memory import audit
from bot.memory.audit import ChainReport
from bot.memory.database import Database
from bot.memory.tables import audit as table

AT = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)


def append(conn: Connection, number: int) -> int:
    return audit.append(conn, at=AT, actor="mei.tan", what="customer.read", subject="c1", detail={"number": number})


async def five(database: Database) -> None:
    for number in range(5):
        await database.transact(lambda conn, number=number: append(conn, number))  # type: ignore[misc]


async def test_an_untouched_chain_holds(any_database: Database) -> None:
    assert (await any_database.read(audit.verify_chain)) == ChainReport(0)
    await five(any_database)
    report = await any_database.read(audit.verify_chain)
    assert (report.holds, report.checked) == (True, 5)
    entries = await any_database.read(lambda conn: audit.entries(conn, after=3))
    assert [(one.seq, one.detail) for one in entries] == [(4, {"number": 3}), (5, {"number": 4})]


@pytest.mark.parametrize("column", ["at", "actor", "what", "subject", "detail", "detail_digest", "prev_hash", "hash"])
async def test_a_change_of_any_column_shows_where_it_is(any_database: Database, column: str) -> None:
    await five(any_database)
    change: Any = update(table).where(table.c.seq == 3).values({column: '{"number": 9}'})
    await any_database.transact(lambda conn: conn.execute(change) and None)
    report = await any_database.read(audit.verify_chain)
    assert (report.holds, report.broken_at) == (False, 3)


async def test_an_entry_taken_out_shows(any_database: Database) -> None:
    await five(any_database)
    await any_database.transact(lambda conn: conn.execute(delete(table).where(table.c.seq == 2)) and None)
    assert (await any_database.read(audit.verify_chain)).broken_at == 2


async def test_entries_cut_off_or_written_anew_show_against_a_head_kept_elsewhere(any_database: Database) -> None:
    await five(any_database)
    head = await any_database.read(audit.head)
    await any_database.transact(lambda conn: conn.execute(text("DELETE FROM audit WHERE seq > 3")) and None)
    assert (await any_database.read(audit.verify_chain)).holds
    assert (await any_database.read(lambda conn: audit.verify_chain(conn, head))).broken_at == 4
    for number in (7, 8):
        await any_database.transact(lambda conn, number=number: append(conn, number))  # type: ignore[misc]
    assert (await any_database.read(audit.verify_chain)).holds
    assert (await any_database.read(lambda conn: audit.verify_chain(conn, head))).broken_at == 5


async def test_erasing_details_for_a_privacy_request_keeps_the_chain(any_database: Database) -> None:
    await five(any_database)
    assert await any_database.transact(lambda conn: audit.erase_detail(conn, "c1")) == 5
    assert (await any_database.read(audit.verify_chain)).holds
    assert (await any_database.read(audit.entries))[0].detail is None


async def test_appending_from_everywhere_at_once_keeps_one_chain(any_database: Database) -> None:
    appends = [any_database.transact(lambda conn, number=number: append(conn, number)) for number in range(40)]  # type: ignore[misc]
    assert sorted(await asyncio.gather(*appends)) == list(range(1, 41))
    assert (await any_database.read(audit.verify_chain)).checked == 40
