"""What became of drafts is told by article, macro and step, with the agents' verdicts."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest_asyncio
from sqlalchemy import Connection

from bot.evaluate.outcomes import OutcomeRow, outcomes
from bot.memory import drafts, runs
from bot.memory.database import Database, open_database
from bot.memory.schema import migrate
from playbooks.domain.content import Citation, Draft, DraftKind, Sentence
from playbooks.domain.run import SopRun, TrailEntry

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path / 'd.db'}"
    migrate(url)
    one = await open_database(url)
    yield one
    await one.close()


def draft(draft_id: str, *titles: str, macro_id: str | None = None, conversation_id: str | None = "c1") -> Draft:
    cited = tuple(
        Citation(marker=n, passage_id=f"p{n}", article_id=title.lower(), title=title, excerpt="x", version="v")
        for n, title in enumerate(titles, 1)
    )
    kind = DraftKind.MACRO if macro_id else DraftKind.EXTRACTIVE
    said = (Sentence(text="Hello"),)
    return Draft(
        draft_id=draft_id, conversation_id=conversation_id, kind=kind, sentences=said, citations=cited, macro_id=macro_id
    )


def _told(conn: Connection) -> None:
    step = TrailEntry(at=AT, transition="take", from_state="waiting", to_state="with_us", event_id="e1")
    later = TrailEntry(at=AT + 3 * HOUR, transition="resolve", from_state="with_us", to_state="closed", event_id="e2")
    run = SopRun(conversation_id="c1", sop="live_chat", sop_version="1", state="closed", entered_at=AT, trail=(step, later))
    runs.save(conn, run, {}, version=0, at=AT)
    for number, (one, outcome) in enumerate(
        [
            (draft("d0", "Refunds"), None),
            (draft("d1", "Refunds", "Returns"), "used"),
            (draft("d2", "Refunds"), "edited"),
            (draft("d3", macro_id="sorry_late"), "ignored"),
            (draft("d4", conversation_id=None), None),
        ]
    ):
        drafts.save(conn, one, AT - HOUR if number == 0 else AT + number * HOUR / 2)
        if outcome:
            drafts.decide(conn, one.draft_id, outcome, AT + 9 * HOUR, "sent")
    drafts.rate(conn, "d1", "mei", True, AT)
    drafts.rate(conn, "d1", "arjun", False, AT)


async def test_outcomes_are_counted_by_kind_article_macro_and_step(database: Database) -> None:
    await database.transact(_told)
    rows = {(row.of, row.name): row for row in await outcomes(database, AT)}
    assert rows["kind", "extractive"] == OutcomeRow("kind", "extractive", 3, used=1, edited=1, useful=1, not_useful=1)
    assert rows["article", "Refunds"] == OutcomeRow("article", "Refunds", 2, used=1, edited=1, useful=1, not_useful=1)
    assert rows["article", "Returns"] == OutcomeRow("article", "Returns", 1, used=1, useful=1, not_useful=1)
    assert rows["macro", "sorry_late"] == OutcomeRow("macro", "sorry_late", 1, ignored=1)
    assert rows["step", "live_chat: with_us"] == OutcomeRow(
        "step", "live_chat: with_us", 3, used=1, edited=1, ignored=1, useful=1, not_useful=1
    )
    assert rows["all", "drafts"].drafts == 4
    assert len(rows) == 7


async def test_an_earlier_stretch_holds_the_earlier_draft_at_the_step_it_was_shown_in(database: Database) -> None:
    await database.transact(_told)
    rows = {(row.of, row.name): row for row in await outcomes(database, AT - 2 * HOUR)}
    assert rows["article", "Refunds"].drafts == 3
    assert rows["step", "live_chat: waiting"].drafts == 1


async def test_nothing_drafted_is_no_row(database: Database) -> None:
    assert list(await outcomes(database, AT)) == []
