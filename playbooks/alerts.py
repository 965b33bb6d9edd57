"""Which alerts a conversation deserves by the company's rules, each with the key of its cause; it tells nobody by itself."""

from collections.abc import Callable, Sequence
from datetime import datetime

from playbooks.business_time import is_open
from playbooks.domain.alert import Alert, RollUp
from playbooks.domain.base import Frozen
from playbooks.domain.clock import ClockFact
from playbooks.domain.conversation import AuthorKind, Conversation
from playbooks.domain.facts import Customer360, Flag, FlagKind
from playbooks.domain.policy import AlertRule, AlertsPolicy, HoursPolicy, Signal
from playbooks.domain.run import SopRun
from playbooks.domain.triage import Triage
from playbooks.words import length

# One sharp word is not a trend: without a falling one, that many counted words.
_WORDS_FOR_A_MOOD = 2
_NAMED_IN_A_ROLL_UP = 10


class Situation(Frozen):
    """What alert rules look at."""

    conversation: Conversation
    triage: Triage
    customer: Customer360 | None = None
    flags: tuple[Flag, ...] = ()
    clocks: tuple[ClockFact, ...] = ()
    run: SopRun | None = None

    @property
    def owned(self) -> bool:
        return self.run is not None and self.run.owner is not None

    @property
    def answered(self) -> bool:
        return any(one.author.kind is AuthorKind.AGENT for one in self.conversation.public_parts)


def alerts(situation: Situation, policy: AlertsPolicy, hours: HoursPolicy, now: datetime) -> tuple[Alert, ...]:
    """In the policy's order, at most one for each cause. Nothing for a conversation that is none of ours."""
    if not situation.triage.ours:
        return ()
    found = (_alert(rule, situation, hours, now) for rule in policy.rules)
    return tuple({one.key: one for one in found if one is not None}.values())


def _alert(rule: AlertRule, situation: Situation, hours: HoursPolicy, now: datetime) -> Alert | None:
    look = _SIGNALS.get(rule.signal)
    cause = look(situation, rule) if look else None
    if cause is None or (rule.stop_when_owned and situation.owned) or _is_quiet(rule, hours, now):
        return None
    return Alert(
        key=alert_key(rule, situation),
        rule=rule.name,
        signal=rule.signal,
        title=rule.title,
        urgency=rule.urgency,
        cause=cause,
        tells=rule.tells,
        destination=rule.destination,
        conversation_id=situation.conversation.conversation_id,
        re_alert_after=rule.re_alert_after,
        does=rule.does,
    )


def _is_quiet(rule: AlertRule, hours: HoursPolicy, now: datetime) -> bool:
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


def _new_chat(situation: Situation, _: AlertRule) -> str | None:
    return (
        "A customer has written and nobody has answered."
        if situation.triage.customer_waits and not situation.answered
        else None
    )


def _vip_waiting(situation: Situation, _: AlertRule) -> str | None:
    reason = next((one.reason for one in situation.flags if one.kind is FlagKind.VIP), "VIP customer")
    return f"{reason} is waiting." if situation.triage.vip and situation.triage.customer_waits else None


def _upset(situation: Situation, rule: AlertRule) -> str | None:
    felt = situation.triage.sentiment
    if felt is None or rule.below is None or felt.score >= rule.below:
        return None
    if felt.trend != "falling" and len(felt.why) < _WORDS_FOR_A_MOOD:
        return None
    return f"Sentiment {felt.score:.2f}, {felt.trend}: {', '.join(felt.why[:4])}."


def _low_rating(situation: Situation, rule: AlertRule) -> str | None:
    rating = situation.conversation.rating
    if rating is None or rule.below is None or rating.score >= rule.below:
        return None
    return f"Rated {rating.score} of 5" + (f": “{rating.remark}”" if rating.remark else ".")


def _dispute(situation: Situation, _: AlertRule) -> str | None:
    return next((one.reason for one in situation.flags if one.kind is FlagKind.OPEN_DISPUTE), None)


def _warning(situation: Situation, _: AlertRule) -> str | None:
    near = [one for one in situation.clocks if one.warned and not one.breached and one.stopped_at is None]
    return _clock_cause(near, "is left of")


def _breach(situation: Situation, _: AlertRule) -> str | None:
    return _clock_cause([one for one in situation.clocks if one.breached and one.stopped_at is None], "over")


def _clock_cause(clocks: list[ClockFact], words: str) -> str | None:
    if not clocks:
        return None
    one = min(clocks, key=lambda clock: clock.left)
    return f"{one.clock.replace('_', ' ').capitalize()}: {length(one.left)} {words} the promised {length(one.within)}."


def _missed(situation: Situation, _: AlertRule) -> str | None:
    """The chat carries the tag of an escalation, and its run knows no case."""
    tagged = "escalated" in situation.conversation.tags
    return (
        "The chat is tagged as escalated, and no case is known."
        if tagged and not (situation.run and situation.run.case)
        else None
    )


_SIGNALS: dict[Signal, Callable[[Situation, AlertRule], str | None]] = {
    "new_chat": _new_chat,
    "vip_waiting": _vip_waiting,
    "negative_sentiment": _upset,
    "low_rating": _low_rating,
    "dispute_opened": _dispute,
    "sla_warning": _warning,
    "sla_breach": _breach,
    "missed_escalation": _missed,
}
"""What a conversation shows by itself. Lulls, outages, failures and answers of the second line come as their own events."""
