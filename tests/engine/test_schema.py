"""One revision tree for both databases: what the migrations build is what the code's tables say."""

import asyncio

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.engines.procrastinate_schema import steps_after
from bot.memory.database import Database, open_database
from bot.memory.schema import MIGRATIONS, migrate
from bot.memory.tables import METADATA, REVISION
from tests.postgres import Postgres


def differences(conn: Connection) -> list[object]:
    """Procrastinate's tables are in the same PostgreSQL database and are its own."""

    def ours(name: str | None, kind: str, *_: object) -> bool:
        return not (kind == "table" and str(name).startswith("procrastinate_"))

    context = MigrationContext.configure(conn, opts={"include_name": ours})
    return list(compare_metadata(context, METADATA))


async def test_migrating_an_empty_database_builds_exactly_the_tables_of_the_code(any_database: Database) -> None:
    assert await any_database.read(differences) == []


def test_the_newest_migration_is_the_one_the_code_asks_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


def test_migrating_twice_changes_nothing(any_url: str) -> None:
    assert migrate(any_url) == (REVISION, REVISION)


async def test_processes_that_start_together_migrate_one_after_the_other(postgres: Postgres) -> None:
    url = postgres.new_database()
    results = await asyncio.gather(*(asyncio.to_thread(migrate, url) for _ in range(3)))
    assert sorted(results, key=str) == [(REVISION, REVISION), (REVISION, REVISION), (None, REVISION)]
    database = await open_database(url)
    await database.close()
    postgres.drop(url)


async def test_migrating_keeps_what_is_stored(any_database: Database, any_url: str) -> None:
    insert = "INSERT INTO counters (name, value) VALUES ('kept', 7)"
    await any_database.transact(lambda conn: conn.execute(text(insert)) and None)
    await asyncio.to_thread(migrate, any_url)
    assert await any_database.read(lambda conn: conn.execute(text("SELECT value FROM counters")).scalar()) == 7


def test_only_the_librarys_migrations_since_the_noted_one_are_run() -> None:
    steps = ["03.03.00_01_pre_a.sql", "03.04.00_01_pre_b.sql", "03.04.00_50_post_b.sql"]
    assert steps_after(steps, "03.03.00_01_pre_a.sql") == steps[1:]
    assert steps_after(steps, steps[-1]) == []
