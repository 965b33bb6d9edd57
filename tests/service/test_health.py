"""What operators are told: every part with the age of its last success, every number that pages somebody; both move."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.engines import jobs_in
from bot.health import Health, Parts
from bot.jobs import NewJob
from bot.memory import process_reports
from bot.memory.database import Database, StorageUnavailable, open_database
from bot.memory.schema import migrate
from bot.metrics import Metrics
from playbooks.domain.content import Audience, SearchResult
from retrieval.http import Calls
from retrieval.index.problems import IndexDamaged
from retrieval.ports import SyncReport
from tests.service.conftest import Journey
from tests.shared_files import ROOT

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("family", "labels"),
    [
        ("deskside_received_total", "outcome=accepted,source=intercom"),
        ("deskside_received_total", "outcome=accepted,source=console"),
        ("deskside_events_total", "kind=pressed,outcome=taken"),
        ("deskside_actions_total", "do=assign,outcome=action_done"),
        ("deskside_cards_total", "outcome=action_done,surface=console"),
        ("deskside_job_retries_total", "kind=perform"),
        ("deskside_vendor_lag_seconds_count", "source=intercom"),
        ("deskside_job_lag_seconds_count", "kind=take"),
        ("deskside_effect_lag_seconds_count", "do=show_card"),
        ("deskside_vendor_calls_total", "operation=read conversation,outcome=ok,vendor=intercom"),
        ("deskside_vendor_last_success_seconds", "vendor=stripe"),
        ("deskside_vendor_budget_remaining", "vendor=intercom"),
        ("deskside_vendor_budget_limit", "vendor=salesforce"),
        ("deskside_inbox_done", ""),
        ("deskside_outbox_done", ""),
        ("deskside_ready", ""),
        ("deskside_index_ok", ""),
    ],
)
def test_a_journey_moves_every_number_it_touches(told: Journey, family: str, labels: str) -> None:
    assert told.metrics[family][labels] > 0


def test_a_vendors_failure_is_counted_by_its_kind(told: Journey) -> None:
    failed = {key: count for key, count in told.metrics["deskside_vendor_calls_total"].items() if "unavailable" in key}
    assert sum(failed.values()) == 1
    assert all("vendor=intercom" in key for key in failed)


def test_gauges_are_there_from_the_first_scrape(told: Journey) -> None:
    for name in ("jobs_dead", "oldest_job_seconds"):
        assert told.metrics[f"deskside_{name}"][""] >= 0
    assert set(told.metrics["deskside_vendor_circuit_open"]) == {
        f"vendor={name}" for name in ("dhl", "intercom", "ninjavan", "salesforce", "singpost", "stripe")
    }


def test_ready_tells_each_part_with_the_age_of_its_last_success(told: Journey) -> None:
    parts = told.ready["parts"]
    assert told.ready["ready"] is True
    assert set(parts) == {"database", "index", "llm", "vendors", "surfaces"}
    aged = [parts["database"], parts["index"], parts["surfaces"]["console"], parts["vendors"]["intercom"]]
    assert all(0 <= one["last_success_seconds_ago"] < 60 for one in aged)
    assert parts["vendors"]["intercom"]["budget"]["limit"] > 0
    assert parts["llm"]["off"]


async def test_a_process_leaves_word_of_the_systems_it_called_for_the_others(told: Journey) -> None:
    database = await open_database(f"sqlite:///{told.database}")
    [report] = await database.read(process_reports.all_told)
    await database.close()
    assert {"intercom", "stripe"} <= {one.vendor for one in report.heard if one.answered_at}


class Shelf:
    """An index that can be broken."""

    problem: Exception | None = None

    async def size(self) -> int:
        if self.problem:
            raise self.problem
        return 7

    async def says(self, article_id: str, audiences: frozenset[Audience]) -> str | None:
        return None

    async def sync(self, articles: Sequence[Any]) -> SyncReport:
        raise AssertionError("health only looks")

    async def search(self, question: str, **_: Any) -> SearchResult:
        raise AssertionError("health only looks")


class Gone:
    """A database that can go away."""

    def __init__(self, database: Database) -> None:
        self._database, self.away = database, False

    async def read(self, work: Callable[[Any], Any]) -> Any:
        if self.away:
            raise StorageUnavailable("the server is gone", remedy="Start it.")
        return await self._database.read(work)

    async def transact(self, work: Callable[[Any], Any]) -> Any:
        if self.away:
            raise StorageUnavailable("the server is gone", remedy="Start it.")
        return await self._database.transact(work)


@pytest.fixture
async def parts(tmp_path: Path) -> Any:
    migrate(f"sqlite:///{tmp_path / 'x.db'}")
    database = await open_database(f"sqlite:///{tmp_path / 'x.db'}")
    shelf, calls, gone = Shelf(), Calls(), Gone(database)
    metrics, jobs = Metrics(calls), jobs_in(database, clock=lambda: NOW)
    connected = Parts(frozenset({"intercom"}), frozenset({"console", "slack"}), "llm")
    await database.transact(lambda conn: jobs.enqueue(conn, NewJob("take", {}, "one")))
    health = Health(
        database=gone,  # type: ignore[arg-type]
        jobs=jobs,
        index=shelf,
        calls=calls,
        connected=connected,
        metrics=metrics,
        clock=lambda: NOW,
    )
    yield health, shelf, calls, gone, metrics
    await database.close()


async def test_only_the_database_makes_a_process_unready(parts: Any) -> None:
    health, shelf, calls, gone, metrics = parts
    for name in ("intercom", "slack", "llm"):
        for _ in range(3):
            calls.count(name, "call", "unavailable")
    for problem in (IndexDamaged("var/index", "not a database"), sqlite3.DatabaseError("malformed"), OSError("gone")):
        shelf.problem = problem
        report = await health.report()
        assert (report["ready"], report["degraded"]) == (True, ["index", "intercom", "llm", "slack"])
    assert metrics.gauges["index_ok"] == 0
    gone.away = True
    report = await health.report()
    assert report["ready"] is False
    assert report["parts"]["database"]["remedy"] == "Start it."
    assert report["parts"]["database"]["last_success_seconds_ago"] == 0
    assert {"database", "console"} <= set(report["degraded"])
    assert metrics.gauges["ready"] == 0


async def test_a_part_that_answers_again_is_well_again(parts: Any) -> None:
    health, shelf, calls, gone, metrics = parts
    shelf.problem, gone.away = OSError("gone"), True
    calls.count("slack", "chat.postMessage", "throttled")
    assert (await health.report())["ready"] is False
    shelf.problem, gone.away = None, False
    calls.count("slack", "chat.postMessage", "ok")
    report = await health.report()
    assert (report["ready"], report["degraded"]) == (True, [])
    assert (metrics.gauges["ready"], metrics.gauges["jobs_ready"]) == (1, 1)


def test_the_operations_page_names_only_numbers_that_are_told(told: Journey) -> None:
    named = set(re.findall(r"deskside_[a-z_]+", (ROOT / "docs" / "operations.md").read_text()))
    assert len(named) > 10
    assert named <= set(told.metrics), named - set(told.metrics)
