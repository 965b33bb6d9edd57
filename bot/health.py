"""Whether this process can do its work: each part it depends on, with the age of its last success; it repairs nothing.

*Ready* means that an event can be stored, so only the database makes a process unready. Everything else degrades: without the
index drafts are holding replies, without a vendor cards show a gap, without the model drafts quote, without one surface the
others still work.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.jobs import Jobs
from bot.memory import Connection, counters, cursors, inbox, outbox
from bot.memory.database import Database, StorageUnavailable
from bot.memory.moments import stamp
from bot.metrics import Metrics
from retrieval.http import Calls
from retrieval.index.problems import IndexProblem
from retrieval.ports import KnowledgeIndex

Part = dict[str, Any]

TOLERATED = 3
"""Failed calls in a row after which a system is said not to answer."""


@dataclass(frozen=True)
class Backlog:
    """What waits, as operators need it: `oldest_seconds` is the age of the longest-waiting job that could run."""

    jobs: Mapping[str, int]
    inbox: Mapping[str, int]
    outbox: Mapping[str, int]
    counters: Mapping[str, int]
    oldest_seconds: float


@dataclass(frozen=True)
class Parts:
    """What is connected: vendors and chat platforms by the name under which their calls are counted; `llm` "" for none."""

    vendors: frozenset[str] = frozenset()
    surfaces: frozenset[str] = frozenset()
    llm: str = ""
    lexical_only: Callable[[], str | None] = field(default=lambda: None)


class Health:
    def __init__(
        self,
        *,
        database: Database,
        jobs: Jobs,
        index: KnowledgeIndex,
        calls: Calls,
        connected: Parts,
        metrics: Metrics,
        clock: Callable[[], datetime],
    ) -> None:
        self._database, self._jobs, self._index, self._calls = database, jobs, index, calls
        self._connected, self._metrics, self._clock = connected, metrics, clock
        self._succeeded: dict[str, datetime] = {}

    async def backlog(self) -> Backlog:
        now = self._clock()

        def read(conn: Connection) -> Backlog:
            unread, first = inbox.oldest_unread(conn)
            oldest = min((one for one in (self._jobs.oldest(conn), first) if one is not None), default=None)
            return Backlog(
                jobs={state.value: number for state, number in self._jobs.counts(conn).items()},
                inbox={"unread": unread} | {state.value: number for state, number in inbox.counts(conn).items()},
                outbox={state.value: number for state, number in outbox.counts(conn).items()},
                counters=counters.all_values(conn),
                oldest_seconds=max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
            )

        return await self._database.read(read)

    async def report(self) -> dict[str, Any]:
        """What /ready says; it also brings the gauges of /metrics up to date."""
        database, index = await self._tried("database", self._stored), await self._tried("index", self._searchable)
        parts = {
            "database": database,
            "index": index,
            "llm": self._called(self._connected.llm) if self._connected.llm else {"ok": True, "off": "no model is named"},
            "vendors": {name: self._called(name) for name in sorted(self._connected.vendors)},
            "surfaces": {name: self._surface(name, database["ok"]) for name in sorted(self._connected.surfaces)},
        }
        self._metrics.gauges["ready"] = float(database["ok"])
        self._metrics.gauges["index_ok"] = float(index["ok"])
        return {"ready": database["ok"], "degraded": sorted(_failing(parts)), "parts": parts}

    async def _tried(self, name: str, look: Callable[[], Awaitable[Part]]) -> Part:
        try:
            found = {"ok": True, **await look()}
            self._succeeded[name] = self._clock()
        except (StorageUnavailable, IndexProblem) as error:
            found = {"ok": False, "why": str(error), "remedy": error.remedy}
        except (OSError, sqlite3.Error) as error:
            found = {"ok": False, "why": type(error).__name__, "remedy": "Look at the disk; the log has more."}
        return found | {"last_success_seconds_ago": self._age(self._succeeded.get(name))}

    async def _stored(self) -> Part:
        """A database that is full or read-only still answers reads: only a write tells."""
        now = self._clock()
        await self._database.transact(lambda conn: cursors.move(conn, "ready", stamp(now), now))
        backlog = await self.backlog()
        self._count(backlog)
        return {"jobs": dict(backlog.jobs), "oldest_job_seconds": round(backlog.oldest_seconds, 1)}

    async def _searchable(self) -> Part:
        found: Part = {"passages": await self._index.size()}
        why = self._connected.lexical_only()
        return found | ({"words_only": why} if why else {})

    def _called(self, name: str) -> Part:
        """As the last calls went; nobody is called for the question's sake."""
        breaker = self._calls.breakers.get(name)
        is_open = breaker is not None and breaker.is_open
        failures = self._calls.failures_in_row[name]
        found: Part = {
            "ok": not is_open and failures < TOLERATED,
            "last_success_seconds_ago": self._age(self._calls.last_success.get(name)),
            "calls": self._calls.by_vendor[name],
            "failed_in_a_row": failures,
        }
        if breaker is not None:
            found["circuit"] = "open" if is_open else "closed"
        if budget := self._calls.budgets.get(name):
            found["budget"] = {"remaining": budget.remaining, "limit": budget.limit}
        return found

    def _surface(self, name: str, is_stored: bool) -> Part:
        """The console is our own: it shows what the database holds."""
        if name != "console":
            return self._called(name)
        return {"ok": is_stored, "last_success_seconds_ago": self._age(self._succeeded.get("database"))}

    def _age(self, at: datetime | None) -> float | None:
        return round((self._clock() - at).total_seconds(), 1) if at else None

    def _count(self, backlog: Backlog) -> None:
        gauges = self._metrics.gauges
        for queue, counts in (("jobs", backlog.jobs), ("inbox", backlog.inbox), ("outbox", backlog.outbox)):
            for name in [one for one in gauges if one.startswith(f"{queue}_")]:
                gauges[name] = 0.0
            gauges.update({f"{queue}_{state}": number for state, number in counts.items()})
        gauges["oldest_job_seconds"] = backlog.oldest_seconds


def _failing(parts: Mapping[str, Any]) -> list[str]:
    """Names such as "index" and "intercom"."""
    found = [name for name, one in parts.items() if one.get("ok") is False]
    groups = (parts["vendors"], parts["surfaces"])
    return found + [name for group in groups for name, one in group.items() if not one["ok"]]
