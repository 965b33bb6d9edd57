"""The worker both engines share: claims, runs handlers side by side, writes their results fenced, keeps its heartbeat.

It never swallows an error: each attempt ends as finished, waiting for its retry, dead with an error id, or given back.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.engines.line import Failed, Line, Taken
from bot.engines.verdict import Verdict, judged
from bot.jobs import Claimed, Commit, Handler, LeaseLost, Policies, Timing
from bot.memory.database import Database, StorageUnavailable
from bot.trace import following
from bot.wakers import Wakers, pause

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.5  # between two tries of a database that is gone


class Worker:
    def __init__(
        self,
        *,
        database: Database,
        line: Line,
        handlers: Mapping[str, Handler],
        policies: Policies,
        timing: Timing,
        clock: Callable[[], datetime],
        concurrency: int,
    ) -> None:
        self._database, self._line, self._handlers = database, line, handlers
        self._policies, self._timing, self._clock = policies, timing, clock
        self._concurrency = concurrency
        self._worker_id, self._took_unseen = 0, False
        self._wake = asyncio.Event()
        self._running: dict[asyncio.Task[None], Claimed] = {}

    async def run(self, stop: asyncio.Event, wakers: Wakers) -> None:
        wakers.add(self._wake)
        try:
            async with self._beside(self._wake_at(stop)):
                if not await self._registered(stop):
                    return
                async with self._beside(self._keep_alive(), self._listen()):
                    while not stop.is_set():
                        self._wake.clear()
                        await self._wait(await self._take(), stop)
                    await self._wind_down()
        finally:
            for task in self._running:  # only where `run` itself was cancelled: the leases of these jobs lapse
                task.cancel()
            wakers.remove(self._wake)
            self._line.withdraw(self._worker_id)

    # claiming

    async def _registered(self, stop: asyncio.Event) -> bool:
        while not stop.is_set():
            try:
                await self._register()
                return True
            except StorageUnavailable as error:
                log.warning("no jobs are taken: %s", error)
                await pause(stop, PAUSE_SECONDS)
        return False

    async def _register(self) -> None:
        self._worker_id = await self._database.transact(lambda conn: self._line.register(conn, self._clock()))
        self._line.announce(self._worker_id)
        await self._take_over()

    async def _take(self) -> Taken:
        free = self._concurrency - len(self._running)
        if not free:
            return Taken(())
        try:
            await self._leave_what_was_taken_unseen()
            taken = await self._database.transact(
                lambda conn: self._line.take(conn, self._worker_id, tuple(self._handlers), free, self._clock())
            )
        except StorageUnavailable as error:
            self._took_unseen = self._line.may_take_unseen
            log.warning("no jobs are taken: %s", error)
            return Taken((), PAUSE_SECONDS)
        except Exception:  # the loop must outlive a fault of one look
            log.exception("no jobs are taken")
            return Taken((), PAUSE_SECONDS)
        for claimed in taken.claims:
            self._start(claimed)
        return taken

    async def _leave_what_was_taken_unseen(self) -> None:
        """A connection cut while it committed: jobs may be claimed in this worker's name and nobody knows which. Under a new
        name they lapse with the old one's lease. What runs is finished meanwhile: a token, not the name, lets it be written."""
        if self._took_unseen:
            await self._register()
            self._took_unseen = False

    def _start(self, claimed: Claimed) -> None:
        task = asyncio.create_task(self._execute(claimed), name=f"job-{claimed.job_id}")
        self._running[task] = claimed
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._running.pop(task, None)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("a job's end could not be recorded, its lease will lapse", exc_info=error)

    async def _wait(self, taken: Taken, stop: asyncio.Event) -> None:
        seconds = self._timing.poll_seconds
        if taken.next_due_seconds is not None:
            seconds = min(seconds, max(taken.next_due_seconds, 0.001))
        if not stop.is_set():
            await pause(self._wake, seconds)

    # one job

    async def _execute(self, claimed: Claimed) -> None:
        with following(claimed.trace):
            await self._executed(claimed)

    async def _executed(self, claimed: Claimed) -> None:
        try:
            async with asyncio.timeout(self._policies.of(claimed.kind).limit_seconds):
                commit = await self._handlers[claimed.kind](claimed)
            await self._written(lambda conn: self._finish(conn, claimed, commit))
        except LeaseLost:
            log.warning("job %s: late result refused, another worker holds it now", claimed.job_id)
        except Exception as error:  # noqa: BLE001 - the outermost: recorded, logged with its id, tried again or buried
            with contextlib.suppress(LeaseLost):
                await self._failed(claimed, judged(error, claimed, self._policies.of(claimed.kind)))

    def _finish(self, conn: Connection, claimed: Claimed, commit: Commit | None) -> None:
        self._line.finish(conn, claimed, self._clock())
        if commit is not None:
            commit(conn)

    async def _failed(self, claimed: Claimed, verdict: Verdict) -> None:
        failed = Failed(verdict.error, verdict.error_id, verdict.counted)
        level = logging.ERROR if verdict.wait_seconds is None else logging.WARNING
        log.log(level, "job %s (%s) attempt %s failed, error id %s: %s (%s)", claimed.job_id, claimed.kind, claimed.attempt,
                verdict.error_id, verdict.error, verdict.where)  # fmt: skip
        seconds = verdict.wait_seconds
        if seconds is None:
            await self._written(lambda conn: self._line.bury(conn, claimed, failed, self._clock()))
        else:
            await self._written(lambda conn: self._line.wait(conn, claimed, seconds, failed, self._clock()))

    async def _written(self, work: Callable[[Connection], None]) -> None:
        """The handler has acted, so its end must be written: tried for as long as the database is gone."""
        while True:
            try:
                await self._database.transact(work)
                self._wake.set()
                return
            except StorageUnavailable as error:
                log.warning("a job's end waits to be written: %s", error)
                await asyncio.sleep(PAUSE_SECONDS)

    # staying alive

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(self._timing.beat_seconds)
            try:
                if not await self._database.transact(lambda conn: self._line.beat(conn, self._worker_id)):
                    await self._start_anew()
                await self._take_over()
            except StorageUnavailable as error:
                log.warning("no heartbeat: %s", error)
            except Exception:
                log.exception("no heartbeat")

    async def _take_over(self) -> None:
        freed = await self._database.transact(
            lambda conn: self._line.take_over(conn, self._worker_id, self._policies, self._clock())
        )
        if freed:
            log.warning("took over %d jobs of a worker that is gone", freed)
            self._wake.set()

    async def _start_anew(self) -> None:
        """Others took this worker for dead: what it was doing is theirs now."""
        log.warning("this worker was taken for dead; it gives up %d jobs and starts anew", len(self._running))
        await self._cancelled()
        self._line.withdraw(self._worker_id)
        await self._register()

    async def _listen(self) -> None:
        await self._line.listen(self._wake.set)

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wake.set()

    # leaving

    async def _wind_down(self) -> None:
        """Finishes what finishes in time; the rest goes back to the head of its line, its attempt not counted."""
        if self._running:
            await asyncio.wait(tuple(self._running), timeout=self._timing.grace_seconds)
        rest = await self._cancelled()
        try:
            async with asyncio.timeout(PAUSE_SECONDS * 10):
                await self._database.transact(lambda conn: self._leave(conn, rest))
        except (StorageUnavailable, TimeoutError) as error:
            log.warning("left without giving back %d jobs, their lease will lapse: %s", len(rest), error)

    async def _cancelled(self) -> tuple[Claimed, ...]:
        rest = dict(self._running)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        return tuple(rest.values())

    def _leave(self, conn: Connection, rest: tuple[Claimed, ...]) -> None:
        for claimed in rest:
            with contextlib.suppress(LeaseLost):  # it was finished at the last moment
                self._line.give_back(conn, claimed, self._clock())
        self._line.leave(conn, self._worker_id)

    @contextlib.asynccontextmanager
    async def _beside(self, *coroutines: Coroutine[None, None, None]) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(one) for one in coroutines]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
