"""Routing rules and alert rules as data (mission P7, P9); lists are tried in order, an empty condition matches everything."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, field_validator

from playbooks.domain.base import Frozen
from playbooks.domain.facts import Money
from playbooks.domain.people import Role
from playbooks.domain.span import Span


class RoutingMatch(Frozen):
    """Each given field must hold. `intents` are names of `policies/routing.yaml` topics; `attributes` compare exactly."""

    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    vip: bool | None = None
    open_dispute: bool | None = None
    amount_above: Money | None = None
    attributes: Mapping[str, str] = Field(default_factory=dict)


class Route(Frozen):
    """A role's team, or the person an attribute names (account owner, case officer); `otherwise` where there is none."""

    role: Role | None = None
    person_from: Literal["account_owner", "application_officer", "last_agent"] | None = None
    otherwise: Role = Role.SUPPORT
    skills: tuple[str, ...] = ()


class RoutingRule(Frozen):
    """`reason` is shown to whoever receives the conversation."""

    name: str
    match: RoutingMatch = RoutingMatch()
    to: Route
    reason: str


class RoutingPolicy(Frozen):
    """`topics` are words and phrases that tell a topic; the last rule must match everything."""

    topics: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    rules: tuple[RoutingRule, ...] = Field(min_length=1)

    @field_validator("rules")
    @classmethod
    def _last_matches_everything(cls, rules: tuple[RoutingRule, ...]) -> tuple[RoutingRule, ...]:
        if rules[-1].match != RoutingMatch():
            raise ValueError("the last routing rule must match everything, or some conversations go nowhere")
        return rules


Signal = Literal[
    "new_chat",
    "negative_sentiment",
    "low_rating",
    "dispute_opened",
    "vip_waiting",
    "sla_warning",
    "sla_breach",
    "lull",
    "vendor_outage",
    "bot_failure",
    "escalation_answered",
    "assistance_requested",
    "missed_escalation",
]
Urgency = Literal["low", "normal", "high", "critical"]


class AlertEffects(Frozen):
    """What else an alert does to the conversation."""

    add_tags: tuple[str, ...] = ()
    reopen: bool = False
    assign_role: Role | None = None


class AlertRule(Frozen):
    """`below` is the signal's threshold. One cause, that is one value of `group_by`, is one alert, updated in place.

    `tells` are the roles it is for: whoever of them is at work is called by name in each new message, unless `calls` is
    false. Where the chat has an owner who is there, the owner answers for their role.
    """

    name: str
    signal: Signal
    title: str
    urgency: Urgency
    tells: tuple[Role, ...] = Field(min_length=1)
    calls: bool = True
    destination: str
    below: float | None = None
    group_by: tuple[Literal["conversation", "customer", "vendor", "inbox", "signal"], ...] = ("conversation",)
    re_alert_after: Span | None = None
    stop_when_owned: bool = False
    quiet_outside: str | None = None
    roll_up_above: int = Field(default=5, gt=0)
    does: AlertEffects = AlertEffects()


class AlertsPolicy(Frozen):
    """`quiet_outside` of a rule names a calendar; critical alerts ignore it."""

    rules: tuple[AlertRule, ...] = Field(min_length=1)
