"""Gives new jobs their places in SQLite's lines, one after the other, from what stood there before; it runs no statement."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.engines.ledger import written
from bot.jobs import NewJob
from bot.memory.moments import stamp


class Entering:
    """`known`: the once_keys taken. `lines`: the worst priority standing in each line there is. `last`: the last position."""

    def __init__(self, known: set[str], lines: Mapping[str, int], last: int, now: datetime) -> None:
        self._known, self._lines, self._last, self._now = known, dict(lines), last, now
        self.rows: list[tuple[Any, ...]] = []
        self.lent: list[tuple[str, int, int]] = []
        """Lock, priority and position of those who lend theirs to the ones before them."""

    def enters(self, job: NewJob) -> bool:
        """False: the once_key is taken."""
        if job.once_key in self._known:
            return False
        self._known.add(job.once_key)
        if job.due_at is not None and job.due_at > self._now:
            self._row(job, stamp(job.due_at), None, "later")
        else:
            self._last += 1
            self._row(job, None, self._last, self._state(job))
        return True

    def _state(self, job: NewJob) -> str:
        if job.lock is None:
            return "ready"
        worst = self._lines.get(job.lock)
        if worst is not None and worst > job.priority:
            self.lent.append((job.lock, job.priority, self._last))
        self._lines[job.lock] = job.priority  # nobody in front is worse now
        return "ready" if worst is None else "queued"

    def _row(self, job: NewJob, due_at: str | None, position: int | None, state: str) -> None:
        row = (
            job.once_key,
            job.kind,
            written(job),
            job.lock,
            job.priority,
            stamp(self._now),
            due_at,
            position,
            state,
        )
        self.rows.append(row)
