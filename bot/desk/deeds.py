"""What a deed means for one conversation: actions, by the procedure where one runs, or why it is not possible."""

from bot.desk.causing import Causing
from bot.desk.chat import follow
from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.scene import Scene
from playbooks.access import Denied, may
from playbooks.conversation_search import colleague
from playbooks.deeds import ACTION_OF, NEEDS
from playbooks.domain.actions import (
    Action,
    AddNote,
    AddTag,
    Answer,
    AssignConversation,
    Changing,
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
from playbooks.domain.base import Instant
from playbooks.domain.deed import Deed
from playbooks.domain.people import Agent
from playbooks.domain.search import NOBODY
from playbooks.machine import Refused, Stayed, step
from playbooks.when import when
from playbooks.words import listed, moment, shortened

LONGEST_TAG = 120


class NotPossible(Exception):
    """`str(error)` and `remedy` are fit to show; `is_so`: it is as it was asked for already."""

    def __init__(self, reason: str, remedy: str = "", *, is_so: bool = False) -> None:
        super().__init__(reason)
        self.remedy, self.is_so = remedy, is_so


async def decide(
    office: Office, plan: Plan, found: Scene, agent: Agent, deed: Deed, *, seen_at: Instant, answer: Answer | None = None
) -> None:
    """Puts into the plan what does it. `seen_at` is the inbox's time of the conversation as the agent saw it (L10).

    *Errors:* NotPossible.
    """
    allowed(office, agent, deed)
    newest = found.conversation.last_customer_part
    if newest is not None and newest.at > seen_at:
        raise NotPossible(f"{newest.author.name or 'The customer'} wrote after you looked.", "Read it, then ask again.")
    match deed.do:
        case "close" if found.run is not None and found.sop is not None:
            await _by_procedure(office, plan, found, agent, "resolve", Causing(agent=agent))
        case "snooze" if await _snoozed_by_procedure(office, plan, found, agent, deed):
            pass
        case _:
            plan.actions.append(await _action(office, plan, found, agent, deed))
    _guarded(plan, deed, seen_at, answer)


def allowed(office: Office, agent: Agent, deed: Deed) -> None:
    verdict = may(agent, NEEDS[deed.do], office.policies.roles)
    if isinstance(verdict, Denied):
        raise NotPossible(verdict.reason)


async def _by_procedure(office: Office, plan: Plan, found: Scene, agent: Agent, transition: str, by: Causing) -> None:
    """A chat with a procedure is closed and snoozed as the procedure says (P6). *Errors:* NotPossible."""
    assert found.sop is not None
    assert found.run is not None
    outcome = step(
        found.sop,
        found.run,
        transition,
        facts=found.guards(office, agent, pressed=True),
        now=office.now,
        event_id=plan.cause.event_id,
        by=agent.agent_id,
    )
    if isinstance(outcome, Refused | Stayed):
        raise NotPossible(outcome.reason, is_so=isinstance(outcome, Stayed))
    await follow(office, plan, found, outcome, by)


async def _snoozed_by_procedure(office: Office, plan: Plan, found: Scene, agent: Agent, deed: Deed) -> bool:
    """False: no procedure runs, or its state says nothing of snoozing."""
    if found.run is None or found.sop is None or not found.sop.cells(found.run.state, "snooze"):
        return False
    length = until(office, agent, deed) - office.now
    await _by_procedure(office, plan, found, agent, "snooze", Causing(agent=agent, snooze=length))
    return True


def until(office: Office, agent: Agent, deed: Deed) -> Instant:
    """*Errors:* NotPossible where the words mean no time."""
    found = when(deed.value, office.now, office.zone_of(agent))
    if found is None:
        words = shortened(deed.value, 60)
        raise NotPossible(f"“{words}” is no time that I understand.", "Try: until tomorrow 9, for 2h, until monday 10:30.")
    return found


async def _action(office: Office, plan: Plan, found: Scene, agent: Agent, deed: Deed) -> Action:
    who = {"once_key": plan.key("act"), "on_behalf_of": agent.agent_id, "conversation_id": found.conversation_id}
    match deed.do:
        case "tag":
            return AddTag(**who, tag=_tag(deed))
        case "untag":
            return RemoveTag(**who, tag=_tag(deed))
        case "assign":
            return AssignConversation(**who, assignee_id=assignee_id(office, agent, deed))
        case "snooze":
            return SnoozeConversation(**who, until=until(office, agent, deed))
        case "close":
            return CloseConversation(**who)
        case "reopen" | "unsnooze":
            return ReopenConversation(**who)
        case "note":
            return AddNote(**who, text=deed.value)
        case "set":
            return SetAttributes(**who, attributes=((deed.name, deed.value),))
        case "convert":
            return await _conversion(office, who, deed)
        case "note_contact":
            return NoteContact(**who, contact_id=_person(found), text=deed.value)
        case "tag_contact":
            return TagContact(**who, contact_id=_person(found), tag=_tag(deed))
        case "untag_contact":
            return UntagContact(**who, contact_id=_person(found), tag=_tag(deed))


def _tag(deed: Deed) -> str:
    if not deed.value or len(deed.value) > LONGEST_TAG:
        raise NotPossible(f"A tag has 1 to {LONGEST_TAG} characters.")
    return deed.value


def assignee_id(office: Office, agent: Agent, deed: Deed) -> str:
    """*Errors:* NotPossible where the words mean no colleague, or several, or one whom Intercom does not know."""
    if deed.value.lower() in {"nobody", "no one", "none"}:
        return NOBODY
    chosen = colleague(deed.value, agent, office.policies.team)
    if chosen is None:
        names = listed([one.name for one in office.policies.team.agents if one.intercom_admin_id][:8])
        raise NotPossible(f"“{shortened(deed.value, 60)}” is not exactly one colleague.", f"Known: {names}.")
    if chosen.intercom_admin_id is None:
        raise NotPossible(f"{chosen.name} has no Intercom admin id.", "Add intercom_admin_id in knowledge/policies/team.yaml.")
    return chosen.intercom_admin_id


async def _conversion(office: Office, who: dict[str, str], deed: Deed) -> ConvertToTicket:
    types = await office.inbox.ticket_types() if office.inbox else ()
    wanted = deed.value.strip(" \"'“”").casefold()
    fitting = [one for one in types if one.name.casefold() == wanted] if wanted else list(types)
    if len(fitting) != 1:
        names = listed([one.name for one in types]) or "none; an administrator makes them in Intercom's settings"
        raise NotPossible("Which ticket type?", f"Say, for example, “convert this to a Return ticket”. There are: {names}.")
    return ConvertToTicket(**who, ticket_type_id=fitting[0].ticket_type_id, type_name=fitting[0].name)


def _person(found: Scene) -> str:
    contact = found.conversation.contact
    if contact is None:
        raise NotPossible("Intercom names no person for this conversation.")
    return contact.contact_id


def _guarded(plan: Plan, deed: Deed, seen_at: Instant, answer: Answer | None) -> None:
    """The action that does the deed is told to the person; the procedure's other effects follow from it."""
    for place, action in enumerate(plan.actions):
        if action.do != ACTION_OF[deed.do]:
            continue
        if isinstance(action, Changing):
            plan.actions[place] = action.model_copy(update={"answer": answer, "seen_at": seen_at})
        elif isinstance(action, AddNote):
            plan.actions[place] = action.model_copy(update={"answer": answer})


def worded(office: Office, agent: Agent, deed: Deed) -> str:
    """What is asked for, as a person would say it. *Errors:* NotPossible where its time or person is not understood."""
    match deed.do:
        case "tag" | "untag":
            return f"{'Tag' if deed.do == 'tag' else 'Remove the tag'} “{_tag(deed)}”"
        case "assign":
            admin_id = assignee_id(office, agent, deed)
            name = next((one.name for one in office.policies.team.agents if one.intercom_admin_id == admin_id), "nobody")
            return f"Assign to {name}"
        case "snooze":
            return f"Snooze until {moment(until(office, agent, deed), office.zone_of(agent))}"
        case "set":
            return f"Set {shortened(deed.name, 60)} to {shortened(deed.value, 60)}"
        case "convert":
            return f"Convert to a {deed.value} ticket".replace("  ", " ")
        case "tag_contact" | "untag_contact":
            return f"{'Tag the customer' if deed.do == 'tag_contact' else 'Remove the customer’s tag'} “{_tag(deed)}”"
        case _:
            return {
                "unsnooze": "Wake up",
                "close": "Close",
                "reopen": "Reopen",
                "note": "Add a note",
                "note_contact": "Add a note on the customer",
            }[deed.do]
