"""The rounds find what nobody told, by a cursor that is stored with what was found: whatever happens in between, once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.engines import jobs_in
from bot.intake import Intake, happened
from bot.jobs import Claimed, Commit
from bot.memory import inbox
from bot.memory.database import Database
from bot.rounds import CASES, INBOX, MOST_CHATS, Rounds
from bot.settings import KNOWLEDGE
from playbooks.domain.case import Case
from playbooks.domain.conversation import Conversation
from playbooks.domain.events import CaseUpdated, Event
from playbooks.proof import proved
from retrieval.content import knowledge as read_knowledge
from retrieval.ports import CaseChanges
from tests.journeys.small_house import Chats, conversation

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
POLICIES = read_knowledge(KNOWLEDGE, proved).policies
TICK = Claimed(1, "round", {"tick": "t", "at": ""}, None, "t", 1, 1, NOW)


class Many(Chats):
    """Cut and ordered as Intercom's source does it."""

    async def recent(self, since: datetime, limit: int = 50) -> Sequence[Conversation]:
        changed = sorted((one for one in self.by_id.values() if one.updated_at > since), key=lambda one: one.updated_at)
        return changed[:limit]


class Cases:
    """A CaseSource of two pages of changes; a cursor is how many were read."""

    def __init__(self) -> None:
        self.changes = [_changed(number) for number in range(4)]

    async def updated_since(self, cursor: str | None, now: datetime, limit: int = 2) -> CaseChanges:
        start = int(cursor or 0)
        page = tuple(self.changes[start : start + limit])
        return CaseChanges(events=page, cursor=str(start + len(page)), more=start + limit < len(self.changes))

    async def commented_since(self, cursor: str | None, now: datetime, limit: int = 2) -> CaseChanges:
        return CaseChanges(events=(), cursor=cursor or "0", more=False)


def _changed(number: int) -> CaseUpdated:
    case = Case(case_id=f"500{number}", number=f"0000{number}", status="Working")
    return CaseUpdated(event_id=f"case-{number}", source="salesforce", at=NOW, conversation_id=f"c{number}", case=case)


def rounds(database: Database, chats: Chats | None = None, cases: Any = None) -> Rounds:
    intake = Intake(jobs_in(database), lambda conn: None)

    def accept(conn: Connection, event: Event, now: datetime) -> bool:
        return intake.store(conn, [happened(event, now)])[0]

    async def no_states() -> Any:
        return frozenset()

    return Rounds(
        database=database, accept=accept, cases=cases, inbox_source=chats, team=POLICIES.team,
        hours=POLICIES.hours, waiting_states=no_states, clock=lambda: NOW,
    )  # fmt: skip


async def once(database: Database, one: Rounds, name: str) -> None:
    """A whole round: found and stored."""
    commit = await one.handlers[name](TICK)
    assert commit is not None
    await database.transact(commit)


async def found(database: Database) -> list[str]:
    return sorted(one.event_id for one in await database.read(lambda conn: inbox.recent(conn, limit=999)))


def silent(many: int) -> Many:
    """Chats of which no webhook told, all within two seconds, longer ago than a webhook may take."""
    chats = Many()
    for number in range(many):
        at = NOW - timedelta(minutes=5, seconds=number % 2)
        chats.by_id[str(number)] = conversation(str(number), "Hello?", at)
    return chats


async def test_missed_chats_are_all_found_however_many_changed_in_one_second(any_database: Database) -> None:
    many = MOST_CHATS * 2 - 10
    one = rounds(any_database, silent(many))
    for _ in range(4):
        await once(any_database, one, INBOX)
    assert await found(any_database) == sorted(f"part:p{number}" for number in range(many))


async def test_a_crash_between_what_was_found_and_its_cursor_loses_and_doubles_nothing(any_database: Database) -> None:
    """The cursor is part of the commit: one that was never written is found again, one that was is not."""
    chats, cases = silent(3), Cases()
    wanted = sorted([*(f"part:p{number}" for number in range(3)), *(f"case-{number}" for number in range(4))])
    for name in (INBOX, CASES):
        lost = await rounds(any_database, chats, cases).handlers[name](TICK)
        assert lost is not None  # the process dies here
        with pytest.raises(ZeroDivisionError):
            await any_database.transact(_dying(lost))
    assert await found(any_database) == []
    for name in (INBOX, CASES, INBOX, CASES):
        await once(any_database, rounds(any_database, chats, cases), name)
    assert await found(any_database) == wanted
    rows = await any_database.read(lambda conn: inbox.recent(conn, limit=999))
    assert {one.duplicates for one in rows} == {0}  # the cursor stood, so nothing was even asked for again


def _dying(commit: Commit) -> Commit:
    def work(conn: Connection) -> None:
        commit(conn)
        raise ZeroDivisionError

    return work


async def test_two_processes_that_make_the_same_round_store_what_they_find_once(any_database: Database) -> None:
    chats = silent(3)
    both = [await rounds(any_database, chats).handlers[INBOX](TICK) for _ in range(2)]
    for commit in both:
        assert commit is not None
        await any_database.transact(commit)
    assert await found(any_database) == ["part:p0", "part:p1", "part:p2"]
