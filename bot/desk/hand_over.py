"""What the desk does at the end of a shift, or when asked: each open chat of those who leave, for those who carry on."""

from collections.abc import Sequence

from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.procedure import procedure_of
from bot.desk.showing import destinations, show
from playbooks.access import Denied, may_read
from playbooks.business_time import is_open
from playbooks.cards.hand_over import hand_over_card
from playbooks.domain.card import Card
from playbooks.domain.conversation import Conversation
from playbooks.domain.people import Agent
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Sop
from playbooks.shifts import ShiftEnd

TIMER = "shift_end:"
MOST_SHOWN = 12
"""As many as one card holds on Teams; the others are counted."""

MOST_READ = 2 * MOST_SHOWN
"""Each costs two calls to Intercom; they may belong to several destinations."""

Chat = tuple[Conversation, SopRun, Sop]


async def handed_over(office: Office, plan: Plan, end: ShiftEnd) -> Plan:
    """Chats keep their owner until somebody takes them: nobody is given one who has not seen it. Each inbox's chats are
    shown where that inbox is worked on, and nowhere else (L22)."""
    chats, more = await _chats(office, end.leaving)
    if not chats:
        return plan.ignore("nothing_open", "The shift leaves no open chat behind.")
    by_destination: dict[str | None, list[Chat]] = {}
    for chat in chats:
        inbox = office.policies.inboxes.inbox(chat[0].inbox_id)
        by_destination.setdefault(inbox.destination if inbox else None, []).append(chat)
    for name, found in by_destination.items():
        card = _card(office, end, found, more)
        for place in destinations(office, name):
            show(plan, place, f"hand-over:{end.shift}:{end.at.isoformat()}:{place.surface}:{place.channel_id}", card)
    return plan


async def handing_over_now(office: Office, agent: Agent) -> Card:
    """What this person would leave behind: their own open chats, as they may read them."""
    policies = office.policies
    mine = next((one for one in policies.team.shifts if agent.agent_id in one.agents and _is_open(office, one.calendar)), None)
    following = next((one for one in policies.team.shifts if mine and one.name == mine.hands_over_to), None)
    end = ShiftEnd(
        shift=mine.name if mine else "your",
        next_shift=following.name if following else "next",
        at=office.now,
        leaving=(agent.agent_id,),
        taking_over=following.agents if following else (),
    )
    chats, more = await _chats(office, end.leaving)
    return _card(office, end, [one for one in chats if _may_read(office, agent, one[0])], more)


def _is_open(office: Office, calendar: str) -> bool:
    return is_open(office.policies.hours.calendar(calendar), office.now)


def _may_read(office: Office, agent: Agent, conversation: Conversation) -> bool:
    return not isinstance(may_read(agent, conversation, office.policies.inboxes, office.policies.roles), Denied)


def _card(office: Office, end: ShiftEnd, chats: Sequence[Chat], more: int) -> Card:
    """`more` are open beyond those that were read."""
    return hand_over_card(
        end.shift,
        end.next_shift,
        chats[:MOST_SHOWN],
        names={one.agent_id: one.name for one in office.policies.team.agents},
        taking_over=end.taking_over,
        more=max(0, len(chats) - MOST_SHOWN) + more,
        now=office.now,
        zone=office.zone,
    )


async def _chats(office: Office, owners: Sequence[str]) -> tuple[list[Chat], int]:
    """Those that wait longest, read whole, and how many there are besides."""
    runs = await office.memory.open_runs(owners)
    found = [chat for run in runs[:MOST_READ] if (chat := await _chat(office, run))]
    return found, max(0, len(runs) - MOST_READ)


async def _chat(office: Office, run: SopRun) -> Chat | None:
    sop = await procedure_of(office, None, run)
    conversation = await office.inbox.conversation(run.conversation_id) if office.inbox else None
    return (conversation, run, sop) if conversation and sop else None
