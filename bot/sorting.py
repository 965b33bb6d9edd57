"""Sorts the post: what was stored as it came is read, and its events are put in line in the order of arrival.

The vendor was answered before, so nobody waits for it but the work. A delivery that cannot be read becomes a job of its own: a
dead letter that is run again once the reason is mended. One sorter reads at a time, in however many processes they run.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.intake import job_of
from bot.jobs import Claimed, Commit, Jobs, NewJob, PermanentFailure
from bot.journal import Journal
from bot.memory import Connection, inbox
from bot.memory.database import Database, StorageUnavailable, call_after_commit
from bot.probe import Probe, Step
from bot.wakers import Wakers, pause
from playbooks.domain.events import Event
from retrieval.ports import MalformedPayload

log = logging.getLogger(__name__)

READ = "read"
"""The kind of job a delivery becomes that could not be read with the others."""
MOST = 200
"""Deliveries in one transaction."""
POLL_SECONDS = 1.0
"""What another process stored and could not tell of is found so soon."""


class Reader(Protocol):
    def events(self, body: bytes) -> tuple[Event, ...]: ...


class Sorter:
    """`readers` by source: how its deliveries are read."""

    def __init__(
        self,
        *,
        database: Database,
        jobs: Jobs,
        readers: Mapping[str, Reader],
        journal: Journal,
        probe: Probe,
    ) -> None:
        self._database, self._jobs, self._readers = database, jobs, readers
        self._journal, self._probe = journal, probe
        self._wakers = Wakers()

    def arrived(self, conn: Connection) -> None:
        """Something unread is being stored: the sorters are to know once it is on disk, those of other processes too."""
        call_after_commit(conn, self._wakers.wake)
        inbox.tell_of_unread(conn)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; the batch it has begun is finished."""
        wake = asyncio.Event()
        self._wakers.add(wake)
        beside = [asyncio.create_task(self._listen()), asyncio.create_task(_set_at(stop, wake))]
        try:
            while not stop.is_set():
                wake.clear()
                if await self._tried() < MOST:
                    await pause(wake, POLL_SECONDS)
        finally:
            self._wakers.remove(wake)
            for one in beside:
                one.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def _listen(self) -> None:
        await self._database.listen(inbox.UNREAD, self._wakers.wake)

    async def _tried(self) -> int:
        try:
            return await self._database.transact(self.sort)
        except StorageUnavailable as error:
            log.warning("nothing is sorted: %s", error)
        except Exception:  # the loop must outlive a fault of one batch
            log.exception("nothing is sorted")
        return 0

    def sort(self, conn: Connection, most: int = MOST) -> int:
        """A batch; how many."""
        unread = inbox.unread(conn, most)
        if unread:
            jobs = [self._jobs_of(one) for one in unread]
            self._jobs.enqueue_all(conn, [one for those in jobs for one in those])
            inbox.mark_read(conn, unread)
            for one, those in zip(unread, jobs, strict=True):
                if len(those) != 1:
                    inbox.mark(conn, one.source, one.event_id, _state_with(those))
            sources = [one.source for one in unread]
            self._told(Step.SORTING, sources)
            call_after_commit(conn, lambda: self._told(Step.SORTED, sources))
        return len(unread)

    def _jobs_of(self, one: inbox.Unread) -> Sequence[NewJob]:
        with self._journal.receiving(one.source, one.event_id, one.topic):
            self._journal.received(one.source, one.event_id, one.topic, (one.received_at - one.at).total_seconds())
            try:
                return [job_of(event) for event in self._events(one.source, one.payload)]
            except Exception:  # noqa: BLE001 - whatever it is, it must not hold up the others; the job says what it was
                about = {"source": one.source, "event_id": one.event_id}
                return [NewJob(kind=READ, payload=about, once_key=f"read:{one.source}:{one.event_id}")]

    def _events(self, source: str, payload: str) -> Sequence[Event]:
        if (reader := self._readers.get(source)) is None:
            raise PermanentFailure(f"{source} is not connected any more: connect it again, then run this job again")
        try:
            return reader.events(payload.encode())
        except MalformedPayload as error:
            raise PermanentFailure(f"{source}'s delivery cannot be read: {error}") from None

    def _told(self, step: Step, sources: Sequence[str]) -> None:
        for source in sources:
            self._probe.at(step, source)

    async def read(self, claimed: Claimed) -> Commit | None:
        """The job of one that could not be read with the others."""
        source, event_id = claimed.payload["source"], claimed.payload["event_id"]
        row = await self._database.read(lambda conn: inbox.find(conn, source, event_id))
        if row is None or row.payload is None:
            raise PermanentFailure("its payload is kept no longer")
        jobs = [job_of(event) for event in self._events(source, row.payload)]
        return lambda conn: self._put_in_line(conn, source, event_id, jobs)

    def _put_in_line(self, conn: Connection, source: str, event_id: str, jobs: Sequence[NewJob]) -> None:
        self._jobs.enqueue_all(conn, jobs)
        inbox.mark(conn, source, event_id, _state_with(jobs))

    def given_up(self, conn: Connection, claimed: Claimed, error_id: str) -> None:
        inbox.mark(conn, claimed.payload["source"], claimed.payload["event_id"], inbox.InboxState.FAILED, error_id)


def _state_with(jobs: Sequence[NewJob]) -> inbox.InboxState:
    """Several events have ids of their own, under which nothing is marked at the delivery later."""
    return inbox.InboxState.WAITING if len(jobs) == 1 else inbox.InboxState.DONE


async def _set_at(stop: asyncio.Event, wake: asyncio.Event) -> None:
    await stop.wait()
    wake.set()
