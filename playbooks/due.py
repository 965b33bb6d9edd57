"""When a conversation is next to be looked at without anything happening: clocks' marks, breaches, the end of quiet hours.

Due moments are written down, so that a sweep touches only what is due instead of reckoning every clock again.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from playbooks.business_time import due_at
from playbooks.domain.clock import ClockFact
from playbooks.domain.policy import AlertRule, HoursPolicy, SlaPolicy, SlaTarget

_A_MOMENT = timedelta(microseconds=1)


def clocks_due(clocks: Iterable[ClockFact], policy: SlaPolicy, hours: HoursPolicy, now: datetime) -> datetime | None:
    """The next mark or breach of any of them; None: nothing to come (stopped, breached or standing still)."""
    return min((at for one in clocks for at in _marks(one, policy, hours, now)), default=None)


def _marks(clock: ClockFact, policy: SlaPolicy, hours: HoursPolicy, now: datetime) -> Iterator[datetime]:
    if clock.stopped_at is not None or clock.breached or clock.due_at is None:
        return
    target = _target(clock, policy)
    calendar = hours.calendar(target.calendar) if target and target.calendar else None
    ahead = [mark for mark in policy.warn_at_percent if mark not in clock.warned]
    if ahead:
        yield due_at(calendar, now.astimezone(UTC), clock.within * min(ahead) / 100 - clock.used)
    else:
        yield clock.due_at


def _target(clock: ClockFact, policy: SlaPolicy) -> SlaTarget | None:
    rule = next((one for one in policy.rules if one.name == clock.rule), None)
    named = (clock.clock, clock.title)
    return next((one for one in rule.targets if (one.clock, one.title) == named), None) if rule else None


def quiet_ends(rule: AlertRule, hours: HoursPolicy, now: datetime) -> datetime:
    """The next moment at which a rule with quiet hours may speak."""
    return due_at(hours.calendar(rule.quiet_outside), now.astimezone(UTC), _A_MOMENT)
