"""A throwaway PostgreSQL for tests, where its programs are found; otherwise the tests that want it skip with the reason.

Use: `from tests.postgres import postgres` in a conftest, then the fixture `postgres` (one cluster a session) and
`postgres.new_database()` (nothing in it), `postgres.migrated_database()` (one of your own) or `postgres.emptied_database()`
(migrated, shared by the session's tests one after the other, a second quicker): URLs.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bot.bench.throwaway import DURABLE, Cluster, NotInstalled, own_folder
from bot.bench.throwaway import programs as installed
from bot.memory.schema import migrate

QUICK = "-c fsync=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=64MB"
"""What makes a real one safe only costs time here: nobody cuts the power of a test. Benchmarks ask for `durable`."""


EMPTY = """
DO $$ DECLARE one text; BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('alembic_version', 'cursors')
    LOOP EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', one); EXECUTE format('DELETE FROM %I', one);
        EXECUTE format('ALTER TABLE %I ENABLE TRIGGER USER', one);
    END LOOP;
    DELETE FROM cursors WHERE name <> 'procrastinate-schema';
END $$
"""


def programs() -> Path:
    try:
        return installed()
    except NotInstalled as error:
        pytest.skip(str(error))


class Postgres(Cluster):
    """With ways to a fresh database that take milliseconds."""

    _template: str | None = None
    _shared: str | None = None

    def new_database(self) -> str:
        return self._created("")

    def migrated_database(self) -> str:
        if self._template is None:
            self._template = f"template_{os.getpid()}"
            self._command(f'CREATE DATABASE "{self._template}"')
            migrate(self.url(self._template))
        return self._created(f' TEMPLATE "{self._template}"')

    def emptied_database(self) -> str:
        self._shared = self._shared or self.migrated_database()
        with psycopg.connect(self._shared, autocommit=True) as connection:
            connection.execute(EMPTY)
        return self._shared

    def drop(self, url: str) -> None:
        self._command(f'DROP DATABASE IF EXISTS "{url.rsplit("/", 1)[1]}" WITH (FORCE)')

    def takes_writes(self, url: str, writes: bool) -> None:
        """As a standby does not; whoever is connected is cut off, as by a failover."""
        name, default = url.rsplit("/", 1)[1], "off" if writes else "on"
        self._command(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {default}')
        self._command(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def _created(self, template: str) -> str:
        name = self._next_name()
        self._command(f'CREATE DATABASE "{name}"{template}')
        return self.url(name)

    def _command(self, command: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(command.encode())


def running(durable: bool = False) -> Iterator[Postgres]:
    with own_folder() as folder:
        try:
            server = Postgres(installed(), folder, DURABLE if durable else QUICK)
        except NotInstalled as error:
            pytest.skip(str(error))
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    yield from running()
