"""What a conversation, its customer and the company's rules say to a procedure's guards and triggers; it steps nothing."""

from collections.abc import Mapping
from datetime import datetime

from playbooks.business_time import is_open
from playbooks.domain.conversation import AuthorKind, Conversation, Part, PartKind
from playbooks.domain.events import ConversationEvent
from playbooks.domain.facts import Customer360
from playbooks.domain.people import Agent
from playbooks.domain.policy import Calendar, HoursPolicy, Inbox, Policies, TeamPolicy
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Sop, Trigger
from playbooks.expectation import sets_expectation
from playbooks.guards import GuardFacts

_TRIGGERS: dict[str, Trigger] = {
    "started": "started",
    "customer_replied": "customer_replied",
    "agent_replied": "agent_replied",
    "note_added": "note_added",
    "assigned": "assigned",
    "closed": "closed",
    "reopened": "reopened",
    "snoozed": "snoozed",
    "unsnoozed": "unsnoozed",
    "rated": "rated",
}
_MACHINES = frozenset({AuthorKind.BOT, AuthorKind.APP})
# Sources that could tell an entitlement: nobody is turned away because one of them did not answer us.
_TELL_ENTITLEMENTS = frozenset({"salesforce", "stripe"})


def trigger_of(event: ConversationEvent, conversation: Conversation) -> Trigger | None:
    """What the event means to a procedure; None for what a procedure never reacts to, a bot's own words included (L11)."""
    author = event.author or _author_kind(conversation, event.part_id)
    if event.what == "assigned" and author is AuthorKind.BOT:
        return "bot_handed_over"
    if event.what == "closed" and author is AuthorKind.BOT:
        return "bot_closed"
    if event.what in {"agent_replied", "customer_replied", "note_added"} and author in _MACHINES:
        return None
    return _TRIGGERS.get(event.what)


def is_echo(what: str, author: AuthorKind | None) -> bool:
    """A bot's or an app's doing that says nothing to a procedure; the inbox's own bot hands over by assigning."""
    if author not in _MACHINES or what in {"agent_replied", "closed", "started"}:
        return False
    return not (what == "assigned" and author is AuthorKind.BOT)


def acting_agent(event: ConversationEvent, conversation: Conversation, policies: Policies) -> Agent | None:
    """The colleague whose doing the event is: for an assignment the new assignee, otherwise the part's author."""
    if event.what == "assigned":
        return _agent(policies.team, conversation.assignee_admin_id)
    part = _part(conversation, event.part_id)
    return _agent(policies.team, part.author.author_id) if part and part.author.kind is AuthorKind.AGENT else None


def guard_facts(
    conversation: Conversation,
    customer: Customer360,
    sop: Sop,
    run: SopRun | None,
    policies: Policies,
    *,
    now: datetime,
    agent: Agent | None = None,
    pressed: bool = False,
    inputs: Mapping[str, str] | None = None,
) -> GuardFacts:
    """`documents_complete`, `score_band` and `decision` stay unknown: a chat tells nothing of them."""
    inbox = policies.inboxes.inbox(conversation.inbox_id)
    contact = conversation.contact
    return GuardFacts(
        pressed=pressed,
        permissions=policies.roles.permissions(agent.roles) if agent else frozenset(),
        inputs=frozenset(key for key, value in (inputs or {}).items() if value.strip()),
        inbox_is_ours=inbox is not None and inbox.ours,
        registered=contact is not None
        and (contact.signed_in or contact.external_id is not None or customer.account is not None),
        signed_in=contact is not None and contact.signed_in,
        entitled=entitled(conversation, customer, sop),
        bot_goes_first=inbox is not None and inbox.bot_goes_first,
        bot_finished=bot_finished(conversation),
        inside_hours=is_open(_calendar(policies.hours, inbox), now),
        operators_on_shift=bool(on_shift(policies.team, policies.hours, now)),
        customer_waits=customer_waits(conversation),
        by_agent=agent is not None,
        case_is_open=run is not None and run.case is not None and not run.case.is_closed,
        expectations_set=_expectations_set(conversation),
        amount_above_limit=_amount_above_limit(customer, policies),
        hours=policies.hours,
    )


