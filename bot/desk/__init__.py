"""The one road's middle: an event comes in, facts are gathered, a decision is made, a plan comes out. It writes nothing."""

from bot.desk.chat import case_updated, conversation_changed
from bot.desk.due import due
from bot.desk.office import Office
from bot.desk.payments import payment_event
from bot.desk.plan import Plan
from bot.desk.presses import pressed
from bot.desk.questions import asked
from bot.desk.results import action_done, action_failed, case_opened
from bot.desk.watch import watch
from bot.roster import agent_of
from playbooks.domain.events import (
    ActionDone,
    ActionFailed,
    Asked,
    CaseOpened,
    CaseUpdated,
    ContactEvent,
    ConversationEvent,
    Event,
    ParcelMoved,
    PaymentEvent,
    Pressed,
    TicketEvent,
    TimerDue,
)


class Desk:
    """*Errors:* the four vendor errors where a fact that cannot be done without did not come; the event is then tried again."""

    def __init__(self, office: Office) -> None:
        self.office = office

    async def take(self, event: Event) -> Plan:
        plan = await self._decided(event, Plan(cause=event))
        if plan.found is not None:
            await watch(self.office, plan, plan.found)
        return plan

    async def _decided(self, event: Event, plan: Plan) -> Plan:
        office = self.office
        match event:
            case ConversationEvent():
                return await conversation_changed(office, event, plan)
            case Asked():
                return await asked(office, event, plan, agent_of(event.actor, office.policies.team))
            case Pressed():
                return await pressed(office, event, plan, agent_of(event.actor, office.policies.team))
            case TimerDue():
                return await due(office, event, plan)
            case ActionDone():
                return await action_done(office, event, plan)
            case CaseOpened():
                return await case_opened(office, event, plan)
            case ActionFailed():
                return await action_failed(office, event, plan)
            case CaseUpdated():
                return await case_updated(office, event, plan)
            case PaymentEvent():
                return await payment_event(office, event, plan)
            case ContactEvent() | TicketEvent() | ParcelMoved():
                # Nothing is kept of them: a customer card asks the sources anew.
                return plan.ignore(event.kind, "Customer cards ask the sources anew; nothing is to be done now.")
