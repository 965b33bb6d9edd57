"""Makes one change to a conversation or to the person in it, once, unless somebody moved it since; it decides nothing.

A conversation that is so already is left alone: each change leaves a part and a notification, and undoing it must not take
back what was there before us.
"""

import asyncio
from collections.abc import Callable

from bot.perform_tools import (
    Attempt,
    Change,
    Impossible,
    Tools,
    acting_admin,
    contact_sink,
    inbox_sink,
    inbox_source,
    is_so,
    looks,
)
from playbooks.domain.actions import (
    AddTag,
    AssignConversation,
    CloseConversation,
    ConvertToTicket,
    NoteContact,
    RemoveTag,
    ReopenConversation,
    SetAttributes,
    SnoozeConversation,
    TagContact,
    UntagContact,
)
from playbooks.domain.conversation import Conversation
from playbooks.domain.events import ActionDone
from playbooks.undo import before, is_still
from retrieval.ports import InboxSink

Done = Callable[..., ActionDone]
MOVED_ON = "Somebody moved the conversation since; it is left as it is now."


async def change_conversation(action: Change, tools: Tools, attempt: Attempt, done: Done) -> ActionDone:
    """One in doubt is looked for before it is repeated."""
    if attempt.maybe_done and await _already(action, tools, attempt):
        return done(action, attempt.now)
    was = ""
    if _is_somebodys(action):
        conversation = await inbox_source(tools).conversation(action.conversation_id)
        if conversation is None:
            raise Impossible("The conversation no longer exists in Intercom.")
        _guarded(action, conversation)
        if is_so(action, conversation):
            return done(action, attempt.now).model_copy(update={"unchanged": True})
        was = before(action, conversation)
    made = await _changed(action, tools, attempt)
    return done(action, attempt.now, made).model_copy(update={"before": was})


def _is_somebodys(action: Change) -> bool:
    """A person saw the conversation and asked for this; the effects of a procedure's step follow from it and are not asked."""
    return not (action.seen_at is None and action.only_if is None and action.answer is None)


def _guarded(action: Change, conversation: Conversation) -> None:
    """*Errors:* Impossible where the customer wrote since the person looked (L10), or it is not as an undoing wants it."""
    if action.only_if is not None and not is_still(action.only_if, conversation):
        raise Impossible(MOVED_ON)
    newest = conversation.last_customer_part
    if action.seen_at is not None and newest is not None and newest.at > action.seen_at:
        raise Impossible(
            f"{newest.author.name or 'The customer'} wrote after you looked; nothing was changed.",
            "Read the new message, then ask again.",
        )


async def _changed(action: Change, tools: Tools, attempt: Attempt) -> str:
    admin_id = await acting_admin(action, tools)
    match action:
        case NoteContact() | TagContact() | UntagContact():
            return await _on_the_person(action, admin_id, tools)
        case _:
            return await _on_the_conversation(action, admin_id, inbox_sink(tools))


async def _on_the_conversation(action: Change, admin_id: str, sink: InboxSink) -> str:
    key = action.conversation_id
    match action:
        case AddTag(tag=tag):
            return await sink.add_tag(key, admin_id, tag)
        case RemoveTag(tag=tag):
            return await sink.remove_tag(key, admin_id, tag)
        case AssignConversation(assignee_id=assignee, to_team=to_team):
            return await sink.assign(key, admin_id, assignee, to_team)
        case SnoozeConversation(until=until):
            return await sink.snooze(key, admin_id, until)
        case CloseConversation():
            return await sink.close(key, admin_id)
        case ReopenConversation():
            return await sink.reopen(key, admin_id)
        case SetAttributes(attributes=attributes):
            await sink.set_attributes(key, dict(attributes))
            return ""
        case ConvertToTicket(ticket_type_id=ticket_type_id):
            return await sink.convert(key, ticket_type_id)
        case _:
            raise AssertionError(f"not a change of a conversation: {action.do}")


async def _on_the_person(action: NoteContact | TagContact | UntagContact, admin_id: str, tools: Tools) -> str:
    sink = contact_sink(tools)
    match action:
        case NoteContact(contact_id=contact_id, text=text):
            return await sink.note_contact(contact_id, admin_id, text)
        case TagContact(contact_id=contact_id, tag=tag):
            await sink.tag_contact(contact_id, tag)
        case UntagContact(contact_id=contact_id, tag=tag):
            await sink.untag_contact(contact_id, tag)
    return ""


async def _already(action: Change, tools: Tools, attempt: Attempt) -> bool:
    for wait_seconds in looks(attempt.unsettled_seconds(tools.settle)):
        if await _is_made(action, tools, attempt):
            return True
        await asyncio.sleep(wait_seconds)
    if await _is_made(action, tools, attempt):
        return True
    await attempt.repeating()
    return False


async def _is_made(action: Change, tools: Tools, attempt: Attempt) -> bool:
    """Tags of a person are simply set again."""
    match action:
        case NoteContact(contact_id=contact_id, text=text):
            admin_id = await acting_admin(action, tools)
            found = await contact_sink(tools).find_contact_note(contact_id, admin_id, text, attempt.looked_for_since)
            return found is not None
        case ConvertToTicket():
            return await inbox_sink(tools).ticket_of(action.conversation_id) is not None
        case TagContact() | UntagContact():
            return False
        case _:
            now = await inbox_source(tools).conversation(action.conversation_id)
            return now is not None and is_so(action, now)
