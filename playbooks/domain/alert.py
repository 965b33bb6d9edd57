"""An alert that a conversation deserves: by which rule, for which cause, for whom; a storm of them as one summary."""

from datetime import timedelta

from playbooks.domain.base import Frozen
from playbooks.domain.people import Role
from playbooks.domain.policy_rules import AlertEffects, Signal, Urgency


class Alert(Frozen):
    """One `key` is one cause is one message, updated in place. `cause` says in words what was seen."""

    key: str
    rule: str
    signal: Signal
    title: str
    urgency: Urgency
    cause: str
    tells: tuple[Role, ...] = ()
    destination: str
    conversation_id: str
    re_alert_after: timedelta | None = None
    does: AlertEffects = AlertEffects()


class RollUp(Frozen):
    """Many alerts of one rule told as one; the first few by name, the rest counted."""

    key: str
    rule: str
    title: str
    urgency: Urgency
    destination: str
    count: int
    conversation_ids: tuple[str, ...]
