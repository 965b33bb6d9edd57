"""Whether this process can do its work: each part it depends on, with the age of its last success; it repairs nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.jobs import Jobs
from bot.memory import Connection, counters, inbox, outbox
from bot.memory.database import Database, StorageUnavailable
from bot.metrics import Metrics
from retrieval.http import Calls
from retrieval.ports import KnowledgeIndex


@dataclass(frozen=True)
class Backlog:
    """What waits, as operators need it: `oldest_seconds` is the age of the longest-waiting job that could run."""

    jobs: Mapping[str, int]
    inbox: Mapping[str, int]
    outbox: Mapping[str, int]
    counters: Mapping[str, int]
    oldest_seconds: float


class Health:
    """*Ready* means: the database answers and the index can be searched. A vendor that is down makes no process unready."""

    def __init__(
        self,
        *,
        database: Database,
        jobs: Jobs,
        index: KnowledgeIndex,
        calls: Calls,
        connected: frozenset[str],
        metrics: Metrics,
        clock: Callable[[], datetime],
    ) -> None:
        self._database, self._jobs, self._index, self._calls = database, jobs, index, calls
        self._connected, self._metrics, self._clock = connected, metrics, clock

    async def backlog(self) -> Backlog:
        now = self._clock()

        def read(conn: Connection) -> Backlog:
            oldest = self._jobs.oldest(conn)
            return Backlog(
                jobs={state.value: number for state, number in self._jobs.counts(conn).items()},
                inbox={state.value: number for state, number in inbox.counts(conn).items()},
                outbox={state.value: number for state, number in outbox.counts(conn).items()},
                counters=counters.all_values(conn),
                oldest_seconds=(now - oldest).total_seconds() if oldest else 0.0,
            )

        return await self._database.read(read)

    async def report(self) -> dict[str, object]:
        parts: dict[str, object] = {}
        ready = True
        try:
            backlog = await self.backlog()
            parts["database"] = {"ok": True, "jobs": dict(backlog.jobs), "oldest_job_seconds": round(backlog.oldest_seconds, 1)}
            self._count(backlog)
        except StorageUnavailable as error:
            ready = False
            parts["database"] = {"ok": False, "why": str(error), "remedy": error.remedy}
        parts["index"] = {"ok": True, "passages": await self._index.size()}
        parts["vendors"] = {name: self._vendor(name) for name in sorted(self._connected)}
        return {"ready": ready, "parts": parts}

    def _vendor(self, name: str) -> dict[str, object]:
        at = self._calls.last_success.get(name)
        age = round((self._clock() - at).total_seconds(), 1) if at else None
        breaker = self._calls.breakers.get(name)
        circuit = "open" if breaker is not None and breaker.is_open else "closed"
        return {"last_success_seconds_ago": age, "calls": self._calls.by_vendor[name], "circuit": circuit}

    def _count(self, backlog: Backlog) -> None:
        for state, number in backlog.jobs.items():
            self._metrics.gauges[f"jobs_{state}"] = number
        for state, number in backlog.outbox.items():
            self._metrics.gauges[f"outbox_{state}"] = number
        self._metrics.gauges["oldest_job_seconds"] = backlog.oldest_seconds
