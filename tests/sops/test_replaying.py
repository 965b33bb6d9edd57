"""Past conversations in a folder: recorded with private data masked, read back the same, compared on the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app, commands
from bot.replaying import CUSTOMER, read_folder, without_private_data
from playbooks.domain.recorded import Recorded
from retrieval.vendors.intercom.recorded import NotARecord, record, recorded
from retrieval.vendors.intercom.translate import Workspace
from tests.content.knowledge_copy import KNOWLEDGE, real
from tests.sops.past import escalated, snoozed

WORKSPACE = Workspace(bot_admin_id="5000")
BOTH = [pytest.param(escalated(), id="escalated"), pytest.param(snoozed(), id="snoozed")]
assert commands


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "recorded"
    target.mkdir()
    for one in (escalated(), snoozed()):
        (target / f"{one.conversation.conversation_id}.json").write_text(
            record(without_private_data(one, frozenset({"platinum"})))
        )
    return target


@pytest.fixture
def longer_lull(tmp_path: Path) -> Path:
    text = (KNOWLEDGE / "sops" / "live_chat.yaml").read_text()
    file = tmp_path / "changed.yaml"
    file.write_text(text.replace("lull: {after: 3 minutes", "lull: {after: 5 minutes").replace('"2026-11.1"', '"2026-12"'))
    return file


@pytest.mark.parametrize("one", BOTH)
def test_a_record_reads_back_as_what_it_was_made_of(one: Recorded) -> None:
    bare = without_private_data(one, frozenset())
    back = recorded(record(bare), WORKSPACE)
    assert back.trail == bare.trail
    assert (back.sop, back.sop_version) == (bare.sop, bare.sop_version)
    assert [(part.part_id, part.kind, part.author.kind, part.text, part.at) for part in back.conversation.parts] == [
        (part.part_id, part.kind, part.author.kind, part.text, part.at) for part in bare.conversation.parts
    ]
    assert (back.conversation.inbox_id, back.conversation.state) == (bare.conversation.inbox_id, bare.conversation.state)
    assert back.conversation.contact == bare.conversation.contact
    assert back.conversation.rating == bare.conversation.rating


def test_words_with_angle_brackets_and_line_breaks_survive() -> None:
    talk = snoozed().conversation
    odd = talk.parts[0].model_copy(update={"text": "a <b> & c\nsecond line"})
    one = Recorded(conversation=talk.model_copy(update={"parts": (odd, *talk.parts[1:])}))
    assert recorded(record(one), WORKSPACE).conversation.parts[0].text == "a <b> & c\nsecond line"


@pytest.mark.parametrize("private", ["Priya", "Nair", "priya.nair@example.com", "9123", "Orchard", "SV-C-1"])
def test_the_customers_name_addresses_and_attributes_are_nowhere_in_the_file(private: str) -> None:
    text = record(without_private_data(escalated(), frozenset({"platinum"})))
    assert private not in text
    assert CUSTOMER in text
    assert "Platinum" in text, "who is entitled must still be known"


def test_a_file_from_intercom_itself_needs_neither_trail_nor_contact() -> None:
    plain = json.loads(record(snoozed()))
    del plain["deskside"], plain["contact"]
    one = recorded(json.dumps(plain), WORKSPACE)
    assert one.trail == ()
    assert one.conversation.contact is not None
    assert one.conversation.contact.signed_in


@pytest.mark.parametrize("text", ["", "[]", '{"id": 1}', '{"id": "1", "created_at": "secret words", "updated_at": 1}'])
def test_what_is_no_conversation_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(NotARecord) as refused:
        recorded(text, WORKSPACE)
    assert "secret" not in str(refused.value)


def test_other_brands_conversations_are_counted_and_broken_files_named(folder: Path) -> None:
    other = snoozed().conversation.model_copy(update={"inbox_id": "8202"})
    (folder / "other.json").write_text(record(Recorded(conversation=other)))
    (folder / "broken.json").write_text("{")
    (folder / "latin.json").write_bytes(b"\xff\xfe")
    found = read_folder(folder, real().policies.inboxes, WORKSPACE)
    assert (len(found.conversations), found.others) == (2, 1)
    assert [name for name, _ in found.problems] == ["broken.json", "latin.json"]


def test_a_changed_procedure_is_compared_as_json(folder: Path, longer_lull: Path) -> None:
    ran = CliRunner().invoke(
        app, ["sop", "replay", str(longer_lull), "--conversations", str(folder), "--bot-admin", "5000", "--json"]
    )
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert (told["conversations"], told["presses_known"], told["changed"]) == (2, 2, "2026-12")
    [only] = told["differing"]
    assert only["conversation_id"] == "900"
    assert {"aspect": "alerts", "what": "nudge owner", "current": "1×", "changed": "0×"} in only["differences"]
    assert {"what": "timers fired", "current": 1, "changed": 0} in told["totals"]


def test_and_as_a_table(folder: Path, longer_lull: Path) -> None:
    ran = CliRunner().invoke(app, ["sop", "replay", str(longer_lull), "--conversations", str(folder), "--bot-admin", "5000"])
    assert "1 of 2 conversations differ" in ran.stdout


def test_a_procedure_with_a_fault_is_not_replayed(folder: Path, longer_lull: Path) -> None:
    longer_lull.write_text(longer_lull.read_text().replace("to: waiting", "to: nowhere", 1))
    ran = CliRunner().invoke(app, ["sop", "replay", str(longer_lull), "--conversations", str(folder)])
    assert ran.exit_code == 2
    assert "state nowhere does not exist" in " ".join(ran.stderr.split())


def test_the_sandboxs_conversations_can_be_recorded(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["sop", "record", str(tmp_path / "out"), "--sandbox"])
    assert ran.exit_code == 0, ran.output
    files = sorted((tmp_path / "out").glob("*.json"))
    assert files
    assert all(recorded(one.read_text(), WORKSPACE).conversation.parts for one in files)
