"""How far a run has come: each expected milestone with its evidence, or why it was passed over; it changes nothing."""

from enum import StrEnum

from playbooks.domain.base import Frozen
from playbooks.domain.run import SopRun, TrailEntry
from playbooks.domain.sop import Sop


class Standing(StrEnum):
    """`NOW`: can be done in the present state. `AHEAD`: not yet."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    SKIPPED = "skipped"


class Progress(Frozen):
    """One milestone of a run. `evidence` is the entry that did it or passed it over: which event and part, who, when."""

    milestone: str
    title: str
    standing: Standing
    instructions: str = ""
    evidence: TrailEntry | None = None
    reason: str = ""


def progress(sop: Sop, run: SopRun) -> tuple[Progress, ...]:
    """The milestones on this run's way, in order; those of a branch that it neither took nor can take are left out."""
    ahead, passed = _reachable(sop, run.state), {one.to_state for one in run.trail} | {run.state}
    found = (_progress(sop, run, name) for name in sop.milestones)
    return tuple(one for one in found if one.evidence or not _declared_in(sop, one.milestone).isdisjoint(ahead | passed))


def _reachable(sop: Sop, state: str) -> set[str]:
    """Also what a final state may be brought back to."""
    reached, unseen = {state}, [state]
    while unseen:
        cells = (cell for several in sop.table.get(unseen.pop(), {}).values() for cell in several)
        fresh = {cell.to for cell in cells if cell.to is not None} - reached
        reached |= fresh
        unseen.extend(fresh)
    return reached


def _declared_in(sop: Sop, milestone: str) -> set[str]:
    done_by = sop.milestones[milestone].done_by
    return {name for name, row in sop.table.items() if not row.keys().isdisjoint(done_by)}


def _progress(sop: Sop, run: SopRun, name: str) -> Progress:
    milestone = sop.milestones[name]
    done = next((one for one in run.trail if one.transition in milestone.done_by), None)
    skipped = next((one for one in run.trail if name in one.skipped), None)
    possible = not sop.table.get(run.state, {}).keys().isdisjoint(milestone.done_by)
    if done:
        standing = Standing.DONE
    elif skipped:
        standing = Standing.SKIPPED
    else:
        standing = Standing.NOW if possible else Standing.AHEAD
    return Progress(
        milestone=name,
        title=milestone.title,
        standing=standing,
        instructions=milestone.instructions if standing is Standing.NOW else "",
        evidence=done or skipped,
        reason=(done.reason if done else milestone.skipped_because if skipped else ""),
    )


def passed_over(sop: Sop, run: SopRun, transition: str, to_state: str) -> tuple[str, ...]:
    """Milestones that entering `to_state` passes over: expected before it, not done so far, not noted as skipped yet."""
    taken = {one.transition for one in run.trail} | {transition}
    noted = {name for one in run.trail for name in one.skipped}
    return tuple(
        name
        for name, one in sop.milestones.items()
        if to_state in one.before and name not in noted and taken.isdisjoint(one.done_by)
    )
