"""What actions are done with, and how an attempt stands; it performs nothing."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.admins import AdminDirectory, NoAdmin
from bot.surface import SurfaceOut
from playbooks.domain.actions import (
    Action,
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
from playbooks.domain.conversation import Conversation, ConversationState
from playbooks.domain.events import ActionDone, ActionFailed, CaseOpened
from playbooks.domain.people import Agent, Surface
from playbooks.domain.place import MessageRef
from playbooks.domain.policy import Policies
from playbooks.domain.search import NOBODY
from retrieval.errors import Surprised, VendorError
from retrieval.ports import CaseSink, CaseSource, ContactSink, InboxSink, InboxSource

CLOCKS_APART = timedelta(minutes=1)
"""How far a vendor's clock may be behind ours when a doubtful reply is looked for. Not longer: an agent may well send the
same holding words twice in one chat."""

SETTLE = timedelta(seconds=45)
"""How long a write that a vendor took may go unseen, in its own queue (30 s seen) or its readers' lag; then it is repeated."""


Result = ActionDone | CaseOpened | ActionFailed


class Impossible(Exception):
    """The action will not take effect; `str(error)` and `remedy` are fit to show."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.remedy = remedy


@dataclass(frozen=True)
class Tools:
    """What actions are done with. An absent vendor or surface makes its actions fail by name, never silently."""

    inbox: InboxSink | None
    conversations: InboxSource | None
    cases: CaseSink | None
    case_source: CaseSource | None
    surfaces: Mapping[Surface, SurfaceOut]
    posted: Callable[[str], Awaitable[MessageRef | None]]
    policies: Policies
    bot_admin_id: str
    contacts: ContactSink | None = None
    admins: AdminDirectory | None = None
    dry_run: bool = False
    settle: timedelta = SETTLE


async def nothing() -> None:
    return


@dataclass(frozen=True)
class Attempt:
    """`maybe_done`: an earlier attempt may have taken effect, so read back before doing it again.

    `since`: when it was decided; `last`: when it was last asked for; `repeating` writes down that it is asked for again.
    """

    now: datetime
    maybe_done: bool = False
    since: datetime | None = None
    last: datetime | None = None
    repeating: Callable[[], Awaitable[object]] = nothing

    @property
    def looked_for_since(self) -> datetime:
        return (self.since or self.now) - CLOCKS_APART

    def unsettled_seconds(self, settle: timedelta) -> float:
        """How much longer what the earlier attempt asked for may still appear."""
        return max(0.0, ((self.last or self.now) + settle - self.now).total_seconds()) if self.maybe_done else 0.0


def agent_of(agent_id: str, tools: Tools) -> Agent:
    agent = tools.policies.team.agent(agent_id)
    if agent is None:
        raise Impossible(f"{agent_id} is not on the team's roster.", "Add them to knowledge/policies/team.yaml.")
    return agent


async def acting_admin(action: Action, tools: Tools) -> str:
    """As the agent who asked, whom Intercom knows by this id; as the bot's own admin where a rule acts."""
    if action.on_behalf_of is None:
        return tools.bot_admin_id
    agent = agent_of(action.on_behalf_of, tools)
    if tools.admins is not None:
        return await _verified(agent, tools.admins)
    if not agent.intercom_admin_id:
        raise Impossible(f"{agent.name} has no Intercom admin id.", "Add intercom_admin_id in knowledge/policies/team.yaml.")
    return agent.intercom_admin_id


async def _verified(agent: Agent, admins: AdminDirectory) -> str:
    try:
        return await admins.id_of(agent)
    except NoAdmin as error:
        raise Impossible(str(error), error.remedy) from error


def inbox_sink(tools: Tools) -> InboxSink:
    if tools.inbox is None:
        raise Impossible("Intercom is not connected.", "Set the DESKSIDE_INTERCOM_… variables.")
    return tools.inbox


def contact_sink(tools: Tools) -> ContactSink:
    if tools.contacts is None:
        raise Impossible("Intercom is not connected.", "Set the DESKSIDE_INTERCOM_… variables.")
    return tools.contacts


def inbox_source(tools: Tools) -> InboxSource:
    if tools.conversations is None:
        raise Impossible("Intercom is not connected.", "Set the DESKSIDE_INTERCOM_… variables.")
    return tools.conversations


def case_sink(tools: Tools) -> CaseSink:
    if tools.cases is None:
        raise Impossible("Salesforce is not connected.", "Set the DESKSIDE_SALESFORCE_… variables.")
    return tools.cases


OnPerson = NoteContact | TagContact | UntagContact
OnConversation = AddTag | RemoveTag | AssignConversation | SnoozeConversation | CloseConversation | ReopenConversation
Change = OnConversation | SetAttributes | ConvertToTicket | OnPerson


def is_so(action: Change, now: Conversation) -> bool:
    """Whether the conversation is as the action wants it; what is no state of a conversation never is."""
    match action:
        case AddTag(tag=tag):
            return tag.casefold() in map(str.casefold, now.tags)
        case RemoveTag(tag=tag):
            return tag.casefold() not in map(str.casefold, now.tags)
        case AssignConversation(assignee_id=assignee, to_team=to_team):
            return assignee == ((now.inbox_id if to_team else now.assignee_admin_id) or NOBODY)
        case SnoozeConversation(until=until):
            return now.state is ConversationState.SNOOZED and _same_second(now.snoozed_until, until)
        case CloseConversation():
            return now.state is ConversationState.CLOSED
        case ReopenConversation():
            return now.state is ConversationState.OPEN
        case SetAttributes(attributes=attributes):
            held = {name: value.casefold() for name, value in now.attributes}
            return all(held.get(name) == value.casefold() for name, value in attributes)
        case _:
            return False


def _same_second(one: datetime | None, other: datetime) -> bool:
    return one is not None and int(one.timestamp()) == int(other.timestamp())


def is_nonsense(error: VendorError) -> bool:
    """An answer that made no sense, such as a maintenance page with status 200; a refusal names a code or a field."""
    return isinstance(error, Surprised) and error.code is None


def looks(seconds: float) -> Iterator[float]:
    """How long to wait between the looks for something that may still appear: often at first, `seconds` in all."""
    wait = min(1.0, seconds / 4)
    while seconds > 0:
        yield min(wait, seconds)
        seconds -= wait
        wait = min(wait * 2, 8.0)
