"""The clock: puts rows with deterministic ids and a job for each into the database at whole moments. It remembers nothing.

N processes may run it: the primary key absorbs a double tick. A moment is a multiple of the interval since 1970 in UTC, so
all agree on it. Missed moments, by the tick's own rule: "once": the newest only; "each": all, up to MOST_MISSED, oldest
first. A tick that was never seen strikes at once. A clock set back strikes nothing until it has caught up.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Connection, delete, func, select

from bot.jobs import SWEEP, Jobs, NewJob
from bot.memory.database import Database, StorageUnavailable
from bot.memory.moments import moment_or_none, stamp
from bot.memory.tables import ticks as table
from bot.memory.upsert import inserted

log = logging.getLogger(__name__)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SET_BACK = timedelta(minutes=5)
"""Clocks of several machines differ by less. A tick further ahead than that was struck before the clock was set back."""
MOST_MISSED = 1_000  # after a long stop; the older ones are gone and counted in the log


@dataclass(frozen=True)
class Tick:
    """Enqueues a job of kind `name` with payload {"tick": id, "at": moment}; ticks of one name run one after the other."""

    name: str
    every: timedelta
    missed: Literal["once", "each"] = "once"
    priority: int = SWEEP


def tick_id(tick: Tick, at: datetime) -> str:
    """Such as sla-sweep:2026-11-22T10:05Z."""
    whole_minutes = tick.every % timedelta(minutes=1) == timedelta()
    return f"{tick.name}:{at.astimezone(UTC).strftime('%Y-%m-%dT%H:%MZ' if whole_minutes else '%Y-%m-%dT%H:%M:%SZ')}"


def due_moments(tick: Tick, last: datetime | None, now: datetime) -> list[datetime]:
    """Oldest first."""
    newest = EPOCH + (now - EPOCH) // tick.every * tick.every
    if last is not None and newest <= last:
        return []
    if last is None or tick.missed == "once":
        return [newest]
    missed = (newest - last) // tick.every
    return [newest - tick.every * back for back in reversed(range(min(missed, MOST_MISSED)))]


class Clock:
    """`start` inside a running event loop."""

    def __init__(
        self, database: Database, jobs: Jobs, ticks: Sequence[Tick], now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database, self._jobs, self._ticks, self._now = database, jobs, tuple(ticks), now
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    async def start(self) -> None:
        """Catches up first, then strikes at each whole moment."""
        for tick in self._ticks:
            await self._strike(tick)
            trigger = IntervalTrigger(seconds=tick.every.total_seconds(), start_date=EPOCH, timezone=UTC)
            self._scheduler.add_job(
                self._strike, trigger, args=(tick,), id=tick.name, coalesce=True, max_instances=1, misfire_grace_time=None
            )
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def strike(self, tick: Tick) -> int:
        """How many moments were new. *Errors:* StorageUnavailable."""
        now = self._now()
        return await self._database.transact(lambda conn: strike(conn, self._jobs, tick, now))

    async def _strike(self, tick: Tick) -> None:
        try:
            await self.strike(tick)
        except StorageUnavailable as error:
            log.warning("tick %s waits for the next moment: %s", tick.name, error)
        except Exception:
            log.exception("tick %s failed", tick.name)


def strike(conn: Connection, jobs: Jobs, tick: Tick, now: datetime) -> int:
    last = moment_or_none(conn.execute(select(func.max(table.c.at)).where(table.c.name == tick.name)).scalar())
    if last is not None and last - now > SET_BACK:
        return _struck_again(conn, jobs, tick, last, now)
    return sum(_struck(conn, jobs, tick, tick_id(tick, at), at) for at in due_moments(tick, last, now))


def _struck_again(conn: Connection, jobs: Jobs, tick: Tick, last: datetime, now: datetime) -> int:
    """The house must not stand still until the clock has come back to where it was; nor is a moment that comes a second time
    the tick it was: its name says after which one it came."""
    [at] = due_moments(tick, None, now)
    return _struck(conn, jobs, tick, f"{tick_id(tick, at)}~{tick_id(tick, last)}", at)


def _struck(conn: Connection, jobs: Jobs, tick: Tick, name: str, at: datetime) -> bool:
    """The row and the job in one transaction: a tick is neither without its job nor the other way round."""
    if not inserted(conn, table, {"tick_id": name, "name": tick.name, "at": stamp(at)}):
        return False
    payload = {"tick": name, "at": stamp(at)}
    return jobs.enqueue(conn, NewJob(tick.name, payload, f"tick:{name}", lock=f"tick:{tick.name}", priority=tick.priority))


def forget_ticks(conn: Connection, before: datetime) -> int:
    """Keeps each name's newest, by which missed moments are told."""
    newest = select(func.max(table.c.at)).group_by(table.c.name)
    return conn.execute(delete(table).where(table.c.at < stamp(before), table.c.at.not_in(newest))).rowcount
