"""Who may see and do what, and where it may be shown; denies whatever it does not know. Never looks anybody up.

Flags, timelines and cards are made from what `visible` returns, never from the whole picture.
"""

from playbooks.domain.base import Frozen
from playbooks.domain.conversation import Conversation
from playbooks.domain.customer import Identity, Link
from playbooks.domain.facts import Customer360, SourceFacts
from playbooks.domain.people import Agent
from playbooks.domain.place import ChannelKind
from playbooks.domain.policy import InboxesPolicy, Permission, RolesPolicy


class Allowed(Frozen):
    """Yes."""


class Denied(Frozen):
    """No; `reason` is fit to show."""

    reason: str


class Visible(Frozen):
    """What of a customer may be shown; `withheld` says in words what was left out, whether or not there was any of it."""

    customer: Customer360
    withheld: tuple[str, ...] = ()


# Where colleagues only can read. Everything else, a kind added later included, is treated as open to strangers (L8).
INTERNAL_CHANNELS = frozenset({ChannelKind.DIRECT, ChannelKind.PRIVATE, ChannelKind.PUBLIC})

_PARTS: dict[Permission, tuple[str, tuple[str, ...]]] = {
    Permission.VIEW_CASES: ("Cases", ("cases",)),
    Permission.VIEW_PAYMENTS: ("Payments", ("charges", "refunds", "disputes", "invoices", "subscriptions")),
    Permission.VIEW_PARCELS: ("Parcels", ("parcels",)),
    Permission.VIEW_CONVERSATIONS: ("Conversations and notes", ("conversations", "notes")),
    Permission.VIEW_CONTACT_DETAILS: ("Contact details", ("attributes",)),
}
_LINKS_OF = {
    "stripe": Permission.VIEW_PAYMENTS,
    "dhl": Permission.VIEW_PARCELS,
    "singpost": Permission.VIEW_PARCELS,
    "ninjavan": Permission.VIEW_PARCELS,
    "intercom": Permission.VIEW_CONVERSATIONS,
}


def may(agent: Agent | None, permission: Permission, roles: RolesPolicy) -> Allowed | Denied:
    """`agent` None: the acting person is not on the roster."""
    if agent is None:
        return Denied(reason="I do not know you yet. An administrator can add you to the team.")
    if permission in roles.permissions(agent.roles):
        return Allowed()
    held = ", ".join(sorted(role.value.replace("_", " ") for role in agent.roles)) or "none"
    return Denied(
        reason=f"This needs the permission “{permission.value.replace('_', ' ')}”, which your role ({held}) does not have."
    )


def may_show_in(channel: ChannelKind) -> Allowed | Denied:
    """Whether internal data may be posted there at all (L8)."""
    if channel in INTERNAL_CHANNELS:
        return Allowed()
    if channel is ChannelKind.SHARED:
        return Denied(
            reason="This channel is shared with another company, so I show no customer data here. Ask me in a direct message."
        )
    return Denied(reason="I cannot tell who reads this channel, so I show no customer data here. Ask me in a direct message.")


def may_read(agent: Agent | None, conversation: Conversation, inboxes: InboxesPolicy, roles: RolesPolicy) -> Allowed | Denied:
    """The inbox's own rule, because Intercom's API ignores its teammates' restrictions (L22)."""
    permitted = may(agent, Permission.VIEW_CONVERSATIONS, roles)
    if isinstance(permitted, Denied) or agent is None:
        return permitted
    inbox = inboxes.inbox(conversation.inbox_id)
    if inbox is None or not inbox.ours:
        return Denied(reason="That conversation is in an inbox that is not ours.")
    if inbox.readers and agent.agent_id not in inbox.readers:
        return Denied(reason=f"The inbox {inbox.name} is open to named colleagues only.")
    return Allowed()


def visible(
    customer: Customer360,
    agent: Agent | None,
    channel: ChannelKind,
    roles: RolesPolicy,
    withheld_in_public: frozenset[Permission] = frozenset(),
) -> Visible:
    """`withheld_in_public`: what a channel that every colleague can join does not get, whoever asks."""
    for answer in (may_show_in(channel), may(agent, Permission.VIEW_CUSTOMER, roles)):
        if isinstance(answer, Denied):
            return Visible(customer=Customer360(identity=Identity()), withheld=(answer.reason,))
    held = roles.permissions(agent.roles if agent else frozenset())
    granted = held - withheld_in_public if channel is ChannelKind.PUBLIC else held
    return Visible(
        customer=Customer360(
            identity=_identity(customer.identity, granted),
            sources=tuple(_source(one, granted) for one in customer.sources),
            gaps=customer.gaps,
        ),
        withheld=tuple(
            _reason(label, permission in held) for permission, (label, _) in _PARTS.items() if permission not in granted
        ),
    )


def _reason(label: str, held: bool) -> str:
    return f"{label}: not shown in a public channel; ask me directly." if held else f"{label}: not part of your role."


def _source(facts: SourceFacts, granted: frozenset[Permission]) -> SourceFacts:
    hidden = {field: () for permission, (_, fields) in _PARTS.items() if permission not in granted for field in fields}
    bare = facts.model_copy(
        update={**hidden, "identity": _identity(facts.identity, granted), "links": _links(facts.links, granted)}
    )
    if Permission.VIEW_CONTACT_DETAILS in granted:
        return bare
    return bare.model_copy(update={"parcels": tuple(one.model_copy(update={"destination": None}) for one in bare.parcels)})


def _identity(identity: Identity, granted: frozenset[Permission]) -> Identity:
    hidden: dict[str, object] = {}
    if Permission.VIEW_CONTACT_DETAILS not in granted:
        hidden |= {"emails": (), "phones": ()}
    if Permission.VIEW_PAYMENTS not in granted:
        hidden |= {"stripe_customer_ids": ()}
    if Permission.VIEW_PARCELS not in granted:
        hidden |= {"tracking_numbers": ()}
    return identity.model_copy(update=hidden)


def _links(links: tuple[Link, ...], granted: frozenset[Permission]) -> tuple[Link, ...]:
    """Evidence and labels quote e-mails and phones, so they go with the contact details."""
    seen = tuple(one for one in links if _LINKS_OF.get(one.source, Permission.VIEW_CUSTOMER) in granted)
    if Permission.VIEW_CONTACT_DETAILS in granted:
        return seen
    return tuple(one.model_copy(update={"label": one.source, "evidence": "not shown to your role"}) for one in seen)
