"""Runs a procedure: one look-up in its table, then a new run or a refusal by name; it never acts and asks no clock."""

from datetime import datetime

from playbooks.business_time import due_at
from playbooks.domain.base import Frozen
from playbooks.domain.policy import HoursPolicy, Permission
from playbooks.domain.run import SopRun, Timer, TrailEntry
from playbooks.domain.sop import Cell, Effect, EffectName, Sop, State, StateTimer, Trigger
from playbooks.guards import GuardFacts, failing
from playbooks.progress import passed_over

START = "start"
"""The trail's name for a run's beginning, which is no transition of the table."""


class Moved(Frozen):
    """The transition happened: save `run` together with what it `does`, then act."""

    run: SopRun
    does: tuple[Effect, ...] = ()


class Stayed(Frozen):
    """A declared no-op, for example a second press on Escalate; `reason` is fit to show."""

    run: SopRun
    reason: str


class Refused(Frozen):
    """Not in the table, or not now. `allowed` are the transitions that this state declares; `missing` inputs to ask for."""

    transition: str
    state: str
    reason: str
    allowed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


Outcome = Moved | Stayed | Refused


def start(sop: Sop, conversation_id: str, now: datetime, event_id: str, hours: HoursPolicy | None = None) -> SopRun:
    """A new run in the procedure's first state."""
    begun = TrailEntry(at=now, transition=START, from_state="", to_state=sop.start, event_id=event_id)
    return SopRun(
        conversation_id=conversation_id,
        sop=sop.sop_id,
        sop_version=sop.version,
        state=sop.start,
        entered_at=now,
        trail=(begun,),
        timers=timers_of(sop.states[sop.start], now, hours),
    )


def step(
    sop: Sop,
    run: SopRun,
    transition: str,
    *,
    facts: GuardFacts,
    now: datetime,
    event_id: str,
    by: str | None = None,
    part_id: str | None = None,
) -> Outcome:
    """Takes one transition, or says why not. The same event takes the same transition only once, however often it comes."""
    known = _known(facts, run, by)
    if _taken(run, transition, event_id):
        return Stayed(run=run, reason="This event was already taken into account.")
    refusal = _forbidden(sop, run, transition, known) or _incomplete(sop, run, transition, known)
    if refusal:
        return refusal
    cell = _open_cell(sop, run, transition, known)
    if cell is None:
        return _refused(sop, run, transition, _why_closed(sop, run, transition, known))
    if cell.to is None:
        return Stayed(run=run, reason=cell.stay)
    return _moved(
        sop,
        run,
        cell,
        cell.to,
        TrailEntry(
            at=now,
            transition=transition,
            from_state=run.state,
            to_state=cell.to,
            event_id=event_id,
            by=by,
            part_id=part_id,
            reason=cell.because,
            skipped=passed_over(sop, run, transition, cell.to),
        ),
        facts.hours,
    )


def fire(sop: Sop, run: SopRun, timer: str, *, facts: GuardFacts, now: datetime, event_id: str) -> Moved | Stayed:
    """A due timer's transition. The timer is used up whatever comes of it; one that is not set any more does nothing."""
    rest = run.model_copy(update={"timers": tuple(one for one in run.timers if one.name != timer)})
    declared = sop.states[run.state].timers.get(timer) if run.state in sop.states else None
    if rest == run or declared is None:
        return Stayed(run=rest, reason=f"Timer {timer} is not running any more.")
    outcome = step(sop, rest, declared.then, facts=facts, now=now, event_id=event_id)
    return Stayed(run=rest, reason=outcome.reason) if isinstance(outcome, Refused) else outcome


def due(run: SopRun, now: datetime) -> tuple[Timer, ...]:
    """The timers whose time has come, oldest first."""
    return tuple(sorted((one for one in run.timers if one.due_at <= now), key=lambda one: one.due_at))


def triggered(sop: Sop, run: SopRun, trigger: Trigger, *, facts: GuardFacts, by: str | None = None) -> str | None:
    """The transition an event causes in this state: the first declared for the trigger whose guards let it through.

    Where none is let through, one that would at least be a declared no-op is named; None: the procedure ignores the event.
    """
    known = _known(facts, run, by)
    names = [name for name, one in sop.transitions.items() if trigger in one.triggers and sop.cells(run.state, name)]
    return next((name for name in names if _open_cell(sop, run, name, known)), None)


def offers(sop: Sop, run: SopRun, *, facts: GuardFacts, by: str | None = None) -> tuple[str, ...]:
    """What this person may press now: the state's offers that their permissions and the guards allow, in its order."""
    known = _known(facts, run, by)
    listed = sop.states[run.state].offers if run.state in sop.states else ()
    return tuple(
        name
        for name in listed
        if sop.transitions[name].permission in known.permissions
        and (cell := _open_cell(sop, run, name, known)) is not None
        and cell.to is not None
    )