def entitled(conversation: Conversation, customer: Customer360, sop: Sop) -> bool:
    """Any one entitlement the procedure names, wherever it is known from; unknown for our own outage's sake counts as yes."""
    if sop.eligibility is None or not sop.eligibility.entitlements:
        return True
    wanted = {one.lower() for one in sop.eligibility.entitlements}
    if wanted & {one.lower() for one in _known_entitlements(conversation, customer)}:
        return True
    return any(gap.source in _TELL_ENTITLEMENTS for gap in customer.gaps)


def entitlement(conversation: Conversation, customer: Customer360, sop: Sop | None) -> str:
    """The first entitlement of the procedure's that the customer is known to have; "" where none is known."""
    known = {one.lower() for one in _known_entitlements(conversation, customer)}
    named = sop.eligibility.entitlements if sop and sop.eligibility else ()
    return next((one for one in named if one.lower() in known), "")


def _known_entitlements(conversation: Conversation, customer: Customer360) -> set[str]:
    contact = conversation.contact
    values = {value for _, value in (*(contact.attributes if contact else ()), *conversation.attributes)}
    values |= {value for one in customer.sources for _, value in one.attributes} | set(customer.tags)
    values |= {one.plan for one in customer.subscriptions if one.status in {"active", "trialing"}}
    if customer.account and customer.account.tier:
        values.add(customer.account.tier)
    return values


def customer_waits(conversation: Conversation) -> bool:
    """The customer wrote last, bots and apps left aside."""
    spoken = [one for one in conversation.public_parts if one.author.kind not in _MACHINES]
    return bool(spoken) and spoken[-1].author.kind is AuthorKind.CONTACT


def bot_finished(conversation: Conversation) -> bool:
    """The inbox's bot assigned the chat on, or closed it, or one of us has answered already."""
    return any(
        (one.author.kind is AuthorKind.BOT and one.kind in {PartKind.ASSIGNED, PartKind.CLOSED})
        or (one.author.kind is AuthorKind.AGENT and one.is_public)
        for one in conversation.parts
    )


def on_shift(team: TeamPolicy, hours: HoursPolicy, now: datetime) -> tuple[str, ...]:
    """The agent_ids of every shift that is open now, in the policy's order; a team without shifts is always there."""
    if not team.shifts:
        return tuple(one.agent_id for one in team.agents)
    open_now = (one for one in team.shifts if is_open(hours.calendar(one.calendar), now))
    return tuple(dict.fromkeys(agent for one in open_now for agent in one.agents))


def _calendar(hours: HoursPolicy, inbox: Inbox | None) -> Calendar:
    """The calendar of the inbox's procedure where there is one of that name, else the default."""
    named = inbox.sop if inbox and inbox.sop in hours.calendars else None
    return hours.calendar(named)


def _expectations_set(conversation: Conversation) -> bool:
    ours = [one for one in conversation.public_parts if one.author.kind is AuthorKind.AGENT]
    return bool(ours) and sets_expectation(ours[-1].text)


def _amount_above_limit(customer: Customer360, policies: Policies) -> bool:
    limits = [rule.match.amount_above for rule in policies.routing.rules if rule.match.amount_above]
    return any(
        charge.amount.currency.lower() == limit.currency.lower() and charge.amount.amount_minor > limit.amount_minor
        for charge in customer.charges
        for limit in limits
    )


def _part(conversation: Conversation, part_id: str | None) -> Part | None:
    return next((one for one in conversation.parts if one.part_id == part_id), None) if part_id else None


def _author_kind(conversation: Conversation, part_id: str | None) -> AuthorKind | None:
    part = _part(conversation, part_id)
    return part.author.kind if part else None


def _agent(team: TeamPolicy, admin_id: str | None) -> Agent | None:
    return next((one for one in team.agents if admin_id and one.intercom_admin_id == admin_id), None)
