"""Does what was decided: one function per action, the only caller of sinks and of surfaces' outbound sides.

Permission, dry run, the stale guard and once-only live here and nowhere else (design.md D3, D6). It never decides what to do.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from bot.perform_changes import change_conversation
from bot.perform_people import create_contact, duplicates, link_contact
from bot.perform_tools import (
    Attempt,
    Impossible,
    Result,
    Tools,
    acting_admin,
    agent_of,
    case_sink,
    inbox_sink,
    inbox_source,
    is_nonsense,
    looks,
)
from bot.surface import CannotTell
from playbooks.access import Denied, may
from playbooks.cards.notices import perhaps_twice
from playbooks.domain.actions import (
    Action,
    AddNote,
    CommentCase,
    CreateContact,
    LinkContact,
    OpenCase,
    ReopenCase,
    SendReply,
    ShowCard,
)
from playbooks.domain.events import ActionDone, ActionFailed, CaseOpened
from playbooks.domain.place import MessageRef, Place
from playbooks.domain.policy import Permission
from retrieval.errors import Refused, Surprised, VendorError

__all__ = ["Attempt", "Impossible", "Result", "Tools", "done", "failed", "perform"]

NEEDS: Mapping[str, Permission] = {
    "send_reply": Permission.REPLY,
    "add_note": Permission.NOTE,
    "add_tag": Permission.TAG,
    "remove_tag": Permission.TAG,
    "assign": Permission.ASSIGN,
    "snooze": Permission.SNOOZE,
    "close": Permission.CLOSE,
    "reopen": Permission.CLOSE,
    "set_attributes": Permission.TAG,
    "convert": Permission.OPEN_CASE,
    "note_contact": Permission.NOTE,
    "tag_contact": Permission.TAG,
    "untag_contact": Permission.TAG,
    "open_case": Permission.OPEN_CASE,
    "comment_case": Permission.OPEN_CASE,
    "reopen_case": Permission.OPEN_CASE,
    "link_contact": Permission.OPEN_CASE,
    "create_contact": Permission.OPEN_CASE,
}
"""Checked here a second time for whatever a person asked; what a declared rule does needs none (`on_behalf_of` is None)."""


async def perform(action: Action, tools: Tools, attempt: Attempt) -> Result:
    """The action's result, as the event that goes back through the front door.

    *Errors:* VendorError where trying again may help (`passes`); everything else becomes an `ActionFailed`.
    """
    try:
        _permitted(action, tools)
        if tools.dry_run and not isinstance(action, ShowCard):
            raise Impossible("Dry run: nothing was written.", "Set DESKSIDE_DRY_RUN=false to act for real.")
        return await _done(action, tools, attempt)
    except Impossible as error:
        return failed(action, str(error), error.remedy, attempt.now)
    except VendorError as error:
        if error.passes or error.doubtful or is_nonsense(error):
            raise
        refused = failed(action, _in_words(error), error.remedy, attempt.now)
        told = {"field": getattr(error, "field", None), "fields": getattr(error, "fields", ())}
        return refused.model_copy(update=told | await duplicates(error, tools))


def failed(action: Action, reason: str, remedy: str, now: datetime) -> ActionFailed:
    return ActionFailed(
        event_id=f"failed:{action.once_key}",
        source="deskside",
        at=now,
        conversation_id=action.conversation_id,
        action=action,
        reason=reason,
        remedy=remedy,
    )


def done(action: Action, now: datetime, result_id: str | None = None, message: MessageRef | None = None) -> ActionDone:
    return ActionDone(
        event_id=f"done:{action.once_key}",
        source="deskside",
        at=now,
        conversation_id=action.conversation_id,
        action=action,
        result_id=result_id or None,
        message=message,
    )


async def _done(action: Action, tools: Tools, attempt: Attempt) -> Result:
    match action:
        case ShowCard():
            return await show_card(action, tools, attempt)
        case SendReply():
            return await send_reply(action, tools, attempt)
        case AddNote():
            return await add_note(action, tools, attempt)
        case OpenCase():
            return await open_case(action, tools, attempt)
        case CommentCase():
            return await comment_case(action, tools, attempt)
        case ReopenCase():
            await case_sink(tools).reopen_case(action.case_id)
            return done(action, attempt.now, action.case_id)
        case LinkContact():
            return await link_contact(action, tools, attempt, done)
        case CreateContact():
            return await create_contact(action, tools, attempt, done)
        case _:
            return await change_conversation(action, tools, attempt, done)


async def show_card(action: ShowCard, tools: Tools, attempt: Attempt) -> Result:
    """Posts, or updates in place. A place that is gone for good is a failure of this card only (L17)."""
    surface = tools.surfaces.get(action.place.surface)
    if surface is None:
        raise Impossible(f"{action.place.surface.title()} is not connected.", "Connect it, or change the destination.")
    existing = await tools.posted(action.card_key)
    place = await _threaded(action, tools)
    found, card = None, action.card
    if attempt.maybe_done and existing is None:
        try:
            found = await surface.find(place, action.once_key)
        except CannotTell:
            card = perhaps_twice(card, action.place.surface.title())
    message = found or await surface.show(place, card, existing=existing, once_key=action.once_key)
    return done(action, attempt.now, message.message_id, message)


async def _threaded(action: ShowCard, tools: Tools) -> Place:
    """Under its alert where that was posted; where it was not, the card still appears, in the channel."""
    above = await tools.posted(action.under_card_key) if action.under_card_key else None
    if above is None:
        return action.place
    return action.place.model_copy(update={"thread_id": above.thread_id or above.message_id})


async def send_reply(action: SendReply, tools: Tools, attempt: Attempt) -> Result:
    """To the customer. Refused when the conversation moved on since the draft was written (L10)."""
    sink, admin_id = inbox_sink(tools), await acting_admin(action, tools)
    if part := await _found_part(action, admin_id, tools, attempt):
        return done(action, attempt.now, part)
    await _still_current(action, tools)
    return done(action, attempt.now, await sink.reply(action.conversation_id, admin_id, action.text))


async def _still_current(action: SendReply, tools: Tools) -> None:
    conversation = await inbox_source(tools).conversation(action.conversation_id)
    if conversation is None:
        raise Impossible("The conversation no longer exists in Intercom.")
    newest = conversation.last_public_part
    if newest and newest.part_id != action.written_for_part_id:
        raise Impossible(
            f"{newest.author.name or 'Somebody'} wrote after this draft was made; it was not sent.",
            "Read the new message, then send a fresh draft.",
        )


async def add_note(action: AddNote, tools: Tools, attempt: Attempt) -> Result:
    sink, admin_id = inbox_sink(tools), await acting_admin(action, tools)
    if part := await _found_part(action, admin_id, tools, attempt):
        return done(action, attempt.now, part)
    return done(action, attempt.now, await sink.note(action.conversation_id, admin_id, action.text))


async def _found_part(action: SendReply | AddNote, admin_id: str, tools: Tools, attempt: Attempt) -> str | None:
    """What an earlier attempt left, looked for until it would have appeared: Intercom has no idempotency keys (L14)."""
    if not attempt.maybe_done:
        return None
    sink, since = inbox_sink(tools), attempt.looked_for_since
    for wait_seconds in looks(attempt.unsettled_seconds(tools.settle)):
        if part := await sink.find_part(action.conversation_id, admin_id, action.text, since):
            return part
        await asyncio.sleep(wait_seconds)
    part = await sink.find_part(action.conversation_id, admin_id, action.text, since)
    if part is None:
        await attempt.repeating()
    return part


async def open_case(action: OpenCase, tools: Tools, attempt: Attempt) -> Result:
    """An upsert on the external id, so asking again opens no second case; read back first where in doubt (L14)."""
    known, sink = None, case_sink(tools)
    if attempt.maybe_done and tools.case_source:
        known = await tools.case_source.case_by_external_id(action.draft.external_id)
    case = known or await sink.open_case(action.draft)
    return CaseOpened(
        event_id=f"done:{action.once_key}",
        source="deskside",
        at=attempt.now,
        conversation_id=action.conversation_id,
        action=action,
        case=case,
    )


async def comment_case(action: CommentCase, tools: Tools, attempt: Attempt) -> Result:
    """The sink looks for its key in the case first; a doubtful one is given the time to appear."""
    sink = case_sink(tools)
    if attempt.maybe_done:
        await asyncio.sleep(attempt.unsettled_seconds(tools.settle))
        await attempt.repeating()
    return done(action, attempt.now, await sink.comment(action.case_id, action.text, action.once_key))


def _permitted(action: Action, tools: Tools) -> None:
    needed = NEEDS.get(action.do)
    if action.on_behalf_of is None or needed is None:
        return
    agent = agent_of(action.on_behalf_of, tools)
    verdict = may(agent, needed, tools.policies.roles)
    if isinstance(verdict, Denied):
        raise Impossible(verdict.reason)


def _in_words(error: VendorError) -> str:
    name = error.vendor.title()
    if isinstance(error, Refused):
        return f"{name} refused our credentials or permissions."
    if isinstance(error, Surprised) and error.field:
        return f"{name} did not accept the field {error.field}."
    return f"{name} did not accept the request."