def withheld(sop: Sop, run: SopRun, *, facts: GuardFacts, by: str | None = None) -> tuple[tuple[str, str], ...]:
    """What the state offers and this person may not press now, each with the reason."""
    open_to_them, known = offers(sop, run, facts=facts, by=by), _known(facts, run, by)
    listed = sop.states[run.state].offers if run.state in sop.states else ()
    return tuple((name, _reason(sop, run, name, known)) for name in listed if name not in open_to_them)


def _reason(sop: Sop, run: SopRun, name: str, facts: GuardFacts) -> str:
    permission, cell = sop.transitions[name].permission, _open_cell(sop, run, name, facts)
    if permission not in facts.permissions:
        return f"needs the permission {permission.value if permission else 'that nobody has'}"
    if cell is not None:
        return cell.stay
    return "; or ".join(", ".join(failing(one.when, one.unless, facts)) for one in sop.cells(run.state, name))


def _known(facts: GuardFacts, run: SopRun, by: str | None) -> GuardFacts:
    """What the run itself knows is not asked of the caller."""
    acts = {"by_agent": by is not None, "by_owner": by is not None and by == run.owner}
    has = {"has_owner": run.owner is not None, "has_case": facts.has_case or run.case is not None}
    return facts.model_copy(update={**acts, **has})


def _taken(run: SopRun, transition: str, event_id: str) -> bool:
    return any(one.event_id == event_id and one.transition == transition for one in run.trail)


def _open_cell(sop: Sop, run: SopRun, transition: str, facts: GuardFacts) -> Cell | None:
    cells = sop.cells(run.state, transition)
    return next((one for one in cells if not failing(one.when, one.unless, facts)), None)


def _forbidden(sop: Sop, run: SopRun, transition: str, facts: GuardFacts) -> Refused | None:
    """A press needs the transition's permission; one without a permission is for events and timers only."""
    declared = sop.transitions.get(transition)
    if declared is None or not facts.pressed or not sop.cells(run.state, transition):
        return None
    if declared.permission is None:
        return _refused(sop, run, transition, f"“{declared.title}” is caused by events, nobody can press it.")
    if declared.permission not in facts.permissions:
        return _refused(sop, run, transition, _not_permitted(declared.title, declared.permission))
    return None


def _not_permitted(title: str, permission: Permission) -> str:
    return f"“{title}” needs the permission {permission.value}, which this person does not have."


def _incomplete(sop: Sop, run: SopRun, transition: str, facts: GuardFacts) -> Refused | None:
    """A way out pressed without what it needs; a declared no-op asks for nothing."""
    way_out, cell = sop.way_out(transition), _open_cell(sop, run, transition, facts)
    if not facts.pressed or way_out is None or cell is None or cell.to is None:
        return None
    missing = tuple(one for one, need in way_out.needs.items() if need.required and one not in facts.inputs)
    if not missing:
        return None
    labels = ", ".join(way_out.needs[one].label for one in missing)
    return _refused(sop, run, transition, f"“{way_out.title}” still needs: {labels}.", missing)


def _why_closed(sop: Sop, run: SopRun, transition: str, facts: GuardFacts) -> str:
    if transition not in sop.transitions:
        return f"Procedure {sop.sop_id} declares no transition {transition}."
    cells = sop.cells(run.state, transition)
    if not cells:
        return f"State {run.state} declares no transition {transition}."
    wanted = "; or ".join(", ".join(failing(one.when, one.unless, facts)) for one in cells)
    return f"Transition {transition} is not open in state {run.state}. It needs: {wanted}."


def _refused(sop: Sop, run: SopRun, transition: str, reason: str, missing: tuple[str, ...] = ()) -> Refused:
    allowed = tuple(sop.table.get(run.state, {}))
    return Refused(transition=transition, state=run.state, reason=reason, allowed=allowed, missing=missing)


def _moved(sop: Sop, run: SopRun, cell: Cell, to_state: str, entry: TrailEntry, hours: HoursPolicy | None) -> Moved:
    entered = to_state != run.state
    changed: dict[str, object] = {
        "state": to_state,
        "owner": _owner(run, cell, entry.by),
        "trail": (*run.trail, entry),
    }
    if entered:
        changed["entered_at"] = entry.at
    if entered or cell.again:
        changed["timers"] = timers_of(sop.states[to_state], entry.at, hours)
    return Moved(run=run.model_copy(update=changed), does=cell.does)


def _owner(run: SopRun, cell: Cell, by: str | None) -> str | None:
    named = {one.do for one in cell.does}
    if EffectName.CLEAR_OWNER in named:
        return None
    return by or run.owner if EffectName.SET_OWNER in named else run.owner


def timers_of(state: State, now: datetime, hours: HoursPolicy | None) -> tuple[Timer, ...]:
    return tuple(Timer(name=name, due_at=timer_due(one, now, hours)) for name, one in state.timers.items())


def timer_due(timer: StateTimer, now: datetime, hours: HoursPolicy | None) -> datetime:
    """In the timer's opening hours; around the clock where it names none, or where nobody knows them."""
    calendar = hours.calendar(timer.calendar) if hours and timer.calendar else None
    return due_at(calendar, now, timer.after)
