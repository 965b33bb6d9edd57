"""Each change an agent may ask for (I3), as that agent, once, read back from Intercom's sandbox; none over a newer message."""

from datetime import timedelta
from typing import Any

import pytest

from bot.admins import AdminDirectory
from playbooks.domain.actions import (
    Action,
    AddTag,
    AssignConversation,
    Changing,
    CloseConversation,
    ConvertToTicket,
    NoteContact,
    RemoveTag,
    ReopenConversation,
    SetAttributes,
    SnoozeConversation,
    Still,
    TagContact,
    UntagContact,
)
from playbooks.domain.conversation import Conversation, ConversationState
from playbooks.domain.events import ActionDone, ActionFailed
from playbooks.undo import undone
from retrieval.connection import Connection
from tests.actions.doing import ARJUN_RAO, LENAS, MEI_TAN, agent, did, now, roster, tools
from tests.vendors.intercom.served import Served
from tests.vendors.intercom.small_world import ARJUN, MEI, NOW

WHO: dict[str, Any] = {"on_behalf_of": MEI_TAN, "conversation_id": LENAS}
UNTIL = NOW + timedelta(hours=5)
LENA = "lena.ong@example.net"


async def seen(intercom: Connection) -> Conversation:
    assert intercom.inbox_source is not None
    found = await intercom.inbox_source.conversation(LENAS)
    assert found is not None
    return found


def authors(served: Served) -> list[tuple[str, str]]:
    return [(one["part_type"], one["author"]["id"]) for one in served.ask(f"conversations/{LENAS}")["parts"]]


async def every_change(intercom: Connection) -> list[Action]:
    """Each of them guarded by what was seen, in an order in which each changes something."""
    at = (await seen(intercom)).updated_at
    contact = (await seen(intercom)).contact
    assert contact is not None
    who, contact_id = WHO | {"seen_at": at}, contact.contact_id
    return [
        AddTag(once_key="1", tag="outage", **who),
        RemoveTag(once_key="2", tag="outage", **who),
        AssignConversation(once_key="3", assignee_id=ARJUN, **who),
        SnoozeConversation(once_key="4", until=UNTIL, **who),
        ReopenConversation(once_key="5", **who),
        CloseConversation(once_key="6", **who),
        SetAttributes(once_key="7", attributes=(("Product", "Inverter"),), **who),
        NoteContact(once_key="8", contact_id=contact_id, text="Prefers e-mail", **who),
        TagContact(once_key="9", contact_id=contact_id, tag="installer", **who),
        UntagContact(once_key="10", contact_id=contact_id, tag="installer", **who),
        ConvertToTicket(once_key="11", ticket_type_id="53", **who),
    ]


async def test_every_change_is_made_as_the_agent_who_asked_and_seen_in_the_inbox(intercom: Connection, served: Served) -> None:
    for action in await every_change(intercom):
        result = await did(action, tools(intercom))
        assert isinstance(result, ActionDone), (action.do, result)
        assert not result.unchanged
    assert [(kind, who) for kind, who in authors(served)] == [
        ("assignment", MEI),
        ("snoozed", MEI),
        ("unsnoozed", MEI),
        ("close", MEI),
    ]
    kept = served.ask("state")
    assert kept["people"][LENA]["tags"] == []
    assert [(one["author"]["id"], one["body"]) for one in kept["people"][LENA]["notes"]] == [(MEI, "<p>Prefers e-mail</p>")]
    assert served.ask(f"conversations/{LENAS}")["custom_attributes"] == {"Product": "Inverter"}
    assert kept["tickets"][LENAS]["ticket_type"]["name"] == "Return"


async def test_nothing_is_changed_over_a_message_the_person_has_not_seen(intercom: Connection, served: Served) -> None:
    changes = await every_change(intercom)
    served.tell("customer/messages", email=LENA, conversation_id=LENAS, body="One more thing")
    before = served.ask(f"conversations/{LENAS}")
    for action in changes:
        refused = await did(action, tools(intercom))
        assert isinstance(refused, ActionFailed), action.do
        assert refused.reason == "Lena Ong wrote after you looked; nothing was changed."
    assert served.ask(f"conversations/{LENAS}") == before


