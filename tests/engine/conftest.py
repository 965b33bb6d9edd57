"""Databases for the engine's tests: a migrated SQLite file, and the same on PostgreSQL where it is installed."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.engines import jobs_in
from bot.jobs import Jobs
from bot.memory.database import Database, open_database
from bot.memory.schema import migrate
from tests.engine.shop import QUICK, TIMING
from tests.postgres import postgres

__all__ = ["postgres"]


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    shutil.copy(migrated_file, tmp_path / "deskside.db")
    return f"sqlite:///{tmp_path / 'deskside.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def any_url(request: pytest.FixtureRequest) -> str:
    """Asked for by name, so that SQLite's tests start no server."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    return str(request.getfixturevalue("postgres").emptied_database())


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    database = await open_database(sqlite_url)
    yield database
    await database.close()


@pytest.fixture
async def any_database(any_url: str) -> AsyncIterator[Database]:
    database = await open_database(any_url)
    yield database
    await database.close()


@pytest.fixture
def jobs(any_database: Database) -> Jobs:
    """With the patience of a test."""
    return jobs_in(any_database, policies=QUICK, timing=TIMING)
