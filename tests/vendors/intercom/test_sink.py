"""Writing to the inbox: each effect read back from the sandbox, and a doubtful reply found instead of sent twice (L14)."""

from datetime import timedelta
from typing import Any

import pytest

from playbooks.domain.conversation import PartKind
from retrieval.connection import Connection
from retrieval.errors import Surprised, Unavailable
from tests.vendors.intercom.served import Served
from tests.vendors.intercom.small_world import ARJUN, BOT, MEI, NOW, OURS, THEIRS

LENAS = "21547003"
HOSTILE = "Hello Lena <script>alert(1)</script>\n\nSee https://help.example/a?b=1&c=2.\nBest & kind"


def sandboxed(served: Served) -> dict[str, Any]:
    one = served.ask(f"conversations/{LENAS}")
    assert isinstance(one, dict)
    return one


def said(served: Served) -> list[tuple[str, str]]:
    return [(part["part_type"], part["author"]["id"]) for part in sandboxed(served)["parts"]]


async def test_a_reply_goes_out_escaped_as_the_agent_and_its_part_is_named(intercom: Connection, served: Served) -> None:
    assert intercom.inbox_sink is not None
    assert intercom.inbox_source is not None
    part_id = await intercom.inbox_sink.reply(LENAS, MEI, HOSTILE)
    (part,) = sandboxed(served)["parts"]
    assert (part["id"], part["part_type"], part["author"]["id"]) == (part_id, "comment", MEI)
    assert "<script>" not in part["body"]
    read = await intercom.inbox_source.conversation(LENAS)
    assert read is not None
    assert read.last_public_part is not None
    assert (read.last_public_part.part_id, read.last_public_part.text) == (part_id, HOSTILE)


async def test_a_note_is_no_public_part(intercom: Connection, served: Served) -> None:
    assert intercom.inbox_sink is not None
    assert intercom.inbox_source is not None
    part_id = await intercom.inbox_sink.note(LENAS, BOT, "Escalated")
    read = await intercom.inbox_source.conversation(LENAS)
    assert read is not None
    assert (read.parts[-1].part_id, read.parts[-1].kind) == (part_id, PartKind.NOTE)
    assert read.last_public_part is not None
    assert read.last_public_part.part_id != part_id
    assert said(served) == [("note", BOT)]


async def test_tags_go_by_name_are_made_when_new_and_stay_once(intercom: Connection, served: Served) -> None:
    assert intercom.inbox_sink is not None
    for tag in ("urgent_escalation", "Urgent_Escalation", "brand new"):
        await intercom.inbox_sink.add_tag(LENAS, BOT, tag)
    assert served.ask("state")["conversations"][LENAS]["tags"] == ["urgent_escalation", "brand new"]
    for tag in ("URGENT_escalation", "never there"):
        await intercom.inbox_sink.remove_tag(LENAS, BOT, tag)
        await intercom.inbox_sink.remove_tag(LENAS, BOT, tag)
    assert served.ask("state")["conversations"][LENAS]["tags"] == ["brand new"]


async def test_assigning_snoozing_closing_and_reopening_are_seen_in_the_inbox(intercom: Connection, served: Served) -> None:
    sink = intercom.inbox_sink
    assert sink is not None
    await sink.assign(LENAS, BOT, ARJUN, to_team=False)
    await sink.assign(LENAS, BOT, THEIRS, to_team=True)
    assert (sandboxed(served)["admin_assignee_id"], sandboxed(served)["team_assignee_id"]) == (5002, 8202)
    await sink.assign(LENAS, BOT, OURS, to_team=True)
    until = NOW + timedelta(hours=5)
    await sink.snooze(LENAS, MEI, until)
    assert (sandboxed(served)["state"], sandboxed(served)["snoozed_until"]) == ("snoozed", int(until.timestamp()))
    await sink.reopen(LENAS, MEI)
    assert (sandboxed(served)["state"], sandboxed(served)["snoozed_until"]) == ("open", None)
    await sink.close(LENAS, MEI)
    assert sandboxed(served)["state"] == "closed"
    assert [kind for kind, _ in said(served)] == ["assignment"] * 3 + ["snoozed", "unsnoozed", "close"]


async def test_a_reply_whose_answer_was_lost_is_doubtful_not_repeated_and_found(served: Served) -> None:
    intercom = served.connected(timeout_seconds=0.3)
    assert intercom.inbox_sink is not None
    served.fault("after_commit", match="POST .*/reply", times=1)
    with pytest.raises(Unavailable) as caught:
        await intercom.inbox_sink.reply(LENAS, MEI, HOSTILE)
    assert caught.value.doubtful
    found = await intercom.inbox_sink.find_part(LENAS, MEI, HOSTILE, NOW)
    assert [(part["id"], part["part_type"]) for part in sandboxed(served)["parts"]] == [(found, "comment")]
    assert intercom.close is not None
    await intercom.close()


