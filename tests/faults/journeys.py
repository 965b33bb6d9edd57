"""The journeys whose every step is broken: A, a question answered; B, a chat answered and escalated; C, each deed once.

They act as people do, and wait until all is quiet between two gestures, so that a disturbed run decides as the undisturbed.
"""

import asyncio
from datetime import timedelta
from typing import Any, get_args

from bot.demo.agent import ConsoleAgent, button
from playbooks.domain.actions import (
    ACTION,
    Action,
    AddNote,
    AddTag,
    AssignConversation,
    CloseConversation,
    CommentCase,
    ConvertToTicket,
    CreateContact,
    LinkContact,
    NoteContact,
    OpenCase,
    RemoveTag,
    ReopenCase,
    ReopenConversation,
    SendReply,
    SetAttributes,
    ShowCard,
    SnoozeConversation,
    TagContact,
    UntagContact,
)
from playbooks.domain.card import Card
from playbooks.domain.case import CaseDraft, ContactDraft
from playbooks.domain.people import Surface
from playbooks.domain.place import ChannelKind, Place
from retrieval.sandbox_control import SandboxControl
from tests.faults.house import MONDAY, House
from tests.journeys.chat import text_of
from tests.journeys.salesforce import Colleague

PRIYA, MEI = "priya.nair@example.com", "mei.tan@solvane.example"
FIRST = "Where is my battery? The DHL tracking has not moved for days."
ANGRY = "This is really not good enough. I am very disappointed and want somebody to take this over now."
REPLY = "Hello Priya, I am looking into it with the carrier and will write to you here by noon."
ANOTHER = "hafiz.rahman@example.org"
"""Whoever is asked about has no part in the chat: what was gathered a moment ago may be shown again, and is lost by a kill."""


async def question(house: House) -> None:
    """Journey A."""
    mei = await house.agent(MEI)
    await mei.ask(f"what do we know about {ANOTHER}")
    await house.settled()
    await mei.see(lambda _, card: "Hafiz" in card.title and bool(card.as_of), "the customer")


async def chat(house: House) -> None:
    """Journey B."""
    intercom, mei = house.sandboxes["intercom"], await house.agent(MEI)
    body = {"email": PRIYA, "body": FIRST, "inbox_id": "8101"}
    conversation_id = str((await intercom.post("/_sandbox/customer/messages", body))["conversation_id"])
    await house.settled()
    message, alert = await see(mei, "Priya", conversation_id)
    await mei.press(message, button(alert, "Take"))
    await house.settled()
    message, draft = await mei.see(lambda _, card: card.title.startswith("Suggested reply"), "a draft")
    await mei.press(message, button(draft, "Send"), {"reply_text": REPLY})
    await house.settled()
    await mei.see(lambda _, card: card.title.startswith("Reply sent"), "the sent reply")
    await asyncio.sleep(1.1)  # Intercom's times are whole seconds, and who wrote last must not depend on the run
    body = {"email": PRIYA, "conversation_id": conversation_id, "body": ANGRY}
    await intercom.post("/_sandbox/customer/messages", body)
    await house.settled()
    message, alert = await see(mei, "disappointed", conversation_id)
    await mei.press(message, button(alert, "Escalate"))
    await house.settled()
    await mei.see(lambda _, card: "Case 0" in card.title, "the case")
    await mei.press(message, button(alert, "Escalate"))
    await house.settled()
    await mei.see(lambda _, card: card.title == "Nothing to do", "the answer to a second press")


async def see(agent: ConsoleAgent, words: str, conversation_id: str):  # type: ignore[no-untyped-def]
    return await agent.see(
        lambda one, card: one["thread_id"] is None and conversation_id in card.footer and words in text_of(card), words
    )


# journey C


def kinds() -> tuple[type[Action], ...]:
    """Every kind of action there is, from the union itself."""
    union, _ = get_args(Action)
    return get_args(union)


