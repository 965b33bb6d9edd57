"""How a conversation stands towards its procedure: the facts that guards may ask for, read off what was gathered."""

from collections.abc import Mapping
from datetime import datetime

from playbooks.access import Allowed, may
from playbooks.domain.conversation import AuthorKind, Conversation, ConversationState, PartKind
from playbooks.domain.events import ConversationEvent
from playbooks.domain.facts import Customer360
from playbooks.domain.people import Agent
from playbooks.domain.policy import Permission, Policies
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Sop, Trigger
from playbooks.guards import GuardFacts
from playbooks.sla import is_open

ENTITLEMENT_ATTRIBUTES = ("entitlement", "certificate", "plan", "tier")
"""Contact attributes that may name an entitlement, beside the account's tier and the active subscriptions."""


def guard_facts(
    conversation: Conversation,
    customer: Customer360 | None,
    sop: Sop,
    run: SopRun | None,
    policies: Policies,
    *,
    now: datetime,
    agent: Agent | None = None,
    pressed: bool = False,
    inputs: Mapping[str, str] | None = None,
) -> GuardFacts:
    """Unknown stays False, so that a missing fact opens no door; with one exception: an entitlement that no source could
    tell (CRM down) is not held against a signed-in customer, because turning a paying one away is the worse mistake."""
    contact, inbox = conversation.contact, policies.inboxes.inbox(conversation.inbox_id)
    signed_in = bool(contact and contact.signed_in)
    case = run.case if run else None
    return GuardFacts(
        pressed=pressed,
        permissions=policies.roles.permissions(agent.roles) if agent else frozenset(),
        inputs=frozenset(key for key, value in (inputs or {}).items() if value.strip()),
        inbox_is_ours=bool(inbox and inbox.ours),
        registered=signed_in or bool(contact and contact.external_id),
        signed_in=signed_in,
        entitled=_entitled(conversation, customer, sop),
        bot_goes_first=bool(inbox and inbox.bot_goes_first),
        bot_finished=any(part.author.kind is AuthorKind.BOT for part in conversation.parts),
        inside_hours=is_open(policies.hours.calendar(), now),
        operators_on_shift=bool(on_shift(policies, now)),
        customer_waits=_customer_waits(conversation),
        has_case=case is not None,
        case_is_open=case is not None and case.status.lower() not in {"closed", "resolved"},
        expectations_set=_answered_since_customer(conversation),
    )


def _entitled(conversation: Conversation, customer: Customer360 | None, sop: Sop) -> bool:
    rule = sop.eligibility
    if rule is None or not rule.entitlements:
        return True
    wanted = {one.lower() for one in rule.entitlements}
    attributes = dict(conversation.contact.attributes if conversation.contact else ())
    held = {attributes.get(name, "").lower() for name in ENTITLEMENT_ATTRIBUTES}
    if customer:
        held |= {(customer.account.tier or "").lower()} if customer.account else set()
        held |= {value.lower() for name, value in customer.attributes.items() if name in ENTITLEMENT_ATTRIBUTES}
        held |= {one.plan.lower() for one in customer.subscriptions if one.status in {"active", "trialing"}}
    return bool(held & wanted) or bool(customer and any(gap.source == "salesforce" for gap in customer.gaps))


def on_shift(policies: Policies, now: datetime) -> tuple[Agent, ...]:
    """Everybody whose shift's calendar is open."""
    names = {
        name for shift in policies.team.shifts if is_open(policies.hours.calendar(shift.calendar), now) for name in shift.agents
    }
    return tuple(agent for agent in policies.team.agents if agent.agent_id in names)


def _customer_waits(conversation: Conversation) -> bool:
    last = conversation.last_public_part
    return last is not None and last.author.kind is AuthorKind.CONTACT


def _answered_since_customer(conversation: Conversation) -> bool:
    last = conversation.last_public_part
    return last is not None and last.author.kind is AuthorKind.AGENT


def trigger_of(event: ConversationEvent, conversation: Conversation) -> Trigger | None:
    """The procedure's word for what happened in the inbox; None for what no procedure reacts to (tags, deletion)."""
    by_bot = event.author in {AuthorKind.BOT, AuthorKind.APP}
    match event.what:
        case "agent_replied":
            return "bot_handed_over" if by_bot else "agent_replied"
        case "closed":
            return "bot_closed" if by_bot else "closed"
        case "started" | "customer_replied" | "note_added" | "assigned" | "reopened" | "snoozed" | "unsnoozed" | "rated":
            return event.what
        case _:
            return None


def acting_agent(event: ConversationEvent, conversation: Conversation, policies: Policies) -> Agent | None:
    """The colleague who acted in Intercom itself, by the author of the event's part."""
    part = next((one for one in conversation.parts if one.part_id == event.part_id), None)
    if part is None or part.author.kind is not AuthorKind.AGENT:
        return None
    return next((one for one in policies.team.agents if one.intercom_admin_id == part.author.author_id), None)


def may_act(agent: Agent | None, permission: Permission, policies: Policies) -> bool:
    return isinstance(may(agent, permission, policies.roles), Allowed)


def is_closed(conversation: Conversation) -> bool:
    return conversation.state is ConversationState.CLOSED or (
        bool(conversation.parts) and conversation.parts[-1].kind is PartKind.CLOSED
    )
