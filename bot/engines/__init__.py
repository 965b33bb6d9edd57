"""The two engines behind bot/jobs.py, chosen by the database they work in."""

from collections.abc import Callable
from datetime import UTC, datetime

from bot.jobs import Jobs, Policies, Timing
from bot.memory.database import Database


def jobs_in(
    database: Database,
    *,
    policies: Policies | None = None,
    timing: Timing | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Jobs:
    """SQLite: our own lease table. PostgreSQL: Procrastinate, which is loaded only then."""
    if database.name == "sqlite":
        from bot.engines.sqlite import SqliteJobs  # noqa: PLC0415

        return SqliteJobs(database, policies or Policies(), timing or Timing(), clock)
    from bot.engines.postgres import PostgresJobs  # noqa: PLC0415

    return PostgresJobs(database, policies or Policies(), timing or Timing(), clock)
