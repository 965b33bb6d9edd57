"""Killed anywhere, delivered again and again, with every vendor fault: the world ends as if nothing had happened (L5, L14)."""

from pathlib import Path

import pytest

from bot.probe import Step
from tests.faults.matrix import FAULTS, REPEATS, Undisturbed, missing_deeds, run, sample, say, size
from tests.faults.nursery import Nursery

RUNS = 8

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("number", range(RUNS))
async def test_a_disturbed_run_leaves_the_world_of_an_undisturbed_one(
    children: Nursery, plain: Undisturbed, quick_folder: Path, number: int
) -> None:
    outcome = await run(children, quick_folder / f"run{number}", plain, sample(plain.points, RUNS)[number])
    say(f"fault matrix of {size(plain.points)} cells, run {number + 1} of a sample of {RUNS}: {outcome.cell}")
    assert outcome.holds, str(outcome)


async def test_the_sample_covers_every_point_every_fault_and_every_number_of_redeliveries(plain: Undisturbed) -> None:
    cells = sample(plain.points, RUNS)
    assert sorted(point for one in cells for point in one.kills) == plain.points
    assert {one.fault for one in cells} == set(FAULTS)
    assert {one.repeats for one in cells} == set(REPEATS)


async def test_the_points_hold_every_step_of_the_road_and_every_kind_of_action(plain: Undisturbed) -> None:
    assert {one.split()[0] for one in plain.points} == {str(step) for step in Step}
    assert missing_deeds(plain.points) == []


async def test_the_undisturbed_run_has_an_effect_of_every_kind(plain: Undisturbed) -> None:
    """Two empty worlds would be equal too."""
    assert plain.world["dead"] == []
    assert len(plain.world["salesforce"]["CaseComment"]) == 1
    intercom = plain.world["intercom"]
    states = {one["state"] for name, one in intercom.items() if name.isdigit()}
    assert len(intercom["tickets"]) == 1
    assert [one["notes"] for one in intercom["people"].values() if one["notes"]]
    assert [one["tags"] for one in intercom["people"].values() if "installer" in one["tags"] or "vip" in one["tags"]]
    assert states == {"open", "closed", "snoozed"}
    assert len(plain.world["console"]) >= 8
