"""Proves a procedure before it runs (names, reachability, exits, timers): says what is wrong and where, repairs nothing."""

from collections.abc import Iterator, Mapping

from playbooks.domain.base import Frozen
from playbooks.domain.people import Role
from playbooks.domain.sop import Cell, Cells, Effect, EffectName, Sop
from playbooks.guards import GUARDS

Path = tuple[str | int, ...]


class Problem(Frozen):
    """`path` leads to the place in the file, key by key."""

    path: Path
    message: str
    remedy: str


def proved(sop: Sop) -> tuple[Problem, ...]:
    """Everything that is wrong with it, each once, also where several states share a row; () is the proof."""
    found = (
        *_start(sop),
        *_shared(sop),
        *_cells(sop),
        *_unreachable(sop),
        *_stuck(sop),
        *_timers(sop),
        *_offers(sop),
        *_idle_transitions(sop),
        *_milestones(sop),
        *_ways_out(sop),
        *_guards(("eligibility", "guards"), sop.eligibility.guards if sop.eligibility else ()),
        *_closing(sop),
    )
    return tuple(dict.fromkeys(found))


def _problem(path: Path, message: str, remedy: str) -> Problem:
    return Problem(path=path, message=message, remedy=remedy)


def _among(names: object) -> str:
    listed = ", ".join(sorted(str(one) for one in names)) if isinstance(names, (list, tuple, dict, set, frozenset)) else ""
    return f"Use one of: {listed}."


def _each_cell(sop: Sop) -> Iterator[tuple[Path, str, Cell]]:
    """Every cell with its place in the file and its transition."""
    for state, row in sop.table.items():
        for transition, cells in row.items():
            for number, cell in enumerate(cells):
                yield (*_place(sop, state, transition), number), transition, cell


def _place(sop: Sop, state: str, transition: str) -> Path:
    """A state's own row, or the shared one it includes."""
    declared = sop.states[state]
    if transition in declared.on:
        return ("states", state, "on", transition)
    return ("shared", next(one for one in declared.includes if transition in sop.shared.get(one, {})), transition)


def _start(sop: Sop) -> Iterator[Problem]:
    if sop.start not in sop.states:
        yield _problem(("start",), f"state {sop.start} does not exist", _among(tuple(sop.states)))


def _shared(sop: Sop) -> Iterator[Problem]:
    used = {one for state in sop.states.values() for one in state.includes}
    for name, state in sop.states.items():
        for one in state.includes:
            if one not in sop.shared:
                yield _problem(("states", name, "includes"), f"shared row {one} does not exist", _among(tuple(sop.shared)))
    for one in sop.shared.keys() - used:
        yield _problem(("shared", one), f"no state includes the shared row {one}", "Include it, or remove it.")


def _cells(sop: Sop) -> Iterator[Problem]:
    for path, transition, cell in _each_cell(sop):
        if transition not in sop.transitions:
            yield _problem(path[:-1], f"transition {transition} is not declared", "Declare it under `transitions`.")
        if cell.to is not None and cell.to not in sop.states:
            yield _problem((*path, "to"), f"state {cell.to} does not exist", _among(tuple(sop.states)))
        yield from _guards(path, (*cell.when, *cell.unless))
        for number, effect in enumerate(cell.does):
            yield from _effect(sop, (*path, "does", number), effect)
    yield from _shadowed(sop)


def _guards(path: Path, names: tuple[str, ...]) -> Iterator[Problem]:
    for name in names:
        if name not in GUARDS:
            yield _problem(path, f"guard {name} does not exist", _among(tuple(GUARDS)))


def _effect(sop: Sop, path: Path, effect: Effect) -> Iterator[Problem]:
    allowed: tuple[str, ...]
    match effect.do:
        case EffectName.NOTIFY_ROLE | EffectName.ASSIGN_ROLE:
            allowed = tuple(Role)
        case EffectName.SHOW_FORM:
            allowed = tuple(sop.ways_out)
        case EffectName.ADD_NOTE:
            allowed = tuple(sop.notes)
        case EffectName.ADD_TAG | EffectName.REMOVE_TAG | EffectName.RECORD:
            allowed = (effect.value,) if effect.value else ("a value",)
        case _:
            return
    if effect.value not in allowed:
        yield _problem(path, f"{effect.do.value} has no such value: {effect.value or '(nothing)'}", _among(allowed))


def _shadowed(sop: Sop) -> Iterator[Problem]:
    """A cell without guards answers always, so cells after it never do."""
    for state, row in sop.table.items():
        for transition, cells in row.items():
            if any(not one.when and not one.unless for one in cells[:-1]):
                yield _problem(
                    _place(sop, state, transition),
                    "a cell without guards hides those after it",
                    "Put the cell without guards last.",
                )


def _reached(sop: Sop) -> set[str]:
    reached, ahead = {sop.start}, [sop.start]
    while ahead:
        fresh = _to(sop.table.get(ahead.pop(), {})) - reached
        reached |= fresh
        ahead.extend(fresh)
    return reached


