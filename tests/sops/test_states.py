"""A chat that began on an older table is counted, handed over and looked after by that table, not by today's."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.memory import Connection, runs
from bot.memory.database import Database
from bot.memory.states import States, is_final, states
from bot.recall import Recall
from bot.versions import KeptVersions
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Sop
from playbooks.escalation import expects_a_case
from playbooks.machine import start
from tests.sops.changed import live_chat

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MEI = "mei.tan@solvane.example"


def older() -> Sop:
    """Last year's table: the case was awaited in `opening_a_case`, and `quiet` ended the chat."""
    whole: dict[str, Any] = json.loads(live_chat().model_dump_json().replace('"escalating"', '"opening_a_case"'))
    whole["version"] = "2025.4"
    whole["states"]["quiet"] |= {"final": True, "waits_for": "nobody"}
    return Sop.model_validate(whole)


OLD, NEW = older(), live_chat()


def standing(conversation_id: str, sop: Sop, state: str) -> SopRun:
    return start(sop, conversation_id, NOW, f"e-{conversation_id}").model_copy(update={"state": state, "owner": MEI})


async def remembered(database: Database, *several: SopRun) -> KeptVersions:
    await KeptVersions(database).keep([OLD], NOW)
    await database.transact(lambda conn: [runs.save(conn, one, {}, version=0, at=NOW) for one in several])
    versions = KeptVersions(database)
    await versions.keep([NEW], NOW)
    return versions


async def test_a_case_that_an_older_table_waits_for_is_looked_for_too(any_database: Database) -> None:
    chats = (standing("1", OLD, "opening_a_case"), standing("2", NEW, "escalating"), standing("3", NEW, "our_turn"))
    versions = await remembered(any_database, *chats)
    waiting = await versions.states(expects_a_case)

    def found(conn: Connection) -> set[str]:
        return set(runs.standing_in(conn, waiting, NOW + timedelta(minutes=5)))

    assert await any_database.read(found) == {"1", "2"}


async def test_whether_a_chat_is_over_is_told_by_the_table_it_began_on(any_database: Database) -> None:
    chats = (standing("1", OLD, "quiet"), standing("2", NEW, "quiet"), standing("3", OLD, "resolved"))
    memory = Recall(any_database, await remembered(any_database, *chats))
    assert await memory.loads() == {MEI: 1}
    assert [one.conversation_id for one in await memory.open_runs([MEI])] == ["2"]


def test_a_state_that_ends_the_chat_in_one_table_only_is_disputed() -> None:
    over = states([OLD, NEW], is_final)
    assert "quiet" in over.disputed
    assert {"resolved", "case_open"} <= over.sure
    assert over.hold(standing("1", OLD, "quiet"))
    assert not over.hold(standing("1", NEW, "quiet"))
    assert States().hold(standing("1", NEW, "resolved")) is False


def test_a_version_that_nobody_kept_is_taken_for_the_others() -> None:
    lost = standing("1", NEW, "resolved").model_copy(update={"sop_version": "2019.1"})
    assert states([NEW], is_final).hold(lost)
