"""Random histories of inbox, leases and outbox against a model: deliveries, claims, deaths, late writes, retries, commits.

The model is what a person would write on paper: sets and lists. Two workers share one line, SQLite's or PostgreSQL's; any of
them may die or come back late at any point. Checked after each step: no event twice, no order broken, no late write accepted.
"""

import itertools
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool, StaticPool

from bot.engines.alive import AliveFiles
from bot.engines.line import Failed, Line
from bot.engines.postgres_line import PostgresLine
from bot.engines.sqlite_line import SqliteLine
from bot.engines.watch import Watch
from bot.jobs import Claimed, LeaseLost, NewJob, Patience, Policies
from bot.memory import inbox, outbox
from bot.memory.tables import METADATA
from playbooks.domain.actions import AddTag
from tests.postgres import Postgres

POLICIES = Policies(Patience(attempts=3, first_wait_seconds=10, longest_wait_seconds=10))
EVENTS = st.integers(0, 3)


class Road(RuleBasedStateMachine):
    """Event n belongs to conversation n % 2. Handling it saves one action; performing the action makes one effect."""

    @initialize()
    def open(self) -> None:
        self.now = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
        self.conn = self.connected()
        self.lines = [self.new_line() for _ in range(2)]
        self.workers = [line.register(self.conn, self.now) for line in self.lines]
        self.claims: list[Claimed] = []
        self.ended: dict[int, str] = {}
        self.order: dict[str, list[int]] = {}
        self.handled: dict[str, list[int]] = {}
        self.effects: list[str] = []
        self.doubted: set[str] = set()
        self.over: set[str] = set()
        self.newest_token: dict[int, int] = {}

    def connected(self) -> Connection:
        self.folder = tempfile.TemporaryDirectory()
        self.seconds = 0.0
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"isolation_level": None})
        conn = engine.connect()
        METADATA.create_all(conn)
        return conn

    def new_line(self) -> Line:
        return SqliteLine(Watch(30, lambda: self.seconds), AliveFiles(Path(self.folder.name)), timedelta(seconds=11))

    def teardown(self) -> None:
        if hasattr(self, "conn"):
            self.conn.close()
            self.conn.engine.dispose()
        if hasattr(self, "folder"):
            self.folder.cleanup()

    @rule(number=EVENTS)
    def delivered(self, number: int) -> None:
        """At least once, in any order; stored with its job or not at all."""
        lock = f"c{number % 2}"
        event = inbox.Arrived("intercom", f"e{number}", "t", self.now, self.now, "{}", lock)
        known = number in itertools.chain(*self.order.values())
        assert inbox.accept(self.conn, event) is not known
        assert self.lines[0].put(self.conn, [NewJob("event", {"number": number}, f"e{number}", lock)], self.now) == [not known]
        if not known:
            self.order.setdefault(lock, []).append(number)

    @rule(worker=st.integers(0, 1), limit=st.integers(1, 3))
    def taken(self, worker: int, limit: int) -> None:
        for claimed in self.lines[worker].take(self.conn, self.workers[worker], ["event"], limit, self.now).claims:
            assert claimed.token > self.newest_token.get(claimed.job_id, 0)
            self.newest_token[claimed.job_id] = claimed.token
            self.claims.append(claimed)

    @precondition(lambda self: self.claims)
    @rule(which=st.data())
    def finished(self, which: st.DataObject) -> None:
        self.finish(which.draw(st.sampled_from(self.claims)))

    @rule(number=EVENTS, worker=st.integers(0, 1))
    def all_goes_well(self, number: int, worker: int) -> None:
        """The common case in one step, or few histories would come so far that there is something to perform."""
        self.delivered(number)
        self.taken(worker, 3)
        for claimed in tuple(self.claims):
            self.finish(claimed)

    def finish(self, claimed: Claimed) -> None:
        """The commit saves the action in the transaction that ends the claim."""
        number = claimed.payload["number"]

        def commit() -> None:
            self.lines[0].finish(self.conn, claimed, self.now)
            assert outbox.save(self.conn, AddTag(once_key=f"tag:{number}", conversation_id="c", tag="t"), at=self.now)

        if self.ends(claimed, commit, "done"):
            self.handled.setdefault(claimed.lock or "", []).append(number)

    @precondition(lambda self: self.claims)
    @rule(which=st.data(), permanent=st.booleans())
    def failed(self, which: st.DataObject, permanent: bool) -> None:
        claimed = which.draw(st.sampled_from(self.claims))
        failure = Failed("Unavailable", "J1-1")
        if permanent or claimed.attempt >= 3:
            self.ends(claimed, lambda: self.lines[0].bury(self.conn, claimed, failure, self.now), "dead")
        else:
            self.ends(claimed, lambda: self.lines[0].wait(self.conn, claimed, 10, failure, self.now), "")

    @precondition(lambda self: self.claims)
    @rule(which=st.data())
    def given_back(self, which: st.DataObject) -> None:
        claimed = which.draw(st.sampled_from(self.claims))
        self.ends(claimed, lambda: self.lines[0].give_back(self.conn, claimed, self.now), "")

    def ends(self, claimed: Claimed, end: Callable[[], None], how: str) -> bool:
        """Accepted exactly where the claim is the newest and still held, as the model sees it."""
        self.claims.remove(claimed)
        held = claimed.job_id not in self.ended and self.state(claimed.job_id) == ("running", claimed.token)
        try:
            end()
        except LeaseLost:
            assert not held
            return False
        assert held
        if how:
            self.ended[claimed.job_id] = how
        return True

    @rule(seconds=st.integers(1, 20))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.server_waits(seconds)

    def server_waits(self, seconds: int) -> None:
        """SQLite has no clock of its own."""

    @rule(hours=st.sampled_from([-5, 5]))
    def wall_clock_is_set(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(worker=st.integers(0, 1), takes_at_once=st.booleans())
    def dies_and_is_taken_over(self, worker: int, takes_at_once: bool) -> None:
        """Its claims stay in `claims`: it may come back and try to end them."""
        other = 1 - worker
        self.lines[other].take_over(self.conn, self.workers[other], POLICIES, self.now)
        self.falls_silent(worker)
        self.lines[other].beat(self.conn, self.workers[other])
        self.lines[other].take_over(self.conn, self.workers[other], POLICIES, self.now)
        assert not self.lines[worker].beat(self.conn, self.workers[worker])
        assert self.lines[worker].take(self.conn, self.workers[worker], ["event"], 1, self.now).claims == ()
        self.workers[worker] = self.lines[worker].register(self.conn, self.now)
        for row in self.conn.exec_driver_sql("SELECT job_id FROM jobs WHERE state = 'dead'").scalars():
            self.ended.setdefault(row, "dead")
        if takes_at_once:
            self.taken(other, 3)

    def falls_silent(self, worker: int) -> None:
        self.seconds += 31

    @precondition(lambda self: any(self.handled.values()))
    @rule(which=st.data(), outcome=st.sampled_from(["done", "answer lost", "never arrived", "refused for good"]))
    def performed(self, which: st.DataObject, outcome: str) -> None:
        """As perform does it: a doubtful action is read back before it is tried again; what certainly had no effect is not."""
        saved = sorted(itertools.chain(*self.handled.values()))
        number = which.draw(st.sampled_from(saved) | EVENTS)
        key = f"tag:{number}"
        begun = outbox.begin(self.conn, key, self.now)
        assert (begun is not None) is (number in saved and key not in self.over)
        if begun is None:
            return
        assert begun.doubtful is (key in self.doubted)
        was_done = begun.doubtful and key in self.effects
        if outcome == "never arrived" and not was_done:
            if not begun.doubtful:
                outbox.not_begun(self.conn, key, self.now)
        elif outcome == "refused for good" and not was_done:
            self.over_with(key, outbox.failed(self.conn, key, self.now, "no such tag"))
        else:
            self.effects += [] if was_done else [key]
            if outcome == "answer lost":
                self.doubted.add(key)
            else:
                self.over_with(key, outbox.done(self.conn, key, self.now))

    def over_with(self, key: str, is_first: bool) -> None:
        assert is_first
        self.over.add(key)
        assert not outbox.failed(self.conn, key, self.now, "a late attempt's word")
        assert not outbox.done(self.conn, key, self.now)

    @rule()
    def restored_from_a_backup(self) -> None:
        """What was decided before it may have been done after it."""
        outbox.doubt_all(self.conn)
        self.doubted |= {f"tag:{one}" for one in itertools.chain(*self.handled.values()) if f"tag:{one}" not in self.over}

    def state(self, job_id: int) -> tuple[str, int]:
        row: Any = self.conn.execute(text("SELECT state, token FROM jobs WHERE job_id = :id"), {"id": job_id}).one()
        return row.state, row.token

    @invariant()
    def events_of_a_conversation_are_handled_in_order_and_once(self) -> None:
        for lock, handled in getattr(self, "handled", {}).items():
            assert handled == [number for number in self.order[lock] if number in handled]

    @invariant()
    def no_effect_happens_twice_and_none_without_its_event(self) -> None:
        if hasattr(self, "effects"):
            assert len(set(self.effects)) == len(self.effects)
            assert set(self.effects) <= {f"tag:{number}" for numbers in self.handled.values() for number in numbers}

    @invariant()
    def a_line_has_one_head_and_it_is_the_first(self) -> None:
        if not hasattr(self, "conn"):
            return
        rows = self.conn.exec_driver_sql("SELECT lock, state FROM jobs WHERE finished_at IS NULL ORDER BY lock, position").all()
        for _, line in itertools.groupby(rows, key=lambda row: row[0]):
            states = [state for _, state in line]
            assert states[0] in ("ready", "retrying", "running")
            assert set(states[1:]) <= {"queued"}

    @invariant()
    def nothing_accepted_is_lost(self) -> None:
        if hasattr(self, "conn"):
            stored = self.conn.exec_driver_sql("SELECT count(*) FROM jobs").scalar()
            assert stored == sum(len(numbers) for numbers in self.order.values())


TestRoad = pytest.mark.filterwarnings("ignore::ResourceWarning")(Road.TestCase)
TestRoad.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)


class RoadOnPostgres(Road):
    """In one transaction that is taken back; the server's clock stands still in it, so what it remembers is moved instead."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = make_url(url).set(drivername="postgresql+psycopg")

    def connected(self) -> Connection:
        return create_engine(self.url, poolclass=NullPool).connect()

    def new_line(self) -> Line:
        return PostgresLine("", 30)

    def server_waits(self, seconds: int) -> None:
        later = text("UPDATE procrastinate_jobs SET scheduled_at = scheduled_at - make_interval(secs => :seconds)")
        self.conn.execute(later, {"seconds": seconds})

    def falls_silent(self, worker: int) -> None:
        silent = text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds' WHERE id = :id")
        self.conn.execute(silent, {"id": self.workers[worker]})


def test_the_same_histories_on_postgresql(postgres: Postgres) -> None:
    url = postgres.migrated_database()
    run_state_machine_as_test(
        lambda: RoadOnPostgres(url),  # type: ignore[arg-type] # a factory will do
        settings=settings(max_examples=20, stateful_step_count=40, deadline=None),
    )
    postgres.drop(url)
