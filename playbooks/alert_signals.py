"""What a conversation shows that alert rules look for: each signal a plain question, answered with the cause in words."""

from collections.abc import Callable, Mapping

from playbooks.domain.base import Frozen
from playbooks.domain.clock import ClockFact
from playbooks.domain.conversation import AuthorKind, Conversation, ConversationState
from playbooks.domain.facts import Customer360, Flag, FlagKind
from playbooks.domain.policy import AlertRule, Signal
from playbooks.domain.run import SopRun
from playbooks.domain.triage import Triage
from playbooks.words import length

# One sharp word is not a trend: without a falling one, that many counted words.
_WORDS_FOR_A_MOOD = 2


class Situation(Frozen):
    """What alert rules look at. `operators_told`: the procedure has called the operators; before it does, nobody need hurry.

    `news` are signals that came as events of their own (an answer of the second line), each with its cause.
    """

    conversation: Conversation
    triage: Triage
    customer: Customer360 | None = None
    flags: tuple[Flag, ...] = ()
    clocks: tuple[ClockFact, ...] = ()
    run: SopRun | None = None
    operators_told: bool = True
    news: tuple[tuple[Signal, str], ...] = ()

    @property
    def owned(self) -> bool:
        return self.run is not None and self.run.owner is not None

    @property
    def answered(self) -> bool:
        return any(one.author.kind is AuthorKind.AGENT for one in self.conversation.public_parts)

    @property
    def closed(self) -> bool:
        return self.conversation.state is ConversationState.CLOSED


class Seen(Frozen):
    """`step` changes where the same cause became worse."""

    cause: str
    step: str = ""


def comes_as_news(signal: Signal) -> bool:
    """An event of its own: once it has passed, no look at the conversation finds it again."""
    return signal not in _SIGNALS


def seen(situation: Situation, rule: AlertRule) -> Seen | None:
    """What of this rule's signal the situation shows; None: nothing."""
    news = dict(situation.news).get(rule.signal)
    if news is not None:
        return Seen(cause=news)
    look = _SIGNALS.get(rule.signal)
    found = look(situation, rule) if look else None
    return Seen(cause=found) if isinstance(found, str) else found


def _new_chat(situation: Situation, _: AlertRule) -> str | None:
    waits = situation.triage.customer_waits and not situation.answered and situation.operators_told
    return "A customer has written and nobody has answered." if waits else None


def _vip_waiting(situation: Situation, _: AlertRule) -> str | None:
    reason = next((one.reason for one in situation.flags if one.kind is FlagKind.VIP), "VIP customer")
    waits = situation.triage.vip and situation.triage.customer_waits and situation.operators_told
    return f"{reason}." if waits else None


def _upset(situation: Situation, rule: AlertRule) -> str | None:
    felt = situation.triage.sentiment
    if felt is None or rule.below is None or felt.score >= rule.below or situation.closed:
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


def _warning(situation: Situation, _: AlertRule) -> Seen | None:
    return _clock_cause([one for one in _running(situation) if one.warned and not one.breached], "is left of")


def _breach(situation: Situation, _: AlertRule) -> Seen | None:
    return _clock_cause([one for one in _running(situation) if one.breached], "over")


def _running(situation: Situation) -> list[ClockFact]:
    return [one for one in situation.clocks if one.stopped_at is None] if situation.operators_told else []


def _clock_cause(clocks: list[ClockFact], words: str) -> Seen | None:
    """The worst first; each clock that is as far is named, and each that joins them tells the alert anew."""
    if not clocks:
        return None
    found = sorted(clocks, key=lambda clock: clock.left)
    causes = (f"{_name(one)}: {length(one.left)} {words} the promised {length(one.within)}." for one in found)
    steps = sorted(f"{one.clock}{one.title}:{'breach' if one.breached else max(one.warned)}" for one in found)
    return Seen(cause=" ".join(causes), step=" ".join(steps))


def _name(clock: ClockFact) -> str:
    return clock.title or clock.clock.replace("_", " ").capitalize()


def _missed(situation: Situation, _: AlertRule) -> str | None:
    """The chat carries the tag of an escalation, or its procedure says case, and its run knows none."""
    tagged = "escalated" in situation.conversation.tags
    missing = tagged and not (situation.run and situation.run.case)
    return "The chat is tagged as escalated, and no case is known." if missing else None


def _in_state(name: str, cause: str) -> Callable[[Situation, AlertRule], str | None]:
    """A procedure's state of the same name as the signal."""

    def look(situation: Situation, _: AlertRule) -> str | None:
        run = situation.run
        if run is None or run.state != name:
            return None
        entered = next((one for one in reversed(run.trail) if one.to_state == name and one.from_state != name), None)
        return entered.reason if entered and entered.reason else cause

    return look


_SIGNALS: Mapping[Signal, Callable[[Situation, AlertRule], str | Seen | None]] = {
    "new_chat": _new_chat,
    "vip_waiting": _vip_waiting,
    "negative_sentiment": _upset,
    "low_rating": _low_rating,
    "dispute_opened": _dispute,
    "sla_warning": _warning,
    "sla_breach": _breach,
    "missed_escalation": _missed,
    "lull": _in_state("lull", "No word from us."),
    "assistance_requested": _in_state("assistance_requested", "A colleague asks for a decision or a specialist's view."),
}
"""What a conversation shows by itself. Outages, failures and answers of the second line come as their own events."""