async def test_what_is_so_already_is_left_alone_and_said_to_be(intercom: Connection, served: Served) -> None:
    at = (await seen(intercom)).updated_at
    for _ in range(2):
        result = await did(CloseConversation(once_key="1", seen_at=at, **WHO), tools(intercom))
    assert isinstance(result, ActionDone)
    assert result.unchanged
    assert authors(served) == [("close", MEI)]


@pytest.mark.parametrize("kind", ["close", "note", "convert"])
async def test_a_change_whose_answer_was_lost_is_found_and_not_made_twice(
    intercom: Connection, served: Served, kind: str
) -> None:
    changes = {one.do: one for one in await every_change(intercom)}
    action = {"close": changes["close"], "note": changes["note_contact"], "convert": changes["convert"]}[kind]
    with_ = tools(intercom)
    assert isinstance(await did(action, with_), ActionDone)
    again = await did(action, with_, maybe_done=True)
    assert isinstance(again, ActionDone)
    state = served.ask("state")
    assert len(state["people"][LENA]["notes"]) == (kind == "note")
    assert len(state["tickets"]) == (kind == "convert")
    assert authors(served) == ([("close", MEI)] if kind == "close" else [])


async def test_an_attribute_that_intercom_does_not_take_is_named(intercom: Connection, served: Served) -> None:
    served.fault("contradict", detail="ignores_attributes")
    refused = await did(SetAttributes(once_key="1", attributes=(("Nonsense", "x"),), **WHO), tools(intercom))
    assert isinstance(refused, ActionFailed)
    assert refused.field == "Nonsense"
    assert "“Nonsense”" in refused.remedy


# undo


async def changed_and_undone(intercom: Connection, action: Any, meanwhile: Any = None) -> ActionDone | ActionFailed:
    made = await did(action, tools(intercom))
    assert isinstance(made, ActionDone), made
    if meanwhile is not None:
        await did(meanwhile, tools(intercom))
    back = undone(made.action, made.before, made.result_id, "undo", MEI_TAN, now())
    assert back is not None
    result = await did(back, tools(intercom))
    assert isinstance(result, ActionDone | ActionFailed)
    return result


def changes(at: Any) -> list[Changing]:
    who = WHO | {"seen_at": at}
    return [
        AddTag(once_key="1", tag="outage", **who),
        AssignConversation(once_key="3", assignee_id=ARJUN, **who),
        SnoozeConversation(once_key="4", until=UNTIL, **who),
        CloseConversation(once_key="6", **who),
    ]


@pytest.mark.parametrize("number", range(4))
async def test_undoing_makes_it_as_it_was(intercom: Connection, number: int) -> None:
    supervisor = (await seen(intercom)).updated_at
    was = await seen(intercom)
    assert isinstance(await changed_and_undone(intercom, changes(supervisor)[number]), ActionDone)
    after = await seen(intercom)
    assert (after.state, after.assignee_admin_id, after.tags, after.snoozed_until) == (
        was.state,
        was.assignee_admin_id,
        was.tags,
        was.snoozed_until,
    )


MEANWHILE: dict[str, tuple[Changing, Changing]] = {
    "reassigned": (
        AssignConversation(once_key="1", assignee_id=ARJUN, **WHO),
        AssignConversation(once_key="2", assignee_id=MEI, **WHO),
    ),
    "snoozed for longer": (
        SnoozeConversation(once_key="1", until=UNTIL, **WHO),
        SnoozeConversation(once_key="2", until=UNTIL + timedelta(hours=1), **WHO),
    ),
    "reopened": (CloseConversation(once_key="1", **WHO), ReopenConversation(once_key="2", **WHO)),
}


