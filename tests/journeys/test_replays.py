"""A chat that really ran is recorded; replayed under the same procedure it takes the very same steps."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.demo.agent import ConsoleAgent, button
from bot.demo.stage import Stage
from bot.memory import runs
from bot.replaying import read_folder, record_folder
from playbooks.replay import replay
from playbooks.replay_report import report
from retrieval.vendors.intercom.translate import Workspace
from tests.journeys.chat import chat, reply_text, settled, until
from tests.sops.changed import changed

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_replay_of_a_real_chat_takes_the_same_steps(stage: Stage, mei: ConsoleAgent, tmp_path: Path) -> None:
    one = await chat(stage, "priya.nair@example.com", "Where is my battery?")
    await one.taken_by(mei)
    message, draft = await one.in_thread(mei, "Suggested reply")
    await mei.press(message, button(draft, "Send"), {"reply_text": reply_text(draft)})
    await until(lambda: one.parts("comment", admin="5001"), "the reply in Intercom")
    await one.customer_writes("Thanks, but that does not help. Please raise it.")
    await settled(stage)
    owned, card = await one.alert(mei, "does not help")
    await mei.press(owned, button(card, "Escalate"))
    await until(one.cases, "a case")
    await settled(stage)
    office = stage.service.office
    assert office.inbox is not None
    since = datetime.now(UTC) - timedelta(minutes=10)
    written = await record_folder(tmp_path, office.inbox, stage.service.database, since=since, limit=100, keep=["platinum"])
    assert written >= 1
    found = read_folder(tmp_path, office.policies.inboxes, Workspace(bot_admin_id="5000"))
    [past] = [each for each in found.conversations if each.conversation.conversation_id == one.conversation_id]
    saved = await stage.service.database.read(lambda conn: runs.load(conn, one.conversation_id))
    assert saved is not None
    steps = [(entry.transition, entry.from_state, entry.to_state) for entry in saved.run.trail]
    again = replay(past, office.sops["live_chat"], office.policies, basis=office.sops["live_chat"])
    assert [(entry.transition, entry.from_state, entry.to_state) for entry in again.run.trail] == steps
    needs_note = changed(ways_out__salesforce_case__needs__case_note__required=True)
    [differing] = report([past], office.sops["live_chat"], needs_note, office.policies).differing
    assert [each.changed for each in differing.differences] == ["would first ask for: case_note"]
