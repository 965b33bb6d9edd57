"""The fault matrix: every point between two steps × redelivery × vendor fault, generated from an undisturbed run.

A run carries many kills (each point dies once in it), one vendor fault and one number of redeliveries.
"""

import itertools
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.probe import Step
from tests.faults.house import SLOW_SECONDS, House, Trouble, house, misbehave
from tests.faults.journeys import chat, deeds, kinds, name, question
from tests.faults.nursery import Nursery
from tests.faults.world import differences, world

FAULTS: dict[str, dict[str, Any]] = {
    "none": {},
    "timeout after commit": {"kind": "after_commit"},
    "timeout before": {"kind": "hang"},
    "429 with Retry-After": {"kind": "status", "status": 429, "retry_after": "1"},
    "500 burst": {"kind": "status", "status": 500},
    "garbage 200": {"kind": "garbage"},
    "connection reset": {"kind": "reset"},
    "slow": {"kind": "slow", "seconds": SLOW_SECONDS},
}
REPEATS = range(4)
OPERATIONS = (
    ("intercom", r"POST /conversations/\d+/reply$"),
    ("intercom", r"POST /conversations/\d+/parts$"),
    ("intercom", r"POST /conversations/\d+/tags$"),
    ("intercom", r"POST /tags$"),
    ("intercom", r"DELETE /conversations/\d+/tags/"),
    ("intercom", r"GET /conversations/\d+$"),
    ("salesforce", r"PATCH .*/sobjects/Case/"),
    ("salesforce", r"POST .*/sobjects/CaseComment$"),
)
"""Every write perform makes, and the one read that nothing can be decided without."""


@dataclass(frozen=True)
class Cell:
    """One run of the matrix."""

    kills: tuple[str, ...]
    fault: str
    repeats: int

    def __str__(self) -> str:
        return f"{len(self.kills)} kills, {self.fault}, {self.repeats} redeliveries"


@dataclass
class Undisturbed:
    """What a run without faults passes and leaves; `template` is its data folder as it began."""

    points: list[str]
    world: dict[str, Any]
    template: Path


@dataclass
class Outcome:
    cell: Cell
    died: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.differences and set(self.died) == set(self.cell.kills)

    def __str__(self) -> str:
        missed = sorted(set(self.cell.kills) - set(self.died))
        return "\n".join(
            [str(self.cell), *(f"  not passed: {one}" for one in missed), *(f"  {one}" for one in self.differences)]
        )


def trouble(fault: str) -> Trouble:
    order = FAULTS[fault]
    return [(vendor, {"times": 1, **order, "match": match}) for vendor, match in OPERATIONS] if order else []


async def undisturbed(nursery: Nursery, folder: Path) -> Undisturbed:
    async with house(nursery, folder / "template", None, learn=True) as first:
        await first.agent("mei.tan@solvane.example")
    template = folder / "template" / "data"
    async with house(nursery, folder / "undisturbed", template, deeds=deeds) as one:
        await played(one, ())
        return Undisturbed(sorted(set(one.passed)), await world(one), template)


async def played(one: House, troubles: Trouble) -> None:
    await one.settled()
    await question(one)
    await misbehave(one.sandboxes, troubles)
    await chat(one)


async def run(nursery: Nursery, folder: Path, plain: Undisturbed, cell: Cell) -> Outcome:
    """Two points on disk by one commit: who dies at the first never passes the second, which gets a run of its own."""
    outcome = await _run(nursery, folder, plain, cell)
    missed = tuple(one for one in cell.kills if one not in outcome.died)
    if not missed or not outcome.died or outcome.differences:
        return outcome
    rest = await run(nursery, folder / "rest", plain, replace(cell, kills=missed))
    return Outcome(cell, [*outcome.died, *rest.died], rest.differences)


async def _run(nursery: Nursery, folder: Path, plain: Undisturbed, cell: Cell) -> Outcome:
    troubles = trouble(cell.fault)
    async with house(
        nursery, folder, plain.template, kills=cell.kills, repeats=cell.repeats, deeds=deeds, trouble=troubles
    ) as one:
        try:
            await played(one, troubles)
        except Exception as error:  # noqa: BLE001 - a run that stands still is an outcome too
            return Outcome(cell, one.died, [f"{type(error).__name__}: {error}", *differences(plain.world, await world(one))])
        return Outcome(cell, one.died, differences(plain.world, await world(one)))


def sample(points: Sequence[str], runs: int) -> list[Cell]:
    """Every point once, every fault and every number of redeliveries at least once; the same in every session."""
    faults = itertools.cycle(FAULTS)
    return [Cell(tuple(points[number::runs]), next(faults), REPEATS[number % len(REPEATS)]) for number in range(runs)]


def whole(points: Sequence[str], kills_a_run: int) -> Iterator[Cell]:
    """The full product."""
    runs = -(-len(points) // kills_a_run)
    for fault, repeats in itertools.product(FAULTS, REPEATS):
        for number in range(runs):
            yield Cell(tuple(points[number::runs]), fault, repeats)


def size(points: Sequence[str]) -> int:
    return len(points) * len(FAULTS) * len(REPEATS)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def missing_deeds(points: Sequence[str]) -> list[str]:
    """Kinds of actions whose performing was not seen at every step."""
    steps = (Step.CLAIMED, Step.BEGUN, Step.ACTED, Step.FINISHING, Step.FINISHED)
    wanted = {f"{step} {name(kind)}" for kind in kinds() for step in steps}
    return sorted(wanted - set(points))
