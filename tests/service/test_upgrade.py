"""A database of any earlier version, with a real journey's rows in it, becomes today's: nothing lost, and its work goes on."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, func, inspect, make_url, select
from sqlalchemy.pool import NullPool

from bot.engines import jobs_in
from bot.jobs import Claimed, NewJob
from bot.memory import audit, inbox, outbox, runs
from bot.memory.database import StorageUnavailable, open_database
from bot.memory.schema import MIGRATIONS, migrate
from bot.memory.sqlite import writer_engine
from bot.memory.tables import METADATA, REVISION
from tests.engine.test_schema import differences
from tests.postgres import Postgres
from tests.service.conftest import Journey

THEIRS = ("jobs", "workers", "ticks", "cursors")
"""Tables whose rows belong to a running engine: they are filled by it, below, not copied."""


def earlier() -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return [one.revision for one in ScriptDirectory.from_config(config).walk_revisions() if one.revision != REVISION]


def engine_of(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return writer_engine(Path(str(parsed.database)))
    return create_engine(parsed.set(drivername="postgresql+psycopg"), poolclass=NullPool)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.new_database()
    yield url
    server.drop(url)


def rows_of(conn: Connection, table: str, columns: list[str] | None = None) -> list[dict[str, Any]]:
    """As the code reads them; `columns` of those the older schema knows."""
    known = METADATA.tables[table]
    found = conn.execute(select(*(known.c[one] for one in columns or known.c.keys())))
    return sorted((dict(one._mapping) for one in found), key=str)


def filled(old: Connection, journey: Connection) -> dict[str, list[dict[str, Any]]]:
    """Every table that the older schema has, with the journey's rows in it."""
    copied = {}
    for table in inspect(old).get_table_names():
        if table not in METADATA.tables or table in THEIRS:
            continue
        columns = [one["name"] for one in inspect(old).get_columns(table)]
        rows = rows_of(journey, table, columns)
        for row in rows:
            old.execute(METADATA.tables[table].insert().values(row))
        copied[table] = rows
    return copied


@pytest.mark.parametrize("revision", earlier())
def test_a_database_of_an_earlier_version_keeps_every_row_and_its_work_goes_on(
    told: Journey, empty_url: str, revision: str
) -> None:
    migrate(empty_url, revision)
    with pytest.raises(StorageUnavailable, match=revision) as caught:
        asyncio.run(opened(empty_url))
    assert caught.value.remedy == "Run `deskside migrate`."
    jobs = jobs_in(SimpleNamespace(name=make_url(empty_url).get_backend_name(), url=make_url(empty_url)))
    engine, journey = engine_of(empty_url), engine_of(f"sqlite:///{told.database}")
    with journey.connect() as from_, engine.begin() as conn:
        copied = filled(conn, from_)
        assert jobs.enqueue(conn, NewJob("left over", {"word": "kept"}, "one", lock="line"))
    assert sum(map(len, copied.values())) > 40
    assert migrate(empty_url) == (revision, REVISION)
    with engine.connect() as conn:
        assert {table: rows_of(conn, table, list(rows[0]) if rows else None) for table, rows in copied.items()} == copied
        assert differences(conn) == []
    for one in (engine, journey):
        one.dispose()
    asyncio.run(gone_on_with(empty_url, copied))


async def opened(url: str) -> None:
    await (await open_database(url)).close()


async def gone_on_with(url: str, copied: dict[str, list[dict[str, Any]]]) -> None:
    """Today's code reads what was written, and does the job that was left over."""
    database = await open_database(url)
    done, stop = list[Claimed](), asyncio.Event()

    async def take(claimed: Claimed) -> None:
        done.append(claimed)
        stop.set()

    try:
        report = await database.read(audit.verify_chain)
        assert (report.checked, report.broken_at) == (len(copied["audit"]), None)
        assert len(await database.read(lambda conn: inbox.recent(conn, limit=1000))) == len(copied["inbox"])
        assert sum((await database.read(outbox.counts)).values()) == len(copied["outbox"])
        assert len(await database.read(runs.recent)) == len(copied["runs"]) > 0
        await asyncio.wait_for(jobs_in(database).work({"left over": take}, stop), 20)
        assert [one.payload for one in done] == [{"word": "kept"}]
        assert (
            await database.read(lambda conn: conn.execute(select(func.count()).select_from(METADATA.tables["jobs"])).scalar())
            == 1
        )
    finally:
        await database.close()


def test_a_database_of_a_newer_version_is_left_alone(empty_url: str) -> None:
    migrate(empty_url)
    engine = engine_of(empty_url)
    with engine.begin() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for use in (migrate, lambda url: asyncio.run(opened(url))):
        with pytest.raises(StorageUnavailable, match="9999") as caught:
            use(empty_url)
        assert caught.value.remedy == "Install the newer Deskside that migrated it."
    engine.dispose()


def test_there_is_no_way_back_but_a_backup(empty_url: str) -> None:
    migrate(empty_url)
    assert migrate(empty_url, earlier()[0]) == (REVISION, REVISION)
