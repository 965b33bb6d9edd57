"""A backup holds one consistent moment of a running database, and a restore refuses what would lose something."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.desk import Desk
from bot.desk.plan import Plan
from bot.doubt import Doubt
from bot.engines import jobs_in
from bot.jobs import Claimed, NewJob, Policies, Timing
from bot.memory import counters, outbox
from bot.memory.backup import backup, restore
from bot.memory.database import Database, StorageUnavailable, open_database
from bot.metrics import Metrics
from bot.road import Road
from playbooks.domain.actions import AddTag
from playbooks.domain.events import ConversationEvent
from retrieval.http import Calls
from tests.postgres import Postgres, programs

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def two_that_belong_together(conn: Connection) -> None:
    counters.add(conn, "left")
    counters.add(conn, "right")


async def test_a_backup_made_under_load_is_consistent_and_can_be_restored(any_database: Database, tmp_path: Path) -> None:
    where = programs() if any_database.name == "postgresql" else None
    busy = True

    async def load() -> None:
        while busy:
            await any_database.transact(two_that_belong_together)

    writing = asyncio.create_task(load())
    await any_database.transact(two_that_belong_together)
    report = await backup(any_database, tmp_path / "backups" / "one", where)
    busy = False
    await writing
    assert report.size_bytes == (tmp_path / "backups" / "one").stat().st_size
    url = any_database.url.render_as_string(hide_password=False)
    if any_database.name == "sqlite":
        url = f"sqlite:///{tmp_path / 'restored.db'}"
        await restore(report.path, url)
    else:
        with pytest.raises(StorageUnavailable, match="not empty"):
            await restore(report.path, url, programs=where)
        await restore(report.path, url, replace=True, programs=where)
    again = await open_database(url)
    values = await again.read(counters.all_values)
    await again.close()
    assert values["left"] == values["right"] >= 1


async def test_a_job_that_ran_when_the_backup_was_made_runs_again_at_once_after_the_restore(
    sqlite_database: Database, tmp_path: Path
) -> None:
    started, door, again = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(claimed: Claimed) -> None:
        started.set()
        await door.wait()

    async def quick(claimed: Claimed) -> None:
        again.set()

    stop = asyncio.Event()
    jobs = jobs_in(sqlite_database)
    await sqlite_database.transact(lambda conn: jobs.enqueue(conn, NewJob("work", {}, "a")))
    worker = asyncio.create_task(jobs.work({"work": slow}, stop))
    await started.wait()
    await backup(sqlite_database, tmp_path / "backup")
    await restore(tmp_path / "backup", f"sqlite:///{tmp_path / 'restored.db'}")
    restored = await open_database(f"sqlite:///{tmp_path / 'restored.db'}")
    second = asyncio.create_task(jobs_in(restored, timing=Timing(lease_seconds=600)).work({"work": quick}, stop))
    await asyncio.wait_for(again.wait(), 5)
    door.set()
    stop.set()
    await asyncio.gather(worker, second)
    await restored.close()


async def test_a_restore_over_an_existing_database_must_be_asked_for(sqlite_url: str, tmp_path: Path) -> None:
    database = await open_database(sqlite_url)
    await backup(database, tmp_path / "backup")
    await database.transact(lambda conn: counters.add(conn, "since"))
    with pytest.raises(StorageUnavailable, match="exists"):
        await restore(tmp_path / "backup", sqlite_url)
    with pytest.raises(StorageUnavailable, match="in use"):
        await restore(tmp_path / "backup", sqlite_url, replace=True)
    await database.close()
    await restore(tmp_path / "backup", sqlite_url, replace=True)
    again = await open_database(sqlite_url)
    assert await again.read(counters.all_values) == {}
    await again.close()


@pytest.mark.parametrize("content", [b"", b"not a backup" * 1000])
async def test_what_is_no_backup_is_refused_and_changes_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad").write_bytes(content)
    with pytest.raises(StorageUnavailable):
        await restore(tmp_path / "bad", f"sqlite:///{tmp_path / 'new.db'}")
    with pytest.raises(StorageUnavailable, match="does not exist"):
        await restore(tmp_path / "missing", f"sqlite:///{tmp_path / 'new.db'}")
    assert not (tmp_path / "new.db").exists()


async def test_a_backup_to_a_full_or_impossible_place_leaves_no_half_file(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        await backup(sqlite_database, tmp_path / "taken")


async def test_missing_postgres_programs_are_named(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.migrated_database()
    database = await open_database(url)
    with pytest.raises(StorageUnavailable, match="pg_dump is not installed"):
        await backup(database, tmp_path / "backup", tmp_path)
    await database.close()
    postgres.drop(url)


async def test_what_happened_before_a_restore_is_in_doubt_and_what_happens_after_it_is_not(sqlite_database: Database) -> None:
    """It may have been done since the backup was made, so it is read back where it was written before it is done again."""
    jobs = jobs_in(sqlite_database, clock=lambda: NOON)
    road = Road(
        database=sqlite_database,
        jobs=jobs,
        desk=Desk(None),  # type: ignore[arg-type] # nothing is taken here
        tools=None,  # type: ignore[arg-type]
        metrics=Metrics(Calls()),
        clock=lambda: NOON,
        patience=Policies(),
        doubt=Doubt(NOON - timedelta(minutes=1)),
    )

    def saved(conn: Connection) -> list[tuple[str, datetime]]:
        for at in (NOON - timedelta(hours=1), NOON):
            cause = ConversationEvent(event_id=at.isoformat(), source="intercom", at=at, conversation_id="7", what="closed")
            tag = AddTag(once_key=f"tag:{at.isoformat()}", conversation_id="7", tag="late")
            road._save(conn, Plan(cause=cause, actions=[tag]), NOON)
        return [(one.state.value, one.created_at) for one in outbox.still_open(conn)]

    found = await sqlite_database.transact(saved)
    assert found == [("doing", NOON - timedelta(hours=1)), ("pending", NOON)]
