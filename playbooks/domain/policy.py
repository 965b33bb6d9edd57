"""All of the company's policies as data: voice, inboxes and team here, hours, access and rules beside it; nothing decides.

Import every policy shape from this module.
"""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from playbooks.domain.base import Frozen
from playbooks.domain.people import Agent, Surface
from playbooks.domain.place import Place
from playbooks.domain.policy_access import Limits, Permission, RoleGrant, RolesPolicy
from playbooks.domain.policy_hours import (
    Calendar,
    Clock,
    Holiday,
    HoursPolicy,
    OpenHours,
    Pause,
    SlaMatch,
    SlaPolicy,
    SlaRule,
    SlaTarget,
    Weekday,
    Zone,
)
from playbooks.domain.policy_rules import (
    AlertEffects,
    AlertRule,
    AlertsPolicy,
    Route,
    RoutingMatch,
    RoutingPolicy,
    RoutingRule,
    Signal,
    Urgency,
)

__all__ = [
    "AlertEffects",
    "AlertRule",
    "AlertsPolicy",
    "Calendar",
    "Clock",
    "Destination",
    "Holiday",
    "HoursPolicy",
    "Inbox",
    "InboxesPolicy",
    "Limits",
    "OpenHours",
    "Pause",
    "Permission",
    "Policies",
    "RoleGrant",
    "RolesPolicy",
    "Route",
    "RoutingMatch",
    "RoutingPolicy",
    "RoutingRule",
    "Shift",
    "Signal",
    "Skills",
    "SlaMatch",
    "SlaPolicy",
    "SlaRule",
    "SlaTarget",
    "TeamPolicy",
    "Urgency",
    "VoicePolicy",
    "VoiceRule",
    "Weekday",
    "Zone",
]


class VoiceRule(Frozen):
    """Bites where a phrase (whole words, any case) or `pattern` (a regular expression, any case) is in a text, unless
    `unless` (another one) is in it too. `good` and `bad` are examples, and they are tests."""

    rule_id: str
    reason: str
    severity: Literal["block", "warn"]
    phrases: tuple[str, ...] = ()
    pattern: str = ""
    unless: str = ""
    instead: str = ""
    good: tuple[str, ...] = Field(min_length=1)
    bad: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _bites_somewhere(self) -> "VoiceRule":
        if bool(self.phrases) == bool(self.pattern):
            raise ValueError("give either `phrases` or `pattern`, exactly one of them")
        return self


class VoicePolicy(Frozen):
    """Templates may hold `{{ contact.first_name | fallback: "there" }}`; `holding` texts by situation."""

    greeting: str
    greeting_vip: str
    closing: str
    no_answer: str
    holding: Mapping[str, str] = Field(min_length=1)
    principles: tuple[str, ...] = ()
    rules: tuple[VoiceRule, ...] = Field(min_length=1)


class Inbox(Frozen):
    """A team inbox of Intercom. Chats of inboxes that are not `ours` are ignored and counted (P2).

    `readers` are the agent_ids that may read it (lesson L22); () leaves it to the roles.
    """

    inbox_id: str
    name: str
    brand: str
    ours: bool
    bot_goes_first: bool = False
    sop: str | None = None
    destination: str | None = None
    channel: str = "chat"
    readers: tuple[str, ...] = ()


class InboxesPolicy(Frozen):
    """An inbox that is not listed is not ours."""

    inboxes: tuple[Inbox, ...] = Field(min_length=1)

    def inbox(self, inbox_id: str | None) -> Inbox | None:
        return next((one for one in self.inboxes if one.inbox_id == inbox_id), None)

    def is_ours(self, inbox_id: str | None) -> bool:
        found = self.inbox(inbox_id)
        return found is not None and found.ours


class Destination(Frozen):
    """Where alerts go, on every configured surface; `fallback` is another destination for when a place is gone (L17).

    `emails` get each alert when it is told, never a card about the customer.
    """

    title: str
    places: tuple[Place, ...] = Field(min_length=1)
    emails: tuple[str, ...] = ()
    fallback: str | None = None

    @model_validator(mode="after")
    def _people_talk_there(self) -> "Destination":
        if any(one.surface is Surface.EMAIL for one in self.places):
            raise ValueError("an e-mail address is no place where people talk: list it under `emails`")
        return self


class Shift(Frozen):
    """Who is on duty during the calendar's open hours."""

    name: str
    calendar: str
    agents: tuple[str, ...] = Field(min_length=1)
    hands_over_to: str | None = None


class Skills(Frozen):
    agent: str
    skills: tuple[str, ...]
    most_chats: int = Field(default=4, gt=0)


class TeamPolicy(Frozen):
    """`presence`: the systems whose word counts when they say that a colleague is away."""

    agents: tuple[Agent, ...] = Field(min_length=1)
    destinations: Mapping[str, Destination] = Field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()
    skills: tuple[Skills, ...] = ()
    presence: tuple[Literal["intercom", "slack"], ...] = ("intercom", "slack")

    def agent(self, agent_id: str) -> Agent | None:
        return next((one for one in self.agents if one.agent_id == agent_id.lower()), None)


class Policies(Frozen):
    """All of knowledge/policies and knowledge/voice."""

    hours: HoursPolicy
    sla: SlaPolicy
    routing: RoutingPolicy
    roles: RolesPolicy
    alerts: AlertsPolicy
    inboxes: InboxesPolicy
    team: TeamPolicy
    voice: VoicePolicy
