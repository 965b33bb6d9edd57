"""Unanswered questions at rest."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.gaps import found_gaps
from bot.memory import unanswered
from bot.memory.database import open_database
from bot.memory.schema import migrate
from playbooks.domain.unanswered import Unanswered
from retrieval.index.embedder import ModelMissing

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def asked(key: str, question: str, chat: str | None = "1", days_ago: int = 0) -> Unanswered:
    at = NOW - timedelta(days=days_ago)
    return Unanswered(question_key=key, question=question, asked_at=at, conversation_id=chat, nearest_title="Care")


async def test_a_database_of_the_version_before_takes_them_after_its_upgrade(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'deskside.db'}"
    assert migrate(url, "0003")[1] == "0003"
    assert migrate(url)[0] == "0003"
    database = await open_database(url)
    try:
        first = asked("a", "Pay in gold?")
        assert await database.transact(lambda conn: unanswered.save(conn, first))
        assert not await database.transact(lambda conn: unanswered.save(conn, asked("a", "Pay in gold?", days_ago=3)))
        assert list(await database.read(lambda conn: unanswered.since(conn, NOW - timedelta(days=1)))) == [first]
    finally:
        await database.close()


async def test_they_are_read_by_age_erased_by_chat_and_forgotten_by_age(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'deskside.db'}"
    migrate(url)
    database = await open_database(url)
    rows = [asked("a", "gold coins?", "1", 9), asked("b", "gold coins please?", "2", 2), asked("c", "a tent?", None)]
    try:
        for one in rows:
            await database.transact(lambda conn, one=one: unanswered.save(conn, one))  # type: ignore[misc]
        found = await found_gaps(database, NOW - timedelta(days=30), ModelMissing("none", "none"))
        assert [(one.volume, one.nearest_title) for one in found] == [(2, "Care"), (1, "Care")]
        assert await database.transact(lambda conn: unanswered.erase(conn, "2")) == 1
        assert await database.transact(lambda conn: unanswered.forget_before(conn, NOW - timedelta(days=5))) == 1
        assert list(await database.read(lambda conn: unanswered.since(conn, NOW - timedelta(days=30)))) == rows[2:]
    finally:
        await database.close()
