"""Moves a running chat to another version of its procedure, and says what that changes for it; it saves nothing."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from playbooks.domain.base import Frozen
from playbooks.domain.policy import HoursPolicy
from playbooks.domain.run import SopRun, Timer, TrailEntry
from playbooks.domain.sop import Cells, Sop
from playbooks.domain.span import spoken
from playbooks.machine import timer_due, timers_of

MIGRATE = "migrate"
"""The trail's name for the move, which is no transition of any table."""


class Moving(Frozen):
    """One chat's way to the new version. `run` None: it stays on its version, `why_not` says why."""

    conversation_id: str
    from_state: str
    to_state: str
    owner: str | None = None
    run: SopRun | None = None
    changes: tuple[str, ...] = ()
    why_not: str = ""


def is_running(sop: Sop, run: SopRun) -> bool:
    """Finished chats stay on their version: nothing is due there any more."""
    state = sop.states.get(run.state)
    return state is None or not state.final


def moving(
    old: Sop,
    new: Sop,
    run: SopRun,
    *,
    states: Mapping[str, str],
    now: datetime,
    event_id: str,
    hours: HoursPolicy | None = None,
) -> Moving:
    """`states` says what a state of the old version is called in the new one; unnamed ones keep their name."""
    to_state = states.get(run.state, run.state)
    why_not = _why_not(old, new, run, to_state)
    kept = Moving(
        conversation_id=run.conversation_id, from_state=run.state, to_state=to_state, owner=run.owner, why_not=why_not
    )
    if why_not:
        return kept
    timers = _timers(old, new, run, to_state, now, hours)
    changes = (*_state_changes(new, run, to_state), *_timer_changes(run, timers), *_row_changes(old, new, run.state, to_state))
    moved = TrailEntry(
        at=now,
        transition=MIGRATE,
        from_state=run.state,
        to_state=to_state,
        event_id=event_id,
        reason=f"Moved from version {run.sop_version} to {new.version} of the procedure.",
    )
    changed = {"sop_version": new.version, "state": to_state, "timers": timers, "trail": (*run.trail, moved)}
    return kept.model_copy(update={"run": run.model_copy(update=changed), "changes": changes})


def _why_not(old: Sop, new: Sop, run: SopRun, to_state: str) -> str:
    target = new.states.get(to_state)
    if old.sop_id != new.sop_id or run.sop != new.sop_id:
        return f"The chat goes by procedure {run.sop}, not {new.sop_id}."
    if target is None:
        return f"Version {new.version} has no state {to_state}. Name the state it became: --state {run.state}=<state>."
    if target.final:
        return f"State {to_state} is an end in version {new.version}: a chat that still runs would be forgotten there."
    return ""


def _timers(old: Sop, new: Sop, run: SopRun, to_state: str, now: datetime, hours: HoursPolicy | None) -> tuple[Timer, ...]:
    """A running timer keeps its beginning under the new length; one that was used up stays so; a new one begins now."""
    before = old.states[run.state].timers if run.state in old.states else {}
    running = {one.name: one for one in run.timers}
    timers: list[Timer] = []
    for name, declared in new.states[to_state].timers.items():
        if name in running:
            longer = declared.after - before[name].after if name in before else declared.after * 0
            timers.append(Timer(name=name, due_at=running[name].due_at + longer))
        elif name not in before:
            timers.append(Timer(name=name, due_at=timer_due(declared, now, hours)))
    # Nobody is forgotten: a chat whose every timer was used up or dropped waits under the new state's own, from now on.
    return tuple(timers) or timers_of(new.states[to_state], now, hours)


def _state_changes(new: Sop, run: SopRun, to_state: str) -> Iterator[str]:
    if to_state != run.state:
        yield f"state {run.state} becomes {to_state} (“{new.states[to_state].title}”)"


def _timer_changes(run: SopRun, timers: tuple[Timer, ...]) -> Iterator[str]:
    before, after = {one.name: one.due_at for one in run.timers}, {one.name: one.due_at for one in timers}
    for name in before | after:
        was, will = before.get(name), after.get(name)
        if was is None and will is not None:
            yield f"timer {name} begins, due {will:%Y-%m-%d %H:%M:%S} UTC"
        elif will is None:
            yield f"timer {name} no longer runs"
        elif was is not None and was != will:
            sign, by = ("later", will - was) if will > was else ("sooner", was - will)
            yield f"timer {name} is due {spoken(by)} {sign}"


def _row_changes(old: Sop, new: Sop, from_state: str, to_state: str) -> Iterator[str]:
    """What may happen next, seen from where the chat stands."""
    before, after = old.table.get(from_state, {}), new.table[to_state]
    for name in dict.fromkeys([*before, *after]):
        if name not in after:
            yield f"{name} is no longer possible here"
        elif name not in before:
            yield f"{name} becomes possible here"
        elif _worth(before[name]) != _worth(after[name]):
            yield f"{name} does something else here"
    was, will = old.states[from_state].offers if from_state in old.states else (), new.states[to_state].offers
    if set(was) != set(will):
        yield f"offered to press: {', '.join(will) or 'nothing'}"


def _worth(cells: Cells) -> tuple[object, ...]:
    """What a row's cells do, leaving out how they are worded."""
    return tuple((one.to, one.when, one.unless, one.does, one.again) for one in cells)
