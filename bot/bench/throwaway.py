"""A PostgreSQL of its own for as long as it is measured (or tested), where its programs are installed; it is kept nowhere.

Settings are PostgreSQL's own, so every commit is on disk before it is reported, as in a real one.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from bot.bench.free_port import free_port

FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
DURABLE = "-c max_connections=60 -c track_functions=all"


class NotInstalled(Exception):
    """There is no PostgreSQL to start here. `remedy` is fit to show."""

    remedy = "Install PostgreSQL's server (Debian and Ubuntu: apt install postgresql), or measure --engine sqlite."


def programs() -> Path:
    found = shutil.which("initdb")
    folder = Path(found).resolve().parent if found else next((one for one in FOLDERS if (one / "initdb").exists()), None)
    if folder is None:
        raise NotInstalled("PostgreSQL's programs (initdb) are not installed.")
    return folder


class Cluster:
    """Runs as the user postgres where we run as root, which PostgreSQL refuses."""

    def __init__(self, bin_folder: Path, folder: Path, options: str = DURABLE) -> None:
        self._bin, self._folder, self._options, self._names = bin_folder, folder, options, count(1)
        self._owner = _unprivileged_owner(folder)
        self.port = free_port()

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
        name = self._next_name()
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", name)
        return self.url(name)

    def _next_name(self) -> str:
        return f"deskside_{next(self._names)}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        given = {"capture_output": True, "text": True, "cwd": self._folder} | self._owner
        done = subprocess.run(command, check=False, **given)  # type: ignore[call-overload] # noqa: S603 - our own words only
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr or done.stdout}")


@contextlib.contextmanager
def own_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="deskside-postgres-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def throwaway() -> Iterator[Cluster]:
    """*Errors:* NotInstalled."""
    with own_folder() as folder:
        cluster = Cluster(programs(), folder)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()


def _unprivileged_owner(folder: Path) -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    try:
        owner = pwd.getpwnam("postgres")
    except KeyError:
        raise NotInstalled("PostgreSQL refuses to run as root, and there is no user postgres to run it as.") from None
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
