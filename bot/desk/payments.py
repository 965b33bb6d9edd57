"""When Stripe tells of a payment dispute: the customer's open chats are looked at, or it is told by itself."""

from bot.desk.by_itself import end_by_itself, raise_by_itself, rules_for
from bot.desk.chat import LOOK
from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.scene import customer_of
from playbooks.domain.conversation import ConversationState
from playbooks.domain.customer import Identity, Lookup, LookupKind, Resolved
from playbooks.domain.events import PaymentEvent, TimerDue
from playbooks.domain.facts import ConversationFact, Customer360, FlagKind
from playbooks.flags import flags
from retrieval.resolve import resolve

DISPUTE = "charge.dispute."


async def payment_event(office: Office, event: PaymentEvent, plan: Plan) -> Plan:
    """A dispute changes what an agent must know in the middle of a chat; everything else waits for the next card."""
    if not event.what.startswith(DISPUTE):
        return plan.ignore("payment", "Customer cards ask the sources anew; nothing is to be done now.")
    office.recent.forget()
    customer = await _customer(office, event)
    for chat in _open_chats(customer):
        look = TimerDue(
            event_id=f"look:{event.event_id}:{chat.conversation_id}",
            source="deskside",
            at=office.now,
            conversation_id=chat.conversation_id,
            timer=LOOK,
        )
        plan.later.append((look, None))
    if not plan.later:
        await _by_itself(office, plan, event, customer)
    return plan


async def _customer(office: Office, event: PaymentEvent) -> Customer360:
    """The event names the dispute; whose it is, Stripe tells when asked."""
    lookup = Lookup(kind=LookupKind.STRIPE, value=event.stripe_customer_id or event.record_id)
    resolution = await resolve(office.finders, lookup, deadline_seconds=office.deadline_seconds)
    identity = resolution.identity if isinstance(resolution, Resolved) else Identity()
    return await customer_of(office, identity)


def _open_chats(customer: Customer360) -> list[ConversationFact]:
    return [one for one in customer.conversations if one.state is not ConversationState.CLOSED]


async def _by_itself(office: Office, plan: Plan, event: PaymentEvent, customer: Customer360) -> None:
    cause_id = next(iter(customer.identity.stripe_customer_ids), event.record_id)
    found = [one.reason for one in flags(customer, office.now, zone=office.zone) if one.kind is FlagKind.OPEN_DISPUTE]
    for rule in rules_for(office, "dispute_opened"):
        if not found and event.what.endswith("closed"):
            await end_by_itself(office, plan, rule, cause_id)
            continue
        await raise_by_itself(
            office,
            plan,
            rule,
            cause_id,
            " ".join(found) or f"Dispute {event.record_id} was opened.",
            step=event.record_id,
            about=customer.identity.name or "",
            lookup=Lookup(kind=LookupKind.STRIPE, value=event.stripe_customer_id or event.record_id),
        )
