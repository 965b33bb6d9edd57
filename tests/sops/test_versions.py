"""Every version that ever ran is kept; running chats are moved to another all at once, or not at all."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app, commands
from bot.memory import Connection, audit, runs, sop_versions
from bot.memory.database import Database
from bot.memory.runs import StaleRun
from bot.migrating import Migrated, migrated
from bot.versions import KeptVersions
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Sop
from playbooks.machine import start
from tests.content.knowledge_copy import copied, replaced
from tests.sops.changed import WITHOUT_SNOOZE, changed, live_chat

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
OLD, NEW = live_chat(), changed(**WITHOUT_SNOOZE)
assert commands


def begun(conversation_id: str, state: str = "our_turn", sop: Sop = OLD) -> SopRun:
    return start(sop, conversation_id, NOW, f"e-{conversation_id}").model_copy(update={"state": state})


async def running(database: Database, *several: SopRun) -> None:
    await database.transact(lambda conn: [runs.save(conn, one, {"kept": 1}, version=0, at=NOW) for one in several])


def moved(conn: Connection, *, dry_run: bool = False) -> Migrated:
    return migrated(conn, OLD, NEW, states={}, now=NOW, by="dana", dry_run=dry_run)


def versions_of(conn: Connection) -> dict[str, str]:
    return {one.run.conversation_id: one.run.sop_version for one in sop_versions.runs_of(conn, "live_chat")}


async def test_a_version_that_ran_is_found_again_after_another_was_loaded(any_database: Database) -> None:
    await KeptVersions(any_database).keep([OLD], NOW)
    later = KeptVersions(any_database)
    assert (await later.keep([NEW], NOW))["live_chat"] == NEW
    assert await later.find("live_chat", OLD.version) == OLD
    assert await later.find("live_chat", "2019.1") is None


async def test_a_table_changed_without_a_new_version_gets_one(sqlite_database: Database) -> None:
    kept = KeptVersions(sqlite_database)
    assert (await kept.keep([OLD], NOW))["live_chat"].version == OLD.version
    silently = changed(OLD.version, **WITHOUT_SNOOZE)
    named = (await kept.keep([silently], NOW))["live_chat"]
    assert named.version.startswith(f"{OLD.version}+")
    assert await kept.find("live_chat", OLD.version) == OLD
    assert await kept.find("live_chat", named.version) == named
    assert (await kept.keep([silently], NOW))["live_chat"] == named, "the same text gets the same name"


async def test_all_that_can_are_moved_and_the_audit_says_by_whom(any_database: Database) -> None:
    await running(any_database, begun("1"), begun("2", "lull"), begun("3", "resolved"))
    done = await any_database.transact(moved)
    assert ([one.conversation_id for one in done.moved], done.stays, done.finished) == (["1", "2"], (), 1)
    assert await any_database.read(versions_of) == {"1": "next", "2": "next", "3": OLD.version}
    entries = await any_database.read(audit.entries)
    assert [(one.actor, one.what, one.subject) for one in entries] == [
        ("dana", "sop_migrated", "1"),
        ("dana", "sop_migrated", "2"),
    ]
    assert await any_database.read(lambda conn: sop_versions.find(conn, "live_chat", "next")) == NEW
    saved = await any_database.read(lambda conn: runs.load(conn, "1"))
    assert saved is not None
    assert saved.facts == {"kept": 1}
    assert saved.version == 2


async def test_a_dry_run_changes_nothing(sqlite_database: Database) -> None:
    await running(sqlite_database, begun("1"))
    done = await sqlite_database.read(lambda conn: moved(conn, dry_run=True))
    assert len(done.moved) == 1
    assert await sqlite_database.read(versions_of) == {"1": OLD.version}


async def test_a_chat_that_moves_on_meanwhile_moves_none_of_them(sqlite_database: Database) -> None:
    await running(sqlite_database, begun("1"), begun("2"))

    def overtaken(conn: Connection) -> None:
        found = sop_versions.runs_of(conn, "live_chat")
        sop_versions.move(conn, found[0].run.model_copy(update={"sop_version": "next"}), found[0].version, NOW)
        runs.save(conn, found[1].run, {}, version=found[1].version, at=NOW)
        sop_versions.move(conn, found[1].run, found[1].version, NOW)

    with pytest.raises(StaleRun):
        await sqlite_database.transact(overtaken)
    assert await sqlite_database.read(versions_of) == {"1": OLD.version, "2": OLD.version}


async def test_what_else_was_due_for_a_chat_stays_due(sqlite_database: Database) -> None:
    timed = begun("1")
    await running(sqlite_database, timed)
    due_first = min(one.due_at for one in timed.timers)
    await sqlite_database.transact(moved)
    assert [one.due_at for one in await sqlite_database.read(lambda conn: runs.due(conn, NOW + timedelta(days=1)))] == [
        due_first
    ]


class TestOnTheCommandLine:
    @pytest.fixture
    async def data(self, sqlite_url: str, sqlite_database: Database) -> Path:
        await KeptVersions(sqlite_database).keep([OLD], NOW)
        await running(sqlite_database, begun("1"), begun("2", "lull"), begun("3", "resolved"))
        return Path(sqlite_url.removeprefix("sqlite:///")).parent

    def test_the_versions_are_listed_with_their_chats(self, data: Path) -> None:
        ran = CliRunner().invoke(app, ["sop", "versions", "--data", str(data), "--json"])
        assert ran.exit_code == 0, ran.output
        [only] = json.loads(ran.stdout)["versions"]
        assert (only["version"], only["running"], only["finished"]) == (OLD.version, 2, 1)

    def test_a_dry_run_lists_each_chat_and_a_real_one_moves_those_that_can(self, data: Path, tmp_path: Path) -> None:
        knowledge = copied(tmp_path)
        replaced(knowledge, "sops/live_chat.yaml", f'version: "{OLD.version}"', 'version: "2027-01"')
        replaced(knowledge, "sops/live_chat.yaml", "lull: {after: 3 minutes", "lull: {after: 9 minutes")
        common = ["sop", "migrate", OLD.version, "current", "--knowledge", str(knowledge), "--data", str(data)]
        dry = CliRunner().invoke(app, [*common, "--dry-run"])
        assert dry.exit_code == 0, dry.output
        assert "2 would move" in dry.stdout
        gone = CliRunner().invoke(app, [*common, "--state", "lull=asleep", "--json"])
        assert gone.exit_code == 1, "a chat that cannot be moved is a no"
        told = json.loads(gone.stdout)
        assert ([one["conversation_id"] for one in told["moved"]], told["finished"]) == (["1"], 1)
        assert "no state asleep" in told["stays"][0]["why_not"]
        again = CliRunner().invoke(app, [*common, "--json"])
        assert [one["conversation_id"] for one in json.loads(again.stdout)["moved"]] == ["2"]

    def test_an_unknown_version_is_answered_with_the_known_ones(self, data: Path) -> None:
        ran = CliRunner().invoke(app, ["sop", "migrate", "1999", "current", "--data", str(data)])
        assert ran.exit_code == 2
        assert OLD.version in ran.stderr

    def test_a_missing_database_is_said_and_not_made(self, tmp_path: Path) -> None:
        ran = CliRunner().invoke(app, ["sop", "versions", "--data", str(tmp_path)])
        assert ran.exit_code == 2
        assert "There is no database" in ran.stderr
        assert list(tmp_path.iterdir()) == []
