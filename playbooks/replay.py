"""Runs a procedure over a past conversation as if it had been in force then; it asks nobody and writes nothing.

Assumed where the record is silent: timers fire at their time, a case that nobody recorded is opened two seconds after it
was asked for, a form that a changed procedure newly demands gets filled in (and is reported), the customer and the agents
would have said the same. Shifts, hours and inboxes are today's.
"""

from bisect import insort
from collections.abc import Mapping
from datetime import datetime, timedelta

from playbooks.domain.base import Frozen, Instant
from playbooks.domain.case import Case
from playbooks.domain.customer import Identity
from playbooks.domain.facts import Customer360, Gap, GapReason
from playbooks.domain.policy import Policies
from playbooks.domain.recorded import Recorded
from playbooks.domain.run import SopRun, TrailEntry
from playbooks.domain.sop import EffectName, Sop
from playbooks.guards import GuardFacts
from playbooks.machine import Moved, Outcome, Refused, fire, start, step, triggered
from playbooks.replay_occurrences import Occurrence, case_results, occurrences, taken_cell
from playbooks.standing import guard_facts

TIMER = "timer:"
"""How the event ids of replayed timers begin."""
CASE_AFTER = timedelta(seconds=2)
# A table whose timers begin anew every second would otherwise replay a year of seconds.
MOST_STEPS = 2_000
# Whom the other systems know is not recorded; the procedure then turns nobody away for want of an answer.
_UNKNOWN = Customer360(
    identity=Identity(),
    gaps=(Gap(source="salesforce", reason=GapReason.NOT_CONNECTED, remedy="A replay asks no other system."),),
)


class Signal(Frozen):
    """Something the procedure asked for (an effect's name), or a press it `refused` or `asked` more for."""

    at: Instant
    kind: str
    value: str = ""
    because: str = ""


class Replayed(Frozen):
    """How the conversation would have gone; the trail is in `run`."""

    run: SopRun
    signals: tuple[Signal, ...] = ()
    cut_off: bool = False

    @property
    def timed(self) -> tuple[TrailEntry, ...]:
        return tuple(one for one in self.run.trail if one.event_id.startswith(TIMER))


def replay(recorded: Recorded, sop: Sop, policies: Policies, *, basis: Sop) -> Replayed:
    """`basis` is the procedure that was in force, which explains the record; `sop` the one that is tried."""
    return _Course(recorded, sop, policies, basis).whole()


class _Course:
    def __init__(self, recorded: Recorded, sop: Sop, policies: Policies, basis: Sop) -> None:
        self._recorded, self._sop, self._policies, self._basis = recorded, sop, policies, basis
        self._ahead = list(occurrences(recorded, basis, policies))
        self._results = list(case_results(recorded, basis))
        self._held = _held_guards(recorded, basis)
        begun_at = recorded.conversation.created_at
        self._until = max((one.at for one in self._ahead), default=begun_at)
        self._run = start(sop, recorded.conversation.conversation_id, begun_at, "started", policies.hours)
        self._signals: list[Signal] = []

    def whole(self) -> Replayed:
        steps = 0
        while steps < MOST_STEPS and self._next():
            steps += 1
        return Replayed(run=self._run, signals=tuple(self._signals), cut_off=steps == MOST_STEPS)

    def _next(self) -> bool:
        """The next timer or occurrence, whichever comes first; False at the end of the record."""
        timer = min(self._run.timers, key=lambda one: one.due_at, default=None)
        soon = self._ahead[0].at if self._ahead else None
        if timer and timer.due_at <= self._until and (soon is None or timer.due_at < soon):
            event_id = f"{TIMER}{timer.name}:{timer.due_at.isoformat()}"
            outcome = fire(
                self._sop, self._run, timer.name, facts=self._facts(timer.due_at), now=timer.due_at, event_id=event_id
            )
            self._follow(outcome, timer.due_at)
            return True
        if not self._ahead:
            return False
        self._happen(self._ahead.pop(0))
        return True

    def _happen(self, one: Occurrence) -> None:
        if one.press is not None:
            self._press(one, one.press)
        elif one.trigger is not None:
            facts = self._facts(one.at, by=one.by)
            transition = triggered(self._sop, self._run, one.trigger, facts=facts, by=one.by)
            if transition is not None:
                self._follow(self._stepped(one, transition, facts), one.at)

    def _press(self, one: Occurrence, transition: str) -> None:
        way_out = self._basis.way_out(transition)
        filled = {name: "filled" for name, need in way_out.needs.items() if need.required} if way_out else {}
        outcome = self._stepped(one, transition, self._facts(one.at, by=one.by, pressed=True, inputs=filled))
        if isinstance(outcome, Refused) and outcome.missing:
            self._signals.append(Signal(at=one.at, kind="asked", value=", ".join(outcome.missing), because=transition))
            filled |= dict.fromkeys(outcome.missing, "filled")
            outcome = self._stepped(one, transition, self._facts(one.at, by=one.by, pressed=True, inputs=filled))
        if isinstance(outcome, Refused):
            self._signals.append(Signal(at=one.at, kind="refused", value=transition, because=outcome.reason))
        self._follow(outcome, one.at)

    def _stepped(self, one: Occurrence, transition: str, facts: GuardFacts) -> Outcome:
        return step(
            self._sop, self._run, transition, facts=facts, now=one.at, event_id=one.event_id, by=one.by, part_id=one.part_id
        )

    def _follow(self, outcome: Outcome, at: datetime) -> None:
        if isinstance(outcome, Refused):
            return
        self._run = outcome.run
        if not isinstance(outcome, Moved):
            return
        because = outcome.run.trail[-1].reason or outcome.run.trail[-1].transition
        for effect in outcome.does:
            self._signals.append(Signal(at=at, kind=effect.do.value, value=effect.value, because=because))
            if effect.do is EffectName.OPEN_CASE:
                self._case_comes(at)

    def _case_comes(self, asked_at: datetime) -> None:
        """As it was recorded, result and delay; else after two seconds."""
        result = self._results.pop(0) if self._results else None
        failed = result is not None and "case_failed" in self._basis.transitions[result.transition].triggers
        if not failed:
            case = Case(case_id=f"replay-{asked_at.isoformat()}", number="replayed", status="New")
            self._run = self._run.model_copy(update={"case": case})
        at = max(result.at, asked_at) if result else asked_at + CASE_AFTER
        trigger = "case_failed" if failed else "case_opened"
        came = Occurrence.model_validate({"at": at, "event_id": f"case:{asked_at.isoformat()}", "trigger": trigger})
        insort(self._ahead, came, key=lambda one: one.at)

    def _facts(
        self, at: datetime, *, by: str | None = None, pressed: bool = False, inputs: Mapping[str, str] | None = None
    ) -> GuardFacts:
        whole = self._recorded.conversation
        seen = whole.model_copy(update={"parts": tuple(one for one in whole.parts if one.at <= at)})
        agent = self._policies.team.agent(by) if by else None
        facts = guard_facts(
            seen, _UNKNOWN, self._sop, self._run, self._policies, now=at, agent=agent, pressed=pressed, inputs=inputs
        )
        return facts.model_copy(update=self._held)


def _held_guards(recorded: Recorded, basis: Sop) -> dict[str, bool]:
    """What the record proves about eligibility: the step that was taken at the very start tells which guards held."""
    first = next((one for one in recorded.trail if one.from_state == basis.start), None)
    if first is None or basis.eligibility is None:
        return {}
    cell = taken_cell(basis, first)
    return {name: cell is None or name not in cell.unless for name in basis.eligibility.guards}
