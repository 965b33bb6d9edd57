"""Draws a procedure as a Mermaid diagram and as a page of tables, straight from its table; it decides nothing."""

from collections.abc import Iterator, Mapping

from playbooks.domain.sop import SAME, Cell, Cells, Sop, State, StateTimer
from playbooks.domain.span import spoken
from playbooks.guards import MEANINGS


def mermaid(sop: Sop) -> str:
    """A state diagram of every state's own ways; shared rows are drawn once, as ways out of the group that includes them.

    What leads back to its own state is left to the page's tables: loops would bury the way through.
    """
    lines = ["stateDiagram-v2", "  direction TB", f"  [*] --> {sop.start}"]
    lines += [f'  state "{_plain(state.title)}" as {name}' for name, state in sop.states.items()]
    lines += [f"  {origin} --> {target}: {', '.join(names)}" for (origin, target), names in arrows(sop).items()]
    lines += [f"  {name} --> [*]" for name, state in sop.states.items() if state.final]
    return "\n".join(lines)


def mermaid_shared(sop: Sop) -> str:
    """A flow chart of the rows that several states share: on the left who includes them, on the right where they lead."""
    lines = ["flowchart LR"]
    for name, rows in sop.shared.items():
        members = "<br>".join(_plain(state.title) for state in sop.states.values() if name in state.includes)
        lines.append(f'  shared_{name}["{members}"]')
        for target, transitions in _targets(rows).items():
            title = sop.states[target].title if target in sop.states else "the same state"
            lines.append(f'  shared_{name} -- "{", ".join(transitions)}" --> to_{name}_{target}(["{_plain(title)}"])')
    return "\n".join(lines)


def arrows(sop: Sop) -> dict[tuple[str, str], tuple[str, ...]]:
    """(from, to) with the transitions of the state's own rows that lead from one to the other."""
    return {
        (name, target): transitions
        for name, state in sop.states.items()
        for target, transitions in _targets(state.on).items()
        if target not in (name, SAME)
    }


def _targets(rows: Mapping[str, Cells]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for transition, cells in rows.items():
        for cell in cells:
            if cell.to is not None:
                found.setdefault(cell.to, {})[transition] = None
    return {target: tuple(names) for target, names in found.items()}


def page(sop: Sop) -> str:
    """A Markdown page for people: the picture, then each state with what may happen there."""
    parts = [
        f"# {sop.title}",
        f"Drawn from `knowledge/sops/{sop.sop_id}.yaml`, version {sop.version}. Change that file, then draw this page again.",
        sop.purpose,
        f"```mermaid\n{mermaid(sop)}\n```",
        *_shared_rows(sop),
        *_ways_out(sop),
        "## States",
        *(_state(sop, name, state) for name, state in sop.states.items()),
    ]
    return "\n\n".join(parts) + "\n"


def _shared_rows(sop: Sop) -> Iterator[str]:
    if sop.shared:
        yield "From most states of a conversation the same ways lead on:"
        yield f"```mermaid\n{mermaid_shared(sop)}\n```"


def _ways_out(sop: Sop) -> Iterator[str]:
    if not sop.ways_out:
        return
    rows = ["| Way out | When | Needs | Permission | Written back |", "|---|---|---|---|---|"]
    for one in sop.ways_out.values():
        needs = ", ".join(need.label if need.required else f"{need.label} (optional)" for need in one.needs.values())
        back = ", ".join(f"{effect.do.value} {effect.value}".strip() for effect in one.writes_back)
        rows.append(f"| {one.title} | {one.use_when} | {needs or '–'} | {one.permission.value} | {back or '–'} |")
    yield "## Ways out"
    yield "\n".join(rows)


def _state(sop: Sop, name: str, state: State) -> str:
    lines = [f"### {state.title} (`{name}`)", state.instructions or "", _timers(state), _table(sop, name)]
    return "\n\n".join(line for line in lines if line)


def _timers(state: State) -> str:
    return "\n".join(f"- After {spoken(one.after)}{_hours(one)}: `{one.then}`" for one in state.timers.values())


def _hours(timer: StateTimer) -> str:
    return f" of open time ({timer.calendar})" if timer.calendar else ""


def _table(sop: Sop, name: str) -> str:
    row = sop.table[name]
    if not row:
        return "Nothing more happens here."
    lines = ["| Transition | If | Leads to | Does |", "|---|---|---|---|"]
    lines += [
        f"| `{transition}` | {_guards(cell)} | {_leads(cell)} | {_does(cell)} |"
        for transition, cells in row.items()
        for cell in cells
    ]
    return "\n".join(lines)


def _guards(cell: Cell) -> str:
    words = [MEANINGS.get(one, one) for one in cell.when] + [f"not: {MEANINGS.get(one, one)}" for one in cell.unless]
    return "; ".join(words) or "always"


def _leads(cell: Cell) -> str:
    if cell.to is None:
        return f"stays: {cell.stay}"
    return f"`{cell.to}`" + (f". {cell.because}" if cell.because else "")


def _does(cell: Cell) -> str:
    return ", ".join(f"{one.do.value} {one.value}".strip() for one in cell.does) or "–"


def _plain(text: str) -> str:
    """Mermaid's titles hold no quotes."""
    return text.replace('"', "'")
