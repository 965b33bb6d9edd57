"""Which promises a conversation is under, and where each clock stands now; it sets no timer and tells nobody."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from playbooks.business_time import Interval, due_at, elapsed, is_open, open_intervals, total, used_up_at, without
from playbooks.domain.clock import ClockFact
from playbooks.domain.conversation import AuthorKind, Conversation, ConversationState, Part, PartKind
from playbooks.domain.policy import Calendar, HoursPolicy, Pause, SlaMatch, SlaPolicy, SlaRule, SlaTarget
from playbooks.domain.run import SopRun

__all__ = ["clocks", "due_at", "elapsed", "is_open", "rule_for"]

_Test = Callable[[Part], bool]
_AWAKE = frozenset({PartKind.UNSNOOZED, PartKind.OPENED, PartKind.CLOSED})


def rule_for(
    policy: SlaPolicy, *, vip: bool = False, tier: str = "", segment: str = "", channel: str = "", priority: str = ""
) -> SlaRule | None:
    """The first rule that matches; names compare without regard to case."""
    said = {"segments": segment, "tiers": tier, "channels": channel, "priorities": priority}
    return next((one for one in policy.rules if _matches(one.match, said, vip)), None)


def _matches(match: SlaMatch, said: dict[str, str], vip: bool) -> bool:
    listed = all(
        not (wanted := getattr(match, field)) or value.lower() in {one.lower() for one in wanted}
        for field, value in said.items()
    )
    return listed and match.vip in {None, vip}


def clocks(
    conversation: Conversation,
    policy: SlaPolicy,
    hours: HoursPolicy,
    now: datetime,
    *,
    vip: bool = False,
    tier: str = "",
    segment: str = "",
    channel: str = "",
    priority: str = "",
    run: SopRun | None = None,
) -> tuple[ClockFact, ...]:
    """A clock for each promise that has begun. A next response that was given is over and no longer listed.

    `run` tells when the second line was asked and when it answered.
    """
    rule = rule_for(policy, vip=vip, tier=tier, segment=segment, channel=channel, priority=priority)
    if rule is None:
        return ()
    facts = (_clock(conversation, rule, target, policy, hours, now, run) for target in rule.targets)
    return tuple(one for one in facts if one is not None)


def _clock(
    conversation: Conversation,
    rule: SlaRule,
    target: SlaTarget,
    policy: SlaPolicy,
    hours: HoursPolicy,
    now: datetime,
    sop_run: SopRun | None,
) -> ClockFact | None:
    run = _second_line(sop_run, target) if target.clock == "second_line" else _run(conversation, target)
    if run is None or run[0] > now:
        return None
    started, stopped = run
    calendar = hours.calendar(target.calendar) if target.calendar else None
    pauses = list(_pauses(conversation, target.pauses, now))
    counted = without(open_intervals(calendar, started, stopped or now), pauses)
    used = total(counted)
    breached = used > target.within or (stopped is None and used == target.within)
    paused = _paused(calendar, target.pauses, conversation, now) if stopped is None else None
    return ClockFact(
        clock=target.clock,
        rule=rule.name,
        within=target.within,
        started_at=started,
        used=used,
        due_at=_due(calendar, target, counted, now, used, paused) if stopped is None else None,
        stopped_at=stopped,
        paused_because=paused,
        breached=breached,
        warned=tuple(mark for mark in policy.warn_at_percent if used >= target.within * mark / 100),
        title=target.title,
    )


def _due(
    calendar: Calendar | None, target: SlaTarget, counted: list[Interval], now: datetime, used: timedelta, paused: Pause | None
) -> datetime | None:
    """The moment of the breach, past or to come; None while nobody can say because the clock stands still."""
    if used >= target.within:
        return used_up_at(counted, target.within)
    if paused in {"waiting_for_customer", "snoozed"}:
        return None
    return due_at(calendar, now.astimezone(UTC), target.within - used)


def _run(conversation: Conversation, target: SlaTarget) -> tuple[datetime, datetime | None] | None:
    """When the promise began and when it was over (None: not yet); no promise before the customer has written.

    A closed chat owes no answer any more: somebody decided that the last word, often a thank-you, needed none.
    """
    spoken = [one for one in conversation.public_parts if one.author.kind in {AuthorKind.CONTACT, AuthorKind.AGENT}]
    first = next((one for one in spoken if one.author.kind is AuthorKind.CONTACT), None)
    if first is None:
        return None
    match target.clock:
        case "first_response":
            answer = next((one for one in spoken if one.author.kind is AuthorKind.AGENT and one.at >= first.at), None)
            return first.at, answer.at if answer else _closed_at(conversation)
        case "next_response":
            return None if _closed_at(conversation) else _next_response(spoken)
        case "resolution":
            return first.at, _closed_at(conversation)
    return None


def _second_line(run: SopRun | None, target: SlaTarget) -> tuple[datetime, datetime | None] | None:
    """From the last time they were asked to the answer after it; what happened while nobody was asked is none."""
    trail = run.trail if run else ()
    asked = max((at for at, one in enumerate(trail) if one.transition in target.starts_with), default=None)
    if asked is None:
        return None
    answer = next((one.at for one in trail[asked + 1 :] if one.transition in target.stops_with), None)
    return trail[asked].at, answer


def _next_response(spoken: list[Part]) -> tuple[datetime, None] | None:
    """Runs from the first unanswered word after an answer of ours."""
    last_answer = max((place for place, one in enumerate(spoken) if one.author.kind is AuthorKind.AGENT), default=None)
    if last_answer is None or last_answer + 1 == len(spoken):
        return None
    return spoken[last_answer + 1].at, None


def _closed_at(conversation: Conversation) -> datetime | None:
    if conversation.state is not ConversationState.CLOSED:
        return None
    closed = [one.at for one in conversation.parts if one.kind is PartKind.CLOSED]
    return closed[-1] if closed else conversation.updated_at


def _pauses(conversation: Conversation, wanted: tuple[Pause, ...], now: datetime) -> Iterator[Interval]:
    if "waiting_for_customer" in wanted:
        yield from _stretches(conversation, now, _we_spoke, _customer_spoke)
    if "snoozed" in wanted:
        yield from _stretches(conversation, now, _fell_asleep, _woke_up)


def _stretches(conversation: Conversation, now: datetime, begins: _Test, ends: _Test) -> Iterator[Interval]:
    begun: datetime | None = None
    for part in conversation.parts:
        if begun is not None and ends(part):
            yield begun, part.at
            begun = None
        if begun is None and begins(part):
            begun = part.at
    if begun is not None:
        yield begun, max(begun, now)


def _we_spoke(part: Part) -> bool:
    return part.is_public and part.author.kind is AuthorKind.AGENT


def _customer_spoke(part: Part) -> bool:
    return part.is_public and part.author.kind is AuthorKind.CONTACT


def _fell_asleep(part: Part) -> bool:
    return part.kind is PartKind.SNOOZED


def _woke_up(part: Part) -> bool:
    return part.kind in _AWAKE or _customer_spoke(part)


def _paused(calendar: Calendar | None, wanted: tuple[Pause, ...], conversation: Conversation, now: datetime) -> Pause | None:
    """Why the clock stands still at this moment."""
    if "snoozed" in wanted and conversation.state is ConversationState.SNOOZED:
        return "snoozed"
    spoken = [one for one in conversation.public_parts if _we_spoke(one) or _customer_spoke(one)]
    if "waiting_for_customer" in wanted and spoken and _we_spoke(spoken[-1]):
        return "waiting_for_customer"
    return None if is_open(calendar, now) else "outside_hours"
