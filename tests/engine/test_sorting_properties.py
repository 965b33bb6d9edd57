"""Random histories of deliveries, redeliveries and sorters that die at their commit, against a list on paper."""

import json
from datetime import UTC, datetime, timedelta
from typing import cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import StaticPool

from bot.engines import jobs_in
from bot.intake import Intake, delivered
from bot.journal import Journal
from bot.memory import inbox
from bot.memory.database import Database
from bot.memory.tables import METADATA
from bot.metrics import Metrics
from bot.probe import Silent
from bot.sorting import Sorter
from retrieval.http import Calls
from retrieval.ports import Envelope
from tests.engine.test_sorting import Post

FEW = 3


class Unopened:
    """What an engine asks of a database before it is given a connection."""

    name, url = "sqlite", make_url("sqlite:///nowhere.db")


class PostRoom(RuleBasedStateMachine):
    """Delivery n is of conversation c1; some hold several events, some cannot be read."""

    @initialize()
    def open(self) -> None:
        self.now = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"isolation_level": None})
        self.conn = engine.connect()
        METADATA.create_all(self.conn)
        database = cast(Database, Unopened())
        jobs = jobs_in(database)
        journal = Journal(Metrics(Calls()))
        self.sorter = Sorter(database=database, jobs=jobs, readers={"post": Post()}, journal=journal, probe=Silent())
        self.intake = Intake(jobs, lambda conn: None)
        self.arrived: list[tuple[str, list[str]]] = []

    def teardown(self) -> None:
        if hasattr(self, "conn"):
            self.conn.close()
            self.conn.engine.dispose()

    @rule(number=st.integers(0, 12), kind=st.sampled_from(["one", "one", "several", "bad", "bug"]))
    def delivered(self, number: int, kind: str) -> None:
        """Again and again, as the vendor likes."""
        self.now += timedelta(milliseconds=1)
        names = {"one": [f"e{number}"], "several": [f"m{number}", f"n{number}"]}.get(kind, [kind])
        event_id = f"{kind}{number}" if kind != "one" else f"e{number}"
        letter = delivered("post", Envelope(event_id, "contact.updated", self.now), json.dumps(names).encode(), self.now)
        is_known = event_id in [one for one, _ in self.arrived]
        assert self.intake.store(self.conn, [letter]) == [not is_known]
        if not is_known:
            keys = [f"read:post:{event_id}"] if kind in ("bad", "bug") else [f"take:post:{name}" for name in names]
            self.arrived.append((event_id, keys))

    @rule(dies=st.booleans())
    def sorted(self, dies: bool) -> None:
        self.conn.exec_driver_sql("SAVEPOINT sorting")
        self.sorter.sort(self.conn, FEW)
        self.conn.exec_driver_sql("ROLLBACK TO sorting" if dies else "RELEASE sorting")

    @invariant()
    def what_is_in_line_is_the_beginning_of_what_arrived_in_its_order(self) -> None:
        if not hasattr(self, "conn"):
            return
        line = list(self.conn.exec_driver_sql("SELECT once_key FROM jobs ORDER BY job_id").scalars())
        unread, _ = inbox.oldest_unread(self.conn)
        sorted_first = self.arrived[: len(self.arrived) - unread]
        assert line == [key for _, keys in sorted_first for key in keys]

    @invariant()
    def nothing_sorted_waits_unmarked(self) -> None:
        if hasattr(self, "conn"):
            done = self.conn.exec_driver_sql("SELECT count(*) FROM inbox WHERE state = 'done'").scalar()
            unread = {one.event_id for one in inbox.unread(self.conn, 999)}
            assert done == sum(len(keys) > 1 and name not in unread for name, keys in self.arrived)


TestPostRoom = PostRoom.TestCase
TestPostRoom.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
