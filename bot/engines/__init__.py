"""The two engines behind bot/jobs.py, chosen by the database they work in."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.engines.durable import DurableJobs
from bot.engines.line import Line
from bot.jobs import Jobs, Policies, Timing
from bot.memory.database import Database


def jobs_in(
    database: Database,
    *,
    policies: Policies | None = None,
    timing: Timing | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    monotonic: Callable[[], float] = time.monotonic,
) -> Jobs:
    """SQLite: our own lease table. PostgreSQL: Procrastinate, which is loaded only then.

    `clock` is the wall time that due times mean; leases use `monotonic` (SQLite) or the server's clock (PostgreSQL).
    """
    policies, timing = policies or Policies(), timing or Timing()

    def new_line() -> Line:
        if database.name == "sqlite":
            return _sqlite_line(database, policies, timing, monotonic)
        return _postgres_line(database, timing)

    return DurableJobs(database, new_line, policies=policies, timing=timing, clock=clock)


def _sqlite_line(database: Database, policies: Policies, timing: Timing, monotonic: Callable[[], float]) -> Line:
    from bot.engines.alive import AliveFiles  # noqa: PLC0415
    from bot.engines.sqlite_line import SqliteLine  # noqa: PLC0415
    from bot.engines.watch import Watch  # noqa: PLC0415

    patiences = (policies.default, *policies.by_kind.values())
    longest_wait = timedelta(seconds=max(one.longest_wait_seconds for one in patiences) + 1)
    alive = AliveFiles(Path(f"{database.url.database}-workers"))
    return SqliteLine(Watch(timing.lease_seconds, monotonic), alive, longest_wait)


def _postgres_line(database: Database, timing: Timing) -> Line:
    from bot.engines.postgres_line import PostgresLine  # noqa: PLC0415

    conninfo = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return PostgresLine(conninfo, timing.lease_seconds)
