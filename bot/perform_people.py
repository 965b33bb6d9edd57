"""Says whose case it is, and makes that person in the CRM on request, once; whom to take is for people to decide."""

import asyncio
from collections.abc import Callable
from typing import Any

from bot.perform_tools import Attempt, Impossible, Tools, case_sink
from playbooks.domain.actions import CreateContact, LinkContact
from playbooks.domain.events import ActionDone
from retrieval.errors import Duplicated, VendorError
from retrieval.ports import CaseSource

Done = Callable[..., ActionDone]


async def link_contact(action: LinkContact, tools: Tools, attempt: Attempt, done: Done) -> ActionDone:
    """It states how the case is to be, so it may be repeated."""
    await case_sink(tools).link_contact(action.case_id, action.contact_id)
    return done(action, attempt.now, action.contact_id)


async def create_contact(action: CreateContact, tools: Tools, attempt: Attempt, done: Done) -> ActionDone:
    """Only while the case has nobody: the second of two agents is told. What an earlier attempt made is looked for (L14)."""
    source = _source(tools)
    if known := await source.contact_of(action.case_id):
        if attempt.maybe_done:
            return done(action, attempt.now, known)
        raise Impossible("The case has a contact already.", "Open it in Salesforce to change that.")
    made = await _made_before(action, source, tools, attempt) if attempt.maybe_done else None
    contact_id = made or await case_sink(tools).create_contact(action.contact, action.insist, action.once_key)
    await case_sink(tools).link_contact(action.case_id, contact_id)
    return done(action, attempt.now, contact_id)


async def _made_before(action: CreateContact, source: CaseSource, tools: Tools, attempt: Attempt) -> str | None:
    await asyncio.sleep(attempt.unsettled_seconds(tools.settle))
    found = await source.contact_made(action.contact, action.once_key)
    if found is None:
        await attempt.repeating()
    return found


async def duplicates(error: VendorError, tools: Tools) -> dict[str, Any]:
    """The people whom the CRM took the new one for, by name; a CRM that does not tell their names leaves their ids."""
    if not isinstance(error, Duplicated):
        return {}
    found = await _source(tools).contacts(error.record_ids)
    return {"candidates": tuple(found), "may_insist": error.may_insist}


def _source(tools: Tools) -> CaseSource:
    if tools.case_source is None:
        raise Impossible("Salesforce is not connected.", "Set the DESKSIDE_SALESFORCE_… variables.")
    return tools.case_source