def _unreachable(sop: Sop) -> Iterator[Problem]:
    for state in sop.states.keys() - _reached(sop):
        yield _problem(("states", state), f"state {state} is never reached", "Lead a transition to it or remove it.")


def _ends(sop: Sop) -> set[str]:
    """States from which a final one can be reached."""
    ends = {name for name, one in sop.states.items() if one.final}
    grown = True
    while grown:
        more = {name for name, row in sop.table.items() if _to(row) & ends} - ends
        ends |= more
        grown = bool(more)
    return ends


def _to(row: Mapping[str, Cells]) -> set[str]:
    return {cell.to for cells in row.values() for cell in cells if cell.to is not None}


def _stuck(sop: Sop) -> Iterator[Problem]:
    for state in sop.states.keys() - _ends(sop):
        yield _problem(("states", state), f"from state {state} no final state can be reached", "Add a way out of it.")
    for name, one in sop.states.items():
        if not one.final and not _leaves(sop, name):
            yield _problem(("states", name, "on"), f"state {name} waits and has no exit", "Add a transition that leaves it.")


def _leaves(sop: Sop, name: str) -> bool:
    return bool(_to(sop.table[name]) - {name})


def _timers(sop: Sop) -> Iterator[Problem]:
    for name, one in sop.states.items():
        if not one.final and not one.timers:
            yield _problem(("states", name), f"state {name} waits without a timer", "Add a timer, so that nobody is forgotten.")
        if one.final and one.timers:
            yield _problem(("states", name, "timers"), f"final state {name} has a timer", "Remove it, or `final: true`.")
        for timer, declared in one.timers.items():
            if declared.then not in sop.table[name]:
                message = f"timer {timer} leads to {declared.then}, which state {name} does not declare"
                yield _problem(("states", name, "timers", timer, "then"), message, _among(tuple(sop.table[name])))


def _offers(sop: Sop) -> Iterator[Problem]:
    for name, one in sop.states.items():
        for offer in one.offers:
            path = ("states", name, "offers")
            if offer not in sop.table[name]:
                yield _problem(
                    path, f"{offer} is offered in state {name} but not declared there", _among(tuple(sop.table[name]))
                )
            elif offer in sop.transitions and sop.transitions[offer].permission is None:
                yield _problem(path, f"{offer} is offered but nobody may press it", "Give the transition a permission.")


def _idle_transitions(sop: Sop) -> Iterator[Problem]:
    timed = {timer.then for one in sop.states.values() for timer in one.timers.values()}
    for name, one in sop.transitions.items():
        path = ("transitions", name)
        if all(name not in row for row in sop.table.values()):
            yield _problem(path, f"no state declares transition {name}", "Use it in a state's `on`, or remove it.")
        elif one.permission is None and not one.triggers and name not in timed:
            yield _problem(path, f"nothing causes transition {name}", "Give it a permission, a trigger or a timer.")


def _milestones(sop: Sop) -> Iterator[Problem]:
    for name, one in sop.milestones.items():
        for transition in one.done_by:
            if transition not in sop.transitions:
                path = ("milestones", name, "done_by")
                yield _problem(path, f"transition {transition} does not exist", _among(tuple(sop.transitions)))
        for state in one.before:
            if state not in sop.states:
                yield _problem(("milestones", name, "before"), f"state {state} does not exist", _among(tuple(sop.states)))


def _ways_out(sop: Sop) -> Iterator[Problem]:
    done = {effect.do for _, _, cell in _each_cell(sop) for effect in cell.does}
    for name, one in sop.ways_out.items():
        path = ("ways_out", name)
        declared = sop.transitions.get(one.transition)
        if declared is None:
            yield _problem((*path, "transition"), f"transition {one.transition} does not exist", _among(tuple(sop.transitions)))
        elif declared.permission is not one.permission:
            yield _problem((*path, "permission"), "differs from its transition's permission", "Write the same in both places.")
        for effect in one.writes_back:
            if effect.do not in done:
                message = f"promises {effect.do.value}, which no transition does"
                yield _problem((*path, "writes_back"), message, "Put it into a cell's `does`.")
        for need, asked in one.needs.items():
            if (asked.kind == "choice") != bool(asked.choices):
                message = "a choice needs `choices`, and only a choice has them"
                yield _problem((*path, "needs", need), message, "Add `choices`, or change `kind`.")


def _closing(sop: Sop) -> Iterator[Problem]:
    if sop.closing is None:
        return
    for state in sop.closing.states:
        if state not in sop.states:
            yield _problem(("closing", "states"), f"state {state} does not exist", _among(tuple(sop.states)))
    for path, _, cell in _each_cell(sop):
        if any(one.do is EffectName.CLOSE for one in cell.does) and cell.to not in sop.closing.states:
            message = f"closes the chat on the way to {cell.to}, which the closing rules do not allow"
            yield _problem((*path, "does"), message, _among(sop.closing.states))
