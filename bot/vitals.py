"""How the house itself is: which connected systems are silent and what work was given up; read here, judged by the desk."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.jobs import Jobs, JobState
from bot.memory import Connection
from bot.memory.database import Database
from retrieval.http import Calls

REFUSED_AFTER = 3
"""One refusal may be a missing scope of one call; so many in a row, with nothing accepted in between, are the credentials."""
SILENT_AFTER = 5
"""As many failed calls in a row as open a vendor's circuit (retrieval.http)."""


@dataclass(frozen=True)
class Vitals:
    """`silent`: vendors whose last calls all failed, with how many; `refusing`: those that do not take our credentials any
    more; `given_up`: dead jobs and the newest one's id."""

    silent: Mapping[str, int] = field(default_factory=dict)
    answering: frozenset[str] = frozenset()
    refusing: frozenset[str] = frozenset()
    given_up: int = 0
    newest_given_up: int = 0


async def all_well() -> Vitals:
    return Vitals()


def vitals_of(calls: Calls, database: Database, jobs: Jobs) -> Callable[[], Awaitable[Vitals]]:
    """Of this process's calls: where several processes run, the one that looks speaks for itself. Only systems behind the
    door: Slack refusing five posts into an archived channel is no outage of Slack's."""

    async def look() -> Vitals:
        given_up, newest = await database.read(lambda conn: _dead(conn, jobs))
        failures = {vendor: calls.failures_in_row[vendor] for vendor in calls.breakers}
        refusing = frozenset(vendor for vendor in failures if calls.refusals_in_row[vendor] >= REFUSED_AFTER)
        silent = {one: number for one, number in failures.items() if number >= SILENT_AFTER and one not in refusing}
        well = (vendor for vendor, number in failures.items() if not number and vendor in calls.last_success)
        answering = frozenset(well) - refusing
        return Vitals(silent=silent, answering=answering, refusing=refusing, given_up=given_up, newest_given_up=newest)

    return look


def _dead(conn: Connection, jobs: Jobs) -> tuple[int, int]:
    newest = max((one.job_id for one in jobs.list(conn, state=JobState.DEAD)), default=0)
    return jobs.counts(conn).get(JobState.DEAD, 0), newest
