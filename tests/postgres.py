"""A throwaway PostgreSQL for tests, where its programs are found; otherwise the tests that want it skip with the reason.

Use: `from tests.postgres import postgres` in a conftest, then the fixture `postgres` (one cluster a session) and
`postgres.new_database()` (nothing in it), `postgres.migrated_database()` (one of your own) or `postgres.emptied_database()`
(migrated, shared by the session's tests one after the other, a second quicker): URLs.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from bot.memory.schema import migrate

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
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
    found = shutil.which("initdb")
    folder = Path(found).resolve().parent if found else next((one for one in PROGRAMS if (one / "initdb").exists()), None)
    if folder is None:
        pytest.skip("PostgreSQL's programs (initdb) are not installed")
    return folder


class Postgres:
    """Runs as the user postgres where the tests run as root, which PostgreSQL refuses."""

    def __init__(self, bin_folder: Path, folder: Path, durable: bool = False) -> None:
        self._bin, self._folder, self._names = bin_folder, folder, count(1)
        self._options = "-c max_connections=60 -c track_functions=all" if durable else QUICK
        self._owner = _unprivileged_owner(folder)
        self.port = _free_port()
        self._template: str | None = None
        self._shared: str | None = None

    def start(self) -> None:
        self._run(
            "initdb", "-D", f"{self._folder}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"
        )
        self.resume()

    def resume(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {self._options}"
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-w", "-l", f"{self._folder}/log", "-o", options, "start")

    def stop(self) -> None:
        """At once, as in a crash."""
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-m", "immediate", "stop")

    def url(self, name: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

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

    def _created(self, template: str) -> str:
        name = f"deskside_{next(self._names)}"
        self._command(f'CREATE DATABASE "{name}"{template}')
        return self.url(name)

    def _command(self, command: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(command.encode())

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self._folder, **self._owner)  # type: ignore[call-overload]
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr or done.stdout}")


def _unprivileged_owner(folder: Path) -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    try:
        owner = pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("running as root and there is no user postgres to run PostgreSQL as")
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def running(durable: bool = False) -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="deskside-postgres-"))
    try:
        server = Postgres(programs(), folder, durable)
        server.start()
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    yield from running()