async def test_a_reply_that_never_arrived_is_not_found(served: Served) -> None:
    intercom = served.connected(timeout_seconds=0.3)
    assert intercom.inbox_sink is not None
    served.fault("reset", match="POST .*/reply", times=1)
    with pytest.raises(Unavailable) as caught:
        await intercom.inbox_sink.reply(LENAS, MEI, "Hello")
    assert caught.value.doubtful
    assert await intercom.inbox_sink.find_part(LENAS, MEI, "Hello", NOW) is None
    assert intercom.close is not None
    await intercom.close()


async def test_only_the_same_admins_same_words_since_then_are_found(intercom: Connection) -> None:
    sink = intercom.inbox_sink
    assert sink is not None
    await sink.note(LENAS, MEI, "On it")
    newest = await sink.reply(LENAS, MEI, "On  it\n")
    assert await sink.find_part(LENAS, MEI, "On it", NOW) == newest
    assert await sink.find_part(LENAS, ARJUN, "On it", NOW) is None
    assert await sink.find_part(LENAS, MEI, "On it!", NOW) is None
    assert await sink.find_part(LENAS, MEI, "On it", NOW + timedelta(minutes=10)) is None
    assert await sink.find_part("999", MEI, "On it", NOW) is None


async def test_a_lagging_read_does_not_show_the_newest_part(intercom: Connection, served: Served) -> None:
    """The lie "missing_part": whoever reads back must read again before sending again."""
    assert intercom.inbox_sink is not None
    part_id = await intercom.inbox_sink.reply(LENAS, MEI, "On it")
    served.fault("contradict", detail="missing_part", match="GET")
    assert await intercom.inbox_sink.find_part(LENAS, MEI, "On it", NOW) is None
    served.calm()
    assert await intercom.inbox_sink.find_part(LENAS, MEI, "On it", NOW) == part_id


@pytest.mark.parametrize("write", ["add_tag", "assign", "close", "reopen"])
async def test_a_tag_is_repeated_and_a_write_that_leaves_a_part_is_doubtful_and_left_to_perform(
    served: Served, write: str
) -> None:
    intercom = served.connected(timeout_seconds=0.3)
    served.fault("after_commit", match=r"POST /(tags|conversations)", times=1)
    sink = intercom.inbox_sink
    assert sink is not None
    if write == "add_tag":
        await sink.add_tag(LENAS, BOT, "vip")
    else:
        asked = {"assign": sink.assign(LENAS, BOT, MEI, to_team=False), "close": sink.close(LENAS, BOT)}
        asked["reopen"] = sink.reopen(LENAS, BOT)
        with pytest.raises(Unavailable) as caught:
            await asked.pop(write)
        for unasked in asked.values():
            unasked.close()
        assert caught.value.doubtful
    one = served.ask("state")["conversations"][LENAS]
    wanted = {"add_tag": ("tags", ["vip"]), "assign": ("admin_assignee_id", 5001), "close": ("state", "closed")}
    key, value = wanted.get(write, ("state", "open"))
    assert one[key] == value
    assert intercom.close is not None
    await intercom.close()


async def test_removing_a_tag_whose_answer_was_lost_is_repeated_without_an_error(served: Served) -> None:
    """The second try finds the tag gone: that is what was wanted."""
    intercom = served.connected(timeout_seconds=0.3)
    sink = intercom.inbox_sink
    assert sink is not None
    await sink.add_tag(LENAS, BOT, "vip")
    served.fault("after_commit", match="DELETE", times=1)
    await sink.remove_tag(LENAS, BOT, "vip")
    assert served.ask("state")["conversations"][LENAS]["tags"] == []
    served.fault("status", match="DELETE", status=404, times=1)
    await sink.add_tag(LENAS, BOT, "vip")
    with pytest.raises(Surprised):
        await sink.remove_tag(LENAS, BOT, "vip")
    assert intercom.close is not None
    await intercom.close()


@pytest.mark.parametrize("odd", ["", "../admins", "1/parts", "²"])
async def test_an_id_that_is_no_number_never_reaches_intercom(intercom: Connection, served: Served, odd: str) -> None:
    sink = intercom.inbox_sink
    assert sink is not None
    for write in (sink.reply(odd, MEI, "x"), sink.close(odd, MEI), sink.remove_tag(odd, MEI, "x")):
        with pytest.raises(Surprised) as caught:
            await write
        assert caught.value.field == "conversation_id"
    assert served.recorder.exchanges == []