async def deeds(sandboxes: dict[str, SandboxControl]) -> list[str]:
    """One action of each kind, as JSON, on a conversation of its own in an inbox that no procedure runs in.

    *Errors:* KeyError for a kind of the union that nobody wrote down here.
    """
    salesforce = await sandboxes["salesforce"].state()
    closed = next(one["Id"] for one in salesforce["Case"] if one["IsClosed"])
    nobodys = await _nobodys_case(sandboxes["salesforce"].url)
    crm = (salesforce["Case"][0]["Id"], salesforce["Contact"][0]["Id"], nobodys, closed)
    made: list[Action] = []
    for kind in kinds():
        body = {"email": ANOTHER, "body": f"For {name(kind)}", "inbox_id": "8202"}
        written = await sandboxes["intercom"].post("/_sandbox/customer/messages", body)
        on = {"conversation_id": str(written["conversation_id"])}
        person = {"contact_id": str(written["contact_id"])}
        if kind is UntagContact:
            made.append(TagContact(once_key="deed:tag of a person to remove", tag="installer", **person, **on))
        if kind is RemoveTag:
            made.append(AddTag(once_key="deed:tag to remove", tag="resolved", **on))
        if kind is ReopenConversation:
            made.append(CloseConversation(once_key="deed:close to reopen", **on))
        made.append(_deed(kind, on, person, str(written["part_id"]), crm))
    return [ACTION.dump_json(one).decode() for one in made]


async def _nobodys_case(url: str) -> str:
    async with Colleague(url) as colleague:
        return await colleague.makes("Case", Subject="Nobody's")


def name(kind: type[Action]) -> str:
    found: str = kind.model_fields["do"].default
    return found


def _deed(
    kind: type[Action], conversation: dict[str, str], person: dict[str, str], part_id: str, crm: tuple[str, ...]
) -> Action:
    """`crm`: a case, a contact, a case of nobody, and a closed one."""
    key, (case_id, contact_id, nobodys_case_id, closed_case_id) = f"deed:{name(kind)}", crm
    conversation_id = conversation["conversation_id"]
    on: dict[str, Any] = {"once_key": key, **conversation}
    made: dict[type, Action] = {
        ShowCard: ShowCard(
            once_key=key,
            place=Place(surface=Surface.CONSOLE, channel_id="live-chat", channel_kind=ChannelKind.PRIVATE),
            card_key=f"card:{conversation_id}",
            card=Card(title="A card", summary="A card"),
            conversation_id=conversation_id,
        ),
        SendReply: SendReply(**on, text="We are looking into it.", written_for_part_id=part_id),
        AddNote: AddNote(**on, text="The carrier was called."),
        AddTag: AddTag(**on, tag="resolved"),
        RemoveTag: RemoveTag(**on, tag="resolved"),
        AssignConversation: AssignConversation(**on, assignee_id="5001"),
        SnoozeConversation: SnoozeConversation(**on, until=MONDAY + timedelta(hours=3)),
        CloseConversation: CloseConversation(**on),
        ReopenConversation: ReopenConversation(**on),
        SetAttributes: SetAttributes(**on, attributes=(("Product", "Inverter"),)),
        ConvertToTicket: ConvertToTicket(**on, ticket_type_id="53"),
        NoteContact: NoteContact(**on, **person, text="Prefers e-mail."),
        TagContact: TagContact(**on, **person, tag="vip"),
        UntagContact: UntagContact(**on, **person, tag="installer"),
        OpenCase: OpenCase(**on, draft=_case(conversation_id)),
        ReopenCase: ReopenCase(**on, case_id=closed_case_id),
        LinkContact: LinkContact(**on, case_id=case_id, contact_id=contact_id),
        CreateContact: CreateContact(
            **on, case_id=nobodys_case_id, contact=ContactDraft(last_name="Silva", email="ana@example.com")
        ),
        CommentCase: CommentCase(**on, case_id=case_id, text="The customer called again."),
    }
    return made[kind]


def _case(conversation_id: str) -> CaseDraft:
    return CaseDraft(
        external_id=f"deskside:{conversation_id}",
        subject="Battery swells",
        description="It swells.",
        priority="High",
        intercom_conversation_id=conversation_id,
        intercom_conversation_url=f"https://example.com/{conversation_id}",
    )
