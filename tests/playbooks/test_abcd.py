"""The format on a foreign company's procedures: ABCD's 10 flows and 55 sub-flows, each proved and walked to its end."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app, commands
from playbooks.abcd import Imported, imported
from playbooks.abcd_actions import mapped, name_of
from playbooks.domain.policy import Permission
from playbooks.domain.sop import Sop
from playbooks.guards import GuardFacts
from playbooks.machine import Moved, start, step
from playbooks.progress import Standing, progress
from playbooks.proof import proved
from retrieval.content import procedure
from tests.playbooks.stepping import NOW
from tests.shared_files import SHARED, shared

FILE = "sop/abcd_guidelines.json"
PATH = SHARED / "data" / FILE
GUIDELINES: dict[str, Any] = json.loads(PATH.read_text()) if PATH.exists() else {}
FLOWS = list(GUIDELINES) or ["absent"]
SUBFLOWS = [(flow, subflow) for flow in GUIDELINES for subflow in GUIDELINES[flow]["subflows"]] or [("absent", "absent")]
PRESSING = GuardFacts(pressed=True, permissions=frozenset(Permission))
assert commands


def flow(name: str) -> Imported:
    shared(f"data/{FILE}")
    return imported(name, GUIDELINES[name])


@pytest.mark.parametrize("name", FLOWS)
def test_every_flow_is_a_procedure_without_a_problem(name: str) -> None:
    assert proved(flow(name).sop) == ()


@pytest.mark.parametrize(("name", "subflow"), SUBFLOWS)
def test_every_subflow_can_be_walked_to_its_end_with_each_action_done(name: str, subflow: str) -> None:
    sop = flow(name).sop
    run = start(sop, "c1", NOW, "e0")
    passed = [f"choose_{name_of(subflow)}"]
    for number in range(20):
        inputs = frozenset(need for one in sop.ways_out.values() for need in one.needs)
        outcome = step(
            sop, run, passed[-1], facts=PRESSING.model_copy(update={"inputs": inputs}), now=NOW, event_id=f"e{number}", by="mei"
        )
        assert isinstance(outcome, Moved), outcome
        run = outcome.run
        if sop.states[run.state].final:
            break
        passed.append(next(one for one in sop.states[run.state].offers if one != "pass_over"))
    assert run.state == "settled"
    done = [one for one in progress(sop, run) if one.standing is Standing.DONE]
    assert len(done) == len(GUIDELINES[name]["subflows"][subflow]["actions"])


def test_the_other_subflows_steps_are_not_shown_on_this_ones_way() -> None:
    sop = flow("Product Defect").sop
    begun = start(sop, "c1", NOW, "e0")
    assert len(progress(sop, begun)) == len(sop.milestones)
    outcome = step(sop, begun, "choose_refund_status", facts=PRESSING, now=NOW, event_id="e1", by="mei")
    assert isinstance(outcome, Moved)
    assert {one.title.split(":")[0] for one in progress(sop, outcome.run)} == {"Refund Status"}


def test_a_step_taken_only_under_a_condition_may_be_passed_over_and_is_noted_as_skipped() -> None:
    sop = flow("Order Issue").sop
    fee = "status_mystery_fee_4_membership_privileges"
    run = start(sop, "c1", NOW, "e0").model_copy(update={"state": fee})
    outcome = step(sop, run, "pass_over", facts=PRESSING, now=NOW, event_id="e1", by="mei")
    assert isinstance(outcome, Moved)
    assert outcome.run.trail[-1].skipped == (fee,)


def test_every_action_is_accounted_for_and_what_is_lost_says_why() -> None:
    actions = [one for name in GUIDELINES for one in flow(name).actions] if GUIDELINES else []
    shared(f"data/{FILE}")
    assert len({(one.flow, one.subflow) for one in actions}) == 55
    assert len(actions) == sum(len(one["actions"]) for each in GUIDELINES.values() for one in each["subflows"].values())
    assert all(one.why for one in actions if one.extent != "whole")
    assert "unknown to the importer" not in {one.why for one in actions}


def test_a_button_nobody_knows_is_not_passed_over_in_silence() -> None:
    one = mapped({"type": "interaction", "button": "Dance", "text": "Dance", "subtext": []})
    assert (one.extent, one.why) == ("not", "unknown to the importer")


def test_options_in_quotes_become_a_choice() -> None:
    action = {
        "type": "interaction",
        "button": "Record Reason",
        "text": "Why",
        "subtext": ["Either 'competitor' or 'yesterday'"],
    }
    assert mapped(action).needs["record_reason"]["choices"] == ["competitor", "yesterday"]


def test_the_command_writes_files_that_our_own_reader_takes_whole(tmp_path: Any) -> None:
    file = shared(f"data/{FILE}")
    ran = CliRunner().invoke(app, ["sop", "import-abcd", str(file), "--to", str(tmp_path), "--json"])
    assert ran.exit_code == 0, ran.output
    counts = json.loads(ran.stdout)
    assert (counts["flows"], counts["subflows"], counts["actions"], counts["problems"]) == (10, 55, 255, 0)
    assert sum(counts["expressed"].values()) == 255
    written = {one.stem: procedure(one, proved) for one in tmp_path.glob("*.yaml")}
    originals: dict[str, Sop] = {one.sop.sop_id: one.sop for one in map(flow, GUIDELINES)}
    assert written == originals
    assert len(json.loads((tmp_path / "report.json").read_text())) == 255


def test_a_file_that_holds_no_guidelines_is_refused(tmp_path: Any) -> None:
    (tmp_path / "other.json").write_text('{"a": 1}')
    ran = CliRunner().invoke(app, ["sop", "import-abcd", str(tmp_path / "other.json"), "--to", str(tmp_path / "out")])
    assert ran.exit_code == 2
    assert not (tmp_path / "out").exists()
