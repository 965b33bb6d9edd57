"""An alert that a conversation deserves, the course it took so far, and a storm of them as one summary."""

from datetime import timedelta
from typing import Literal

from playbooks.domain.base import Frozen, Instant
from playbooks.domain.customer import Lookup
from playbooks.domain.people import Role
from playbooks.domain.policy_rules import AlertEffects, Signal, Urgency


class Alert(Frozen):
    """One `key` is one cause is one message, updated in place. `cause` says in words what was seen.

    `step` changes where the same cause became worse (the next warning mark): then it is told anew.
    """

    key: str
    rule: str
    signal: Signal
    title: str
    urgency: Urgency
    cause: str
    step: str = ""
    tells: tuple[Role, ...] = ()
    destination: str
    conversation_id: str
    re_alert_after: timedelta | None = None
    does: AlertEffects = AlertEffects()


class Happening(Frozen):
    """One line of an alert's history."""

    at: Instant
    words: str


class RaisedAlert(Frozen):
    """An alert as it is remembered. `raised_at` begins the present episode; `told` counts how often it was told in it.

    `about` is whose matter it is, in a word. `rolled_up`: it came in a storm and is told in the storm's summary.
    `held`: quiet hours keep it; it is told when they end. `handed_to` is the name of whoever looks after it.
    `ends_by_itself`: what raised it also finds that it is over; otherwise a person settles it.
    """

    key: str
    rule: str
    title: str
    urgency: Urgency
    destination: str
    cause: str
    step: str = ""
    about: str = ""
    conversation_id: str | None = None
    state: Literal["held", "open", "over"] = "open"
    raised_at: Instant
    told_at: Instant
    told: int = 1
    acknowledged_by: str | None = None
    handed_to: str | None = None
    snoozed_by: str | None = None
    snoozed_until: Instant | None = None
    lookup: Lookup | None = None
    remedy: str = ""
    ends_by_itself: bool = True
    rolled_up: bool = False
    history: tuple[Happening, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    @property
    def is_looked_after(self) -> bool:
        """Somebody has seen it or carries it on: it is not told again."""
        return bool(self.acknowledged_by or self.handed_to)


class RollUp(Frozen):
    """Many alerts of one rule told as one; the first few by name, the rest counted."""

    key: str
    rule: str
    title: str
    urgency: Urgency
    destination: str
    count: int
    conversation_ids: tuple[str, ...]
