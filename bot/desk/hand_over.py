"""What the desk does at the end of a shift: one card with every open chat of those who leave, for those who carry on."""

from collections.abc import Iterable

from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.procedure import procedure_of
from bot.desk.showing import destinations, show
from playbooks.cards.hand_over import hand_over_card
from playbooks.domain.conversation import Conversation
from playbooks.domain.place import Place
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Sop
from playbooks.shifts import ShiftEnd

TIMER = "shift_end:"
MOST_SHOWN = 12
"""As many as one card holds on Teams; the others are counted."""


async def handed_over(office: Office, plan: Plan, end: ShiftEnd) -> Plan:
    """Chats keep their owner until somebody takes them: nobody is given one who has not seen it."""
    runs = await office.memory.open_runs(end.leaving)
    chats = [chat for run in runs[:MOST_SHOWN] if (chat := await _chat(office, run))]
    if not chats:
        return plan.ignore("nothing_open", "The shift leaves no open chat behind.")
    card = hand_over_card(
        end.shift,
        end.next_shift,
        chats,
        names={one.agent_id: one.name for one in office.policies.team.agents},
        taking_over=end.taking_over,
        more=max(0, len(runs) - MOST_SHOWN),
        now=office.now,
        zone=office.zone,
    )
    for place in _places(office):
        show(plan, place, f"hand-over:{end.shift}:{end.at.isoformat()}:{place.surface}:{place.channel_id}", card)
    return plan


async def _chat(office: Office, run: SopRun) -> tuple[Conversation, SopRun, Sop] | None:
    sop = await procedure_of(office, None, run)
    conversation = await office.inbox.conversation(run.conversation_id) if office.inbox else None
    return (conversation, run, sop) if conversation and sop else None


def _places(office: Office) -> Iterable[Place]:
    """Where the operators of our inboxes read."""
    named = dict.fromkeys(one.destination for one in office.policies.inboxes.inboxes if one.ours)
    return dict.fromkeys(place for name in named for place in destinations(office, name))