@pytest.mark.parametrize("meanwhile", MEANWHILE)
async def test_what_somebody_moved_since_is_not_undone(intercom: Connection, meanwhile: str) -> None:
    first, second = (one.model_copy(update={"only_if": Still()}) for one in MEANWHILE[meanwhile])
    result = await changed_and_undone(intercom, first, second)
    moved = await seen(intercom)
    assert isinstance(result, ActionFailed)
    assert "moved" in result.reason
    assert (moved.state, moved.assignee_admin_id) == {
        "reassigned": (ConversationState.OPEN, MEI),
        "snoozed for longer": (ConversationState.SNOOZED, None),
        "reopened": (ConversationState.OPEN, None),
    }[meanwhile]


async def test_a_chat_closed_again_by_somebody_else_stays_closed(intercom: Connection) -> None:
    with_ = tools(intercom)
    made = await did(CloseConversation(once_key="1", only_if=Still(), **WHO), with_)
    await did(ReopenConversation(once_key="2", on_behalf_of=ARJUN_RAO, conversation_id=LENAS), with_)
    await did(CloseConversation(once_key="3", on_behalf_of=ARJUN_RAO, conversation_id=LENAS), with_)
    assert isinstance(made, ActionDone)
    back = undone(made.action, made.before, made.result_id, "undo", MEI_TAN, now())
    assert back is not None
    assert isinstance(await did(back, with_), ActionFailed)
    assert (await seen(intercom)).state is ConversationState.CLOSED


# as whom


async def test_an_agent_without_an_id_in_the_roster_is_known_by_their_email(intercom: Connection, served: Served) -> None:
    mine = roster(agent(MEI_TAN, "Mei Tan", None))
    assert isinstance(await did(CloseConversation(once_key="1", **WHO), tools(intercom, mine)), ActionDone)
    assert authors(served) == [("close", MEI)]


@pytest.mark.parametrize(
    ("admin_id", "agent_id", "reason", "remedy"),
    [
        (ARJUN, MEI_TAN, "is Arjun Rao's in Intercom", f"Set intercom_admin_id to {MEI} in"),
        ("777", MEI_TAN, "is nobody's in Intercom", f"Set intercom_admin_id to {MEI} in"),
        (None, "new@solvane.example", "is no teammate in Intercom", "Invite new@solvane.example to the Intercom workspace"),
        ("777", "new@solvane.example", "is nobody's in Intercom", "Invite new@solvane.example to the Intercom workspace"),
    ],
)
async def test_an_agent_whom_intercom_does_not_know_is_told_the_remedy_and_writes_as_nobody_else(
    intercom: Connection, served: Served, admin_id: str | None, agent_id: str, reason: str, remedy: str
) -> None:
    mine = roster(agent(agent_id, "Mei Lin", admin_id))
    action = CloseConversation(once_key="1", on_behalf_of=agent_id, conversation_id=LENAS)
    refused = await did(action, tools(intercom, mine))
    assert isinstance(refused, ActionFailed)
    assert reason in refused.reason
    assert remedy in refused.remedy
    assert authors(served) == []


async def test_intercoms_list_of_admins_is_kept_and_an_older_one_will_do_while_it_does_not_answer(
    intercom: Connection, served: Served
) -> None:
    assert intercom.inbox_source is not None
    moment = [now()]
    directory = AdminDirectory(intercom.inbox_source.admins, lambda: moment[0])
    mei = agent(MEI_TAN, "Mei Tan", None)
    assert [await directory.id_of(mei) for _ in range(3)] == [MEI] * 3
    assert sum(one.path == "/admins" for one in served.recorder.exchanges) == 1
    served.fault("status", status=503, match="GET /admins")
    moment[0] += timedelta(hours=2)
    assert await directory.id_of(mei) == MEI
    served.calm()
    await directory.id_of(mei)
    assert sum(one.path == "/admins" and one.status == 200 for one in served.recorder.exchanges) == 2
