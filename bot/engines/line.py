"""What a worker asks of an engine, each inside one transaction: claims that are fenced, and claims taken over from the dead."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from bot.jobs import Buried, Claimed, NewJob, Policies


@dataclass(frozen=True)
class Taken:
    """`next_due_seconds`: when the next waiting job falls due, None where nothing waits for a time."""

    claims: tuple[Claimed, ...]
    next_due_seconds: float | None = None


@dataclass(frozen=True)
class Failed:
    """Why an attempt did not succeed, fit to store; `counted` False gives the attempt back."""

    error: str
    error_id: str
    counted: bool = True


class Line(Protocol):
    """Methods that end a claim raise LeaseLost where another holds it now, and change nothing then.

    `buried` is called in the transaction of every job that is given up. `may_take_unseen`: a `take` that failed may have
    been committed all the same (a database at the other end of a network).
    """

    buried: Buried | None
    may_take_unseen: bool

    def register(self, conn: Connection, now: datetime) -> int: ...

    def announce(self, worker_id: int) -> None:
        """The registration is stored: show that this process lives, where the engine can."""
        ...

    def beat(self, conn: Connection, worker_id: int) -> bool:
        """False: taken for dead meanwhile, every claim is lost."""
        ...

    def put(self, conn: Connection, jobs: Sequence[NewJob], now: datetime) -> list[bool]:
        """As if one after the other; False: the once_key is taken."""
        ...

    def revive(self, conn: Connection, job_id: int) -> bool: ...

    def drop(self, conn: Connection, job_id: int, now: datetime) -> bool: ...

    def take_over(self, conn: Connection, worker_id: int, policies: Policies, now: datetime) -> int:
        """Frees what dead workers held; how many jobs."""
        ...

    def take(self, conn: Connection, worker_id: int, kinds: Sequence[str], limit: int, now: datetime) -> Taken: ...

    def finish(self, conn: Connection, claimed: Claimed, now: datetime) -> None: ...

    def wait(self, conn: Connection, claimed: Claimed, seconds: float, failed: Failed, now: datetime) -> None: ...

    def bury(self, conn: Connection, claimed: Claimed, failed: Failed, now: datetime) -> None: ...

    def give_back(self, conn: Connection, claimed: Claimed, now: datetime) -> None: ...

    def leave(self, conn: Connection, worker_id: int) -> None: ...

    def withdraw(self, worker_id: int) -> None:
        """The counterpart of `announce`."""
        ...

    async def listen(self, wake: Callable[[], None]) -> None:
        """Calls `wake` when another process enqueued; returns at once where nothing announces it."""
        ...
