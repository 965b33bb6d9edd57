"""The port of durable work: what may be put in line, and what a worker promises. It holds no engine and no job's meaning.

Rules that both engines keep (tests/engine/test_jobs_*.py and test_takeover.py):
- One `once_key`, one job, also after it is finished.
- Jobs of one `lock` run one at a time in the order of their enqueueing. A job that waits for its retry keeps its place, and
  those behind it wait too: to overtake it would show the conversation's later events to a desk that has not seen the
  earlier. A job given up (dead) lets the next one pass. Without a lock, jobs run side by side.
- A job with `due_at` takes its place in the line when it falls due, and holds nobody up before.
- Priority (lower first) decides between locks. Inside one it cannot overtake, so it is lent to the jobs in front.
- What a handler returns is written in the transaction that marks the job finished, and only while its claim still holds.
"""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import Connection

from bot.trace import Trace, current

PERSON_WAITS, NORMAL, SWEEP = 0, 10, 20
"""Priorities: lower first."""


class PermanentFailure(Exception):
    """Raised by a handler: trying again cannot help. The job is dead at once; `str(error)` names no customer data."""


class LeaseLost(Exception):
    """The claim was taken over meanwhile: what was to be written is not."""


@dataclass(frozen=True)
class NewJob:
    """`payload` must be JSON; `once_key` derives from the cause, never random; `trace`: what leads to it."""

    kind: str
    payload: Mapping[str, Any]
    once_key: str
    lock: str | None = None
    priority: int = NORMAL
    due_at: datetime | None = None
    trace: Trace | None = field(default_factory=current)


@dataclass(frozen=True)
class Claimed:
    """`attempt` counts from 1; `token` fences: a later claim of the same job has a higher one; `trace`: what led to it."""

    job_id: int
    kind: str
    payload: dict[str, Any]
    lock: str | None
    once_key: str
    attempt: int
    token: int
    enqueued_at: datetime
    trace: Trace | None = None


Commit = Callable[[Connection], None]
"""What a handler wants written: touches only its connection; may be run again after a deadlock."""

Handler = Callable[[Claimed], Awaitable[Commit | None]]
"""Reads and acts first, then returns what is to be written together with "finished"."""


Buried = Callable[[Connection, Claimed, str], None]
"""What else is to be written when a job is given up under this error id; must not raise."""


class JobState(StrEnum):
    """LATER: not due. QUEUED: behind another of its lock. RETRYING: failed, tried again when due. DEAD: given up."""

    LATER = "later"
    QUEUED = "queued"
    READY = "ready"
    RUNNING = "running"
    RETRYING = "retrying"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True)
class JobRow:
    """A job as operators see it. `payload` may hold customers' words: mask it before it is shown."""

    job_id: int
    once_key: str
    kind: str
    payload: dict[str, Any]
    lock: str | None
    priority: int
    state: JobState
    attempts: int
    enqueued_at: datetime
    due_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None
    error_id: str | None
    trace: Trace | None = None


@dataclass(frozen=True)
class Patience:
    """How a kind of job is tried: at most `attempts` times, waiting twice as long each time, up to `longest_wait_seconds`.

    `outage_attempts`: as often where a vendor is away (`passes`), which is no fault of the job; None: no oftener. A
    vendor's Retry-After is waited for up to the same bound. `limit_seconds` ends an attempt that hangs.
    """

    attempts: int = 10
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 600.0
    limit_seconds: float = 300.0
    outage_attempts: int | None = None

    def wait_seconds(self, once_key: str, attempt: int, asked_seconds: float | None = None) -> float:
        """Full wait less up to half of it, told by the key: two jobs that failed together do not come back together."""
        if asked_seconds is not None:
            return min(max(asked_seconds, 0.0), self.longest_wait_seconds)
        full = min(self.first_wait_seconds * 2.0 ** min(attempt - 1, 32), self.longest_wait_seconds)
        return full * (0.5 + zlib.crc32(f"{once_key}:{attempt}".encode()) / 2**33)


@dataclass(frozen=True)
class Timing:
    """How a worker keeps its claims. A worker whose heartbeat stood still for `lease_seconds` loses them.

    `poll_seconds` finds work another process enqueued in SQLite, where nothing announces it.
    """

    lease_seconds: float = 30.0
    beat_seconds: float = 5.0
    poll_seconds: float = 0.5
    grace_seconds: float = 20.0


@dataclass(frozen=True)
class Policies:
    """`default` for a kind without its own."""

    default: Patience = Patience()
    by_kind: Mapping[str, Patience] = field(default_factory=dict)

    def of(self, kind: str) -> Patience:
        return self.by_kind.get(kind, self.default)


class Jobs(Protocol):
    """Durable work. Methods that take a connection belong inside the caller's transaction."""

    def enqueue(self, conn: Connection, job: NewJob) -> bool:
        """False: there is, or was, a job with this once_key."""
        ...

    def enqueue_all(self, conn: Connection, jobs: Sequence[NewJob]) -> Sequence[bool]:
        """As if one after the other, at a fraction of the cost."""
        ...

    async def work(
        self, handlers: Mapping[str, Handler], stop: asyncio.Event, concurrency: int = 8, buried: Buried | None = None
    ) -> None:
        """Runs jobs of these kinds until `stop`; then finishes what it can in the grace time and gives back the rest.

        `buried` is called in the transaction of every job that is given up, whatever it died of.
        """
        ...

    def wake(self) -> None:
        """Look for work now; from any thread. `enqueue` does it by itself."""
        ...

    def list(
        self, conn: Connection, *, state: JobState | None = None, kind: str | None = None, limit: int = 50
    ) -> Sequence[JobRow]: ...

    def show(self, conn: Connection, job_id: int) -> JobRow | None: ...

    def retry(self, conn: Connection, job_id: int) -> bool:
        """Puts a dead job at the end of its line with new attempts; False where it is not dead."""
        ...

    def drop(self, conn: Connection, job_id: int) -> bool:
        """Gives a job up that is not running (its once_key stays taken); False where it runs or is finished."""
        ...

    def counts(self, conn: Connection) -> dict[JobState, int]:
        """Unfinished and dead jobs by state."""
        ...

    def oldest(self, conn: Connection) -> datetime | None:
        """When the longest-waiting job that could run now was enqueued."""
        ...

    def forget(self, conn: Connection, before: datetime) -> int:
        """Removes finished jobs (their once_keys with them) of before then; how many."""
        ...
