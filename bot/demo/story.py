"""The main job as it really happens: a customer writes, an agent answers, the customer is unhappy, a case is opened.

Every step acts through the surface a person would use, and is told only after its effect was read back from the sandboxes.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.demo.agent import ConsoleAgent, NothingCame, button
from bot.demo.stage import Stage
from bot.memory import inbox
from playbooks.domain.card import Card, TextInput

HERO = "priya.nair@example.com"
MEI, INBOX = "mei.tan@solvane.example", "8101"
FIRST_WORDS = (
    "Hi, I ordered a home battery (SV-20417) and the DHL tracking has not moved for days. It should have arrived last week. "
    "Where is it, and what happens now?"
)
ANGRY_WORDS = (
    "This is really not good enough. I have been waiting for days, nobody tells me anything, and my installer has cancelled. "
    "I am very disappointed and I want somebody to take this over now."
)
AGENTS_OWN_WORDS = "I have looked at your parcel myself and will stay on this chat until we know more."


@dataclass(frozen=True)
class Told:
    """One step: what happened, who did it, the card that was shown (if any), and what was read back as proof."""

    step: str
    who: str
    what: str
    proof: dict[str, Any] = field(default_factory=dict)
    card: Card | None = None


@dataclass
class Ids:
    """What was made on the way."""

    conversation_id: str = ""
    draft_id: str = ""
    reply_part_id: str = ""
    case_id: str = ""
    case_number: str = ""


async def story(stage: Stage, ids: Ids) -> AsyncIterator[Told]:
    """*Errors:* NothingCame or ValueError where a step had not its effect; whoever tells the story then says so."""
    mei = ConsoleAgent(stage.url, MEI, stage.token)
    await mei.sign_in()
    try:
        async for told in _arrival(stage, ids, mei):
            yield told
        async for told in _answer(stage, ids, mei):
            yield told
        async for told in _escalation(stage, ids, mei):
            yield told
    finally:
        await mei.aclose()


async def _arrival(stage: Stage, ids: Ids, mei: ConsoleAgent) -> AsyncIterator[Told]:
    intercom = stage.sandboxes["intercom"]
    written = await intercom.post("/_sandbox/customer/messages", {"email": HERO, "body": FIRST_WORDS, "inbox_id": INBOX})
    ids.conversation_id = str(written["conversation_id"])
    row = await _until(lambda: _stored(stage, ids.conversation_id), "the signed webhook in the inbox")
    yield Told(
        "webhook",
        "Priya Nair",
        "writes in the Messenger; Intercom's signed webhook is verified, stored and acknowledged",
        {"event_id": row.event_id, "topic": row.topic, "stored": True},
    )
    _, alert = await mei.see(lambda one, card: one["thread_id"] is None and _about(card, "Priya"), "the alert card")
    yield Told("alert", "Deskside", "tells the operators on shift", {"channel": "live-chat"}, alert)
    message, alert = await mei.see(lambda one, card: one["thread_id"] is None and _about(card, "Priya"), "the alert card")
    await mei.press(message, button(alert, "Take"))
    _, taken = await mei.see(lambda one, card: bool(card.status and "Mei" in card.status.text), "the taken alert")
    record = await _until(lambda: _assigned(stage, ids.conversation_id), "Mei as assignee in Intercom")
    yield Told("take", "Mei Tan", "takes the chat; Intercom shows her as its assignee", {"assignee": record}, taken)
    _, customer = await mei.see(lambda one, card: bool(card.as_of), "the customer card")
    yield Told("customer360", "Deskside", "knows the customer", {"sources": [one.source for one in customer.as_of]}, customer)


async def _answer(stage: Stage, ids: Ids, mei: ConsoleAgent) -> AsyncIterator[Told]:
    message, card = await mei.see(lambda one, card: _is_draft(card), "a suggested reply")
    ids.draft_id = _draft_id(card)
    citations = [fact for section in card.sections if section.title.startswith("What it rests on") for fact in section.elements]
    yield Told(
        "draft", "Deskside", "suggests a grounded reply, with its passages and macros", {"rests_on": len(citations)}, card
    )
    text = f"{_reply_text(card)}\n\n{AGENTS_OWN_WORDS}"
    await mei.press(message, button(card, "Send"), {"reply_text": text})
    part = await _until(lambda: _reply_in_intercom(stage, ids.conversation_id), "the reply in Intercom")
    ids.reply_part_id = str(part["id"])
    _, sent = await mei.see(lambda one, card: card.title.startswith("Reply sent"), "the sent reply")
    yield Told(
        "send", "Mei Tan", "edits the draft and sends it as herself", {"part_id": ids.reply_part_id, "author": "5001"}, sent
    )


async def _escalation(stage: Stage, ids: Ids, mei: ConsoleAgent) -> AsyncIterator[Told]:
    body = {"email": HERO, "conversation_id": ids.conversation_id, "body": ANGRY_WORDS}
    await stage.sandboxes["intercom"].post("/_sandbox/customer/messages", body)
    message, alert = await mei.see(
        lambda one, card: one["thread_id"] is None and _quotes(card, "disappointed"), "the alert again"
    )
    yield Told("unhappy", "Priya Nair", "is unhappy; the same alert is updated in place", {"same_message": True}, alert)
    await mei.press(message, button(alert, "Escalate"))
    case = await _until(lambda: _case(stage, ids.conversation_id), "the case in Salesforce")
    ids.case_id, ids.case_number = str(case["Id"]), str(case["CaseNumber"])
    _, shown = await mei.see(lambda one, card: ids.case_number in card.title, "the case card")
    yield Told("escalate", "Mei Tan", f"escalates: case {ids.case_number} is open, once", {"case_id": ids.case_id}, shown)
    record = await _until(lambda: _closed(stage, ids.conversation_id), "the conversation tagged and closed")
    _, closed = await mei.see(lambda one, card: _status(card, ids.case_number), "the alert with the case")
    yield Told("close", "Deskside", "tags, notes and closes the conversation in Intercom", record, closed)
    await mei.press(message, button(alert, "Escalate"))
    await mei.see(lambda one, card: card.title == "Nothing to do", "the answer to a second press")
    cases = await _cases(stage, ids.conversation_id)
    if len(cases) != 1:
        raise NothingCame(f"exactly one case was expected after a second press, there are {len(cases)}")
    yield Told("again", "Mei Tan", "presses Escalate a second time: still one case", {"cases": len(cases)})


async def _until(look: Callable[[], Awaitable[Any]], what: str, seconds: float = 20) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := await look():
            return found
        await asyncio.sleep(0.03)
    raise NothingCame(f"{what}: not there after {seconds:.0f} seconds")


async def _stored(stage: Stage, conversation_id: str) -> inbox.InboxRow | None:
    rows = await stage.service.database.read(lambda conn: inbox.recent(conn, conversation_id=conversation_id))
    return next((one for one in rows if one.source == "intercom"), None)


async def _record(stage: Stage, conversation_id: str) -> dict[str, Any]:
    record: dict[str, Any] = await stage.sandboxes["intercom"].get(f"/_sandbox/conversations/{conversation_id}")
    return record


async def _assigned(stage: Stage, conversation_id: str) -> str | None:
    assignee = (await _record(stage, conversation_id)).get("admin_assignee_id")
    return str(assignee) if str(assignee) == "5001" else None


async def _reply_in_intercom(stage: Stage, conversation_id: str) -> dict[str, Any] | None:
    parts = (await _record(stage, conversation_id))["parts"]
    return next((one for one in parts if AGENTS_OWN_WORDS in (one.get("body") or "")), None)


async def _cases(stage: Stage, conversation_id: str) -> list[dict[str, Any]]:
    state = await stage.sandboxes["salesforce"].state()
    return [one for one in state["Case"] if one.get("Deskside_Conversation__c") == conversation_id]


async def _case(stage: Stage, conversation_id: str) -> dict[str, Any] | None:
    return next(iter(await _cases(stage, conversation_id)), None)


async def _closed(stage: Stage, conversation_id: str) -> dict[str, Any] | None:
    state = (await stage.sandboxes["intercom"].state())["conversations"][conversation_id]
    record = await _record(stage, conversation_id)
    notes = [one for one in record["parts"] if one.get("part_type") == "note"]
    is_done = state["state"] == "closed" and "escalated" in state["tags"] and notes
    return {"state": state["state"], "tags": state["tags"], "notes": len(notes)} if is_done else None


def _about(card: Card, name: str) -> bool:
    return name in card.title and not card.as_of


def _status(card: Card, words: str) -> bool:
    return bool(card.status and words in card.status.text)


def _quotes(card: Card, words: str) -> bool:
    return any(words in getattr(one, "text", "") for section in card.sections for one in section.elements)


def _is_draft(card: Card) -> bool:
    return card.title.startswith("Suggested reply") and bool(_draft_id(card))


def _draft_id(card: Card) -> str:
    try:
        return str(getattr(button(card, "Send").press, "draft_id", ""))
    except NothingCame:
        return ""


def _reply_text(card: Card) -> str:
    inputs = [one for section in card.sections for one in section.elements if isinstance(one, TextInput)]
    return next((one.value for one in inputs if one.input_id == "reply_text"), "")
