"""Backup of the wide size by PostgreSQL's own programs. The password travels in a private file, never on a command line."""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from bot.memory.errors import StorageUnavailable


async def dump(url: URL, path: Path, programs: Path | None) -> None:
    """Custom format, one snapshot."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    await _run("pg_dump", url, programs, "--format=custom", "--no-owner", f"--file={path}")


async def load(path: Path, url: URL, replace: bool, programs: Path | None) -> None:
    """All or nothing: one transaction."""
    if not replace and await asyncio.to_thread(_has_tables, url):
        raise StorageUnavailable("the database is not empty", remedy="Say --replace to overwrite it; it is lost then.")
    clean = ("--clean", "--if-exists") if replace else ()
    await _run("pg_restore", url, programs, "--single-transaction", "--no-owner", "--exit-on-error", *clean, str(path))


def _has_tables(url: URL) -> bool:
    engine = create_engine(url.set(drivername="postgresql+psycopg"), poolclass=NullPool)
    try:
        return bool(inspect(engine).get_table_names())
    finally:
        engine.dispose()


async def _run(program: str, url: URL, programs: Path | None, *arguments: str) -> None:
    found = shutil.which(program, path=str(programs) if programs else None)
    env = shutil.which("env")
    if found is None or env is None:
        raise StorageUnavailable(
            f"{program} is not installed", remedy="Install PostgreSQL's client programs (postgresql-client)."
        )
    with tempfile.NamedTemporaryFile("w", prefix="deskside-") as secret:  # mode 0600, as libpq demands
        secret.write(_pass_line(url))
        secret.flush()
        where = url.set(drivername="postgresql", password=None).render_as_string()
        done = await asyncio.create_subprocess_exec(
            env, f"PGPASSFILE={secret.name}", found, f"--dbname={where}", *arguments,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, said = await done.communicate()
    if done.returncode:
        raise StorageUnavailable(f"{program} failed", remedy=said.decode(errors="replace").strip()[:500])


def _pass_line(url: URL) -> str:
    fields = ("*", "*", "*", url.username or "*", str(url.password or ""))
    return ":".join(one.replace("\\", "\\\\").replace(":", "\\:") if one != "*" else one for one in fields) + "\n"
