"""Which alerts a conversation deserves by the company's rules, each with the key of its cause; it tells nobody by itself."""

from collections.abc import Sequence
from datetime import datetime

from playbooks.alert_signals import Seen, Situation, seen
from playbooks.business_time import is_open
from playbooks.domain.alert import Alert, RollUp
from playbooks.domain.policy import AlertRule, AlertsPolicy, HoursPolicy

__all__ = ["Situation", "active", "alert_key", "alerts", "is_due", "is_quiet", "rolled_up"]

_NAMED_IN_A_ROLL_UP = 10


def alerts(situation: Situation, policy: AlertsPolicy, hours: HoursPolicy, now: datetime) -> tuple[Alert, ...]:
    """In the policy's order, at most one for each cause, quiet hours kept."""
    loud = {rule.name for rule in policy.rules if not is_quiet(rule, hours, now)}
    return tuple(one for one in active(situation, policy) if one.rule in loud)


def active(situation: Situation, policy: AlertsPolicy) -> tuple[Alert, ...]:
    """Whatever the hour. Nothing for a conversation that is none of ours."""
    if not situation.triage.ours:
        return ()
    found = ((rule, seen(situation, rule)) for rule in policy.rules if not (rule.stop_when_owned and situation.owned))
    made = (_alert(rule, what, situation) for rule, what in found if what is not None)
    return tuple({one.key: one for one in made}.values())


def _alert(rule: AlertRule, what: Seen, situation: Situation) -> Alert:
    return Alert(
        key=alert_key(rule, situation),
        rule=rule.name,
        signal=rule.signal,
        title=rule.title,
        urgency=rule.urgency,
        cause=what.cause,
        step=what.step,
        tells=rule.tells,
        destination=rule.destination,
        conversation_id=situation.conversation.conversation_id,
        re_alert_after=rule.re_alert_after,
        does=rule.does,
    )


def is_quiet(rule: AlertRule, hours: HoursPolicy, now: datetime) -> bool:
    return (
        rule.quiet_outside is not None and rule.urgency != "critical" and not is_open(hours.calendar(rule.quiet_outside), now)
    )


def alert_key(rule: AlertRule, situation: Situation) -> str:
    """One value of `group_by` is one cause."""
    values = {
        "conversation": situation.conversation.conversation_id,
        "customer": _customer_key(situation),
        "inbox": situation.conversation.inbox_id or "none",
        "vendor": "intercom",
        "signal": rule.signal,
    }
    return ":".join([rule.name, *(values[one] for one in rule.group_by)])


def _customer_key(situation: Situation) -> str:
    """A record's id, never an e-mail; a customer without any is as many causes as conversations."""
    identity = situation.customer.identity if situation.customer else None
    ids = (*identity.stripe_customer_ids, *identity.salesforce_contact_ids, *identity.intercom_contact_ids) if identity else ()
    contact = situation.conversation.contact
    return next(iter(ids), contact.contact_id if contact else situation.conversation.conversation_id)


def is_due(alert: Alert, last_told_at: datetime | None, acknowledged: bool, now: datetime) -> bool:
    """Told at first, then again after the rule's time unless somebody acknowledged it (L18)."""
    if last_told_at is None:
        return True
    return not acknowledged and alert.re_alert_after is not None and now - last_told_at >= alert.re_alert_after


def rolled_up(found: Sequence[Alert], policy: AlertsPolicy) -> tuple[Alert | RollUp, ...]:
    """What is told of alerts that came together: each by itself, or above a rule's limit one summary of them."""
    limits = {rule.name: rule.roll_up_above for rule in policy.rules}
    by_rule: dict[str, list[Alert]] = {}
    for one in {one.key: one for one in found}.values():
        by_rule.setdefault(one.rule, []).append(one)
    return tuple(
        told for name, group in by_rule.items() for told in (group if len(group) <= limits[name] else [_rolled(group)])
    )


def _rolled(group: list[Alert]) -> RollUp:
    first = group[0]
    return RollUp(
        key=f"{first.rule}:roll-up",
        rule=first.rule,
        title=f"{first.title}: {len(group)} conversations",
        urgency=first.urgency,
        destination=first.destination,
        count=len(group),
        conversation_ids=tuple(one.conversation_id for one in group[:_NAMED_IN_A_ROLL_UP]),
    )
