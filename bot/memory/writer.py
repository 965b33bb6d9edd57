"""One thread that writes: takes every waiting function, runs them in one transaction, commits them together (group commit).

One fsync then serves all of them. It never commits a function that failed, and never reports one before it is on disk.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from sqlalchemy import Connection

from bot.memory.errors import StorageUnavailable, unavailable

log = logging.getLogger(__name__)

CROWD, GATHER_SECONDS = 4, 0.005
"""After a group with so much intake in it the next one is let grow: fewer, larger commits carry a third more (measured)."""
ENOUGH = 64
"""Nobody waits for more: while these are committed the next are received. All that wait in one commit would leave us idle."""
LARGEST_GROUP = 256  # bounds how long the first of a group waits for the last
AFTER_COMMIT = "after_commit"


Work = Callable[[Connection, Sequence[Any]], Sequence[Any]]
"""Given the items of all that wait with the same work, answers each, in their order."""


class Waiting(NamedTuple):
    work: Work
    item: Any
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    may_wait: bool = False


class Outcome(NamedTuple):
    waiting: Waiting
    result: Any = None
    error: BaseException | None = None


def call_after_commit(conn: Connection, call: Callable[[], None]) -> None:
    """`call` runs in the writer's thread once the changes are on disk. A hint only: it may also come for nothing."""
    conn.info.setdefault(AFTER_COMMIT, {})[call] = None


def run_after_commit(conn: Connection) -> None:
    for call in conn.info.pop(AFTER_COMMIT, ()):
        call()


def alone(work: Callable[[Connection], Any]) -> Work:
    """A function that shares its commit with others and its call with none."""
    return lambda conn, _: (work(conn),)


def done(conn: Connection, group: list[Waiting]) -> list[Outcome]:
    """One call for all that wait with the same work: fifty rows in one statement cost a fraction of fifty statements."""
    by_work: dict[Work, list[Waiting]] = {}
    for one in group:
        by_work.setdefault(one.work, []).append(one)
    return [
        Outcome(one, result=result)
        for work, those in by_work.items()
        for one, result in zip(those, work(conn, [one.item for one in those]), strict=True)
    ]


class GroupWriter:
    """`connect` opens the one connection, again after a failure that broke it; `commit` stores a group on it."""

    def __init__(self, connect: Callable[[], Connection], commit: Callable[[Connection, list[Waiting]], list[Outcome]]) -> None:
        self._connect, self._commit = connect, commit
        self._queue: SimpleQueue[list[Waiting] | None] = SimpleQueue()
        self._submitted: dict[asyncio.AbstractEventLoop, list[Waiting]] = {}
        self._closed, self._is_crowded = False, False
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="deskside-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work, item: Any = None, *, may_wait: bool = False) -> "asyncio.Future[Any]":
        """`may_wait`: intake, of which much comes at once."""
        loop = asyncio.get_running_loop()
        waiting = Waiting(work, item, loop, loop.create_future(), may_wait)
        submitted = self._submitted.setdefault(loop, [])
        if not submitted:
            loop.call_soon(self.hand_over)
        submitted.append(waiting)
        if len(submitted) >= ENOUGH:
            self.hand_over()
        return waiting.future

    def hand_over(self) -> None:
        """What this loop submitted in one turn goes to the writer at once: waking a thread costs more than a row does."""
        submitted = self._submitted.pop(asyncio.get_running_loop(), [])
        with self._gate:
            if submitted and not self._closed:
                self._queue.put(submitted)
                return
        closed = StorageUnavailable("the database is closed", remedy="The service is stopping; send it again.")
        _resolve([Outcome(one, error=closed) for one in submitted])

    def close(self) -> None:
        """Everything handed over before is committed first."""
        with self._gate:
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        conn: Connection | None = None
        while (group := self._group()) is not None:
            try:
                conn = conn or self._connect()
                outcomes = self._commit(conn, group)
            except BaseException as error:  # noqa: BLE001 - the thread must outlive any failure; each caller is told
                _give_up(conn)
                conn = None
                outcomes = [Outcome(one, error=unavailable(error) or error) for one in group]
            _report(outcomes)
        _give_up(conn)

    def _group(self) -> list[Waiting] | None:
        """Waits for one, then takes all that wait with it; None once closed and empty."""
        group = self._queue.get()
        if group is None:
            return None
        if self._is_crowded and len(group) < ENOUGH:
            time.sleep(GATHER_SECONDS)
        while len(group) < LARGEST_GROUP:
            try:
                following = self._queue.get_nowait()
            except Empty:
                break
            if following is None:
                self._queue.put(None)
                break
            group += following
        self._is_crowded = sum(one.may_wait for one in group) >= CROWD
        return group


def committed_at_once(conn: Connection, group: list[Waiting]) -> list[Outcome]:
    """For SQLite: without savepoints, each of whose statements hands the interpreter's lock to and fro; a group in which
    one fails is taken back and done again with them."""
    raw: Any = conn.connection.driver_connection
    raw.execute("BEGIN IMMEDIATE")
    try:
        outcomes = done(conn, group)
        raw.execute("COMMIT")
    except BaseException:  # noqa: BLE001 - done again one by one, where each is told its own error
        conn.info.pop(AFTER_COMMIT, None)
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        return committed_with_savepoints(conn, group)
    run_after_commit(conn)
    return outcomes


def committed_with_savepoints(conn: Connection, group: list[Waiting]) -> list[Outcome]:
    """Each of its own: what fails is told to its caller and the others are stored."""
    raw: Any = conn.connection.driver_connection
    raw.execute("BEGIN IMMEDIATE")
    try:
        outcomes = [_ran(conn, raw, one) for one in group]
        raw.execute("COMMIT")
    except BaseException:
        conn.info.pop(AFTER_COMMIT, None)
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        raise
    run_after_commit(conn)
    return outcomes


def _ran(conn: Connection, raw: Any, waiting: Waiting) -> Outcome:
    raw.execute("SAVEPOINT one")
    try:
        (result,) = waiting.work(conn, [waiting.item])
    except BaseException as error:  # noqa: BLE001 - whatever it is, it goes to the caller that waits for it
        outage = unavailable(error)
        if not raw.in_transaction:  # SQLite gave up the whole transaction (disk full, I/O): nobody's work is stored
            raise outage or error from None
        raw.execute("ROLLBACK TO one")
        raw.execute("RELEASE one")
        return Outcome(waiting, error=outage or error)
    raw.execute("RELEASE one")
    return Outcome(waiting, result=result)


def _give_up(conn: Connection | None) -> None:
    if conn is not None:
        try:
            conn.invalidate()
            conn.close()
        except Exception:
            log.warning("a broken database connection could not be closed", exc_info=True)


def _report(outcomes: list[Outcome]) -> None:
    """One wake-up per event loop for the whole group: at thousands a second these would cost more than the inserts."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Outcome]] = {}
    for one in outcomes:
        by_loop.setdefault(one.waiting.loop, []).append(one)
    for loop, mine in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, mine)
        except RuntimeError:
            log.warning("%d committed writes have no one left to tell: their event loop is closed", len(mine))


def _resolve(outcomes: list[Outcome]) -> None:
    for one in outcomes:
        if one.waiting.future.done():
            continue
        if one.error is not None:
            one.waiting.future.set_exception(one.error)
        else:
            one.waiting.future.set_result(one.result)
