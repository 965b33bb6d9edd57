"""The proof of procedures on small broken ones, and the drawings made from the real ones."""

from typing import Any

import pytest

from playbooks.diagram import arrows, mermaid, mermaid_shared, page
from playbooks.domain.sop import SAME, Sop
from playbooks.proof import proved
from tests.content.knowledge_copy import real
from tests.shared_files import ROOT


def _sop(**changed: Any) -> Sop:
    """Two states: the customer waits, somebody answers."""
    given: dict[str, Any] = {
        "sop_id": "small",
        "title": "Small",
        "version": "1",
        "purpose": "Answer.",
        "start": "waiting",
        "states": {
            "waiting": {
                "title": "Waiting",
                "waits_for": "operators",
                "timers": {"remind": {"after": "1 minute", "then": "remind"}},
                "on": {"answer": {"to": "done"}, "remind": {"to": "same", "again": True}},
            },
            "done": {"title": "Done", "waits_for": "nobody", "final": True},
        },
        "transitions": {"answer": {"title": "Answer", "triggers": ["agent_replied"]}, "remind": {"title": "Remind"}},
    }
    for path, value in changed.items():
        *keys, last = path.split("__")
        place = given
        for key in keys:
            place = place.setdefault(key, {})
        place[last] = value
    return Sop.model_validate(given)


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "start": ({"start": "nowhere"}, "state nowhere does not exist"),
    "unreachable": (
        {"states__island": {"title": "Island", "waits_for": "nobody", "final": True}},
        "state island is never reached",
    ),
    "no exit": (
        {"states__waiting__on": {"remind": {"to": "same"}, "answer": {"to": "same"}}},
        "state waiting waits and has no exit",
    ),
    "no end": ({"states__done__final": False}, "no final state can be reached"),
    "no timer": ({"states__waiting__timers": {}}, "waits without a timer"),
    "a timer at the end": (
        {
            "states__done__timers": {"late": {"after": "1 day", "then": "answer"}},
            "states__done__on": {"answer": {"stay": "No."}},
        },
        "final state done has a timer",
    ),
    "timer": ({"states__waiting__timers__remind": {"after": "1 day", "then": "sleep"}}, "leads to sleep"),
    "offer": ({"states__waiting__offers": ["resolve"]}, "resolve is offered in state waiting but not declared there"),
    "offer nobody may press": ({"states__waiting__offers": ["answer"]}, "nobody may press it"),
    "unused transition": ({"transitions__leap": {"title": "Leap"}}, "no state declares transition leap"),
    "nothing causes it": ({"transitions__answer": {"title": "Answer"}}, "nothing causes transition answer"),
    "milestone": ({"milestones__done": {"title": "Done", "done_by": ["leap"]}}, "transition leap does not exist"),
    "milestone before": (
        {"milestones__done": {"title": "Done", "done_by": ["answer"], "before": ["end"]}},
        "state end does not exist",
    ),
    "hidden cell": (
        {"states__waiting__on__answer": [{"to": "done"}, {"when": ["has_case"], "stay": "No."}]},
        "hides those after it",
    ),
    "note": ({"states__waiting__on__answer": {"to": "done", "does": [{"add_note": "farewell"}]}}, "no such value: farewell"),
    "role": ({"states__waiting__on__answer": {"to": "done", "does": [{"notify_role": "king"}]}}, "no such value: king"),
    "form": ({"states__waiting__on__answer": {"to": "done", "does": [{"show_form": "exit"}]}}, "no such value: exit"),
    "tag without a name": ({"states__waiting__on__answer": {"to": "done", "does": ["add_tag"]}}, "no such value: (nothing)"),
    "shared row": ({"states__waiting__includes": ["endings"]}, "shared row endings does not exist"),
    "idle shared row": ({"shared__endings": {"answer": {"to": "done"}}}, "no state includes the shared row endings"),
    "way out": (
        {"ways_out__out": {"title": "Out", "transition": "leap", "permission": "close", "use_when": "Always."}},
        "transition leap does not exist",
    ),
    "broken promise": (
        {
            "ways_out__out": {
                "title": "Out", "transition": "answer", "permission": "close", "use_when": "Always.", "writes_back": ["close"],
            },
            "transitions__answer": {"title": "Answer", "permission": "close"},
        },
        "promises close, which no transition does",
    ),
    "a choice without choices": (
        {
            "ways_out__out": {
                "title": "Out", "transition": "answer", "permission": "close", "use_when": "Always.",
                "needs": {"how": {"label": "How", "kind": "choice"}},
            },
            "transitions__answer": {"title": "Answer", "permission": "close"},
        },
        "a choice needs `choices`",
    ),
    "eligibility": ({"eligibility": {"guards": ["rich"]}}, "guard rich does not exist"),
    "closing": ({"closing": {"states": ["gone"], "explained": "Never."}}, "state gone does not exist"),
}  # fmt: skip


def test_a_small_procedure_is_proved() -> None:
    assert proved(_sop()) == ()


@pytest.mark.parametrize("what", BROKEN)
def test_the_proof_fails_and_says_why(what: str) -> None:
    changed, message = BROKEN[what]
    assert any(message in one.message for one in proved(_sop(**changed))), proved(_sop(**changed))


@pytest.mark.parametrize("sop", real().sops, ids=lambda one: one.sop_id)
def test_the_diagrams_cover_every_transition(sop: Sop) -> None:
    drawn = {(origin, target, name) for (origin, target), names in arrows(sop).items() for name in names}
    own = {
        (name, cell.to, transition)
        for name, state in sop.states.items()
        for transition, cells in state.on.items()
        for cell in cells
        if cell.to not in (None, name, SAME)
    }
    assert drawn == own
    for origin, target, name in drawn:
        assert any(line.startswith(f"  {origin} --> {target}: ") and name in line for line in mermaid(sop).splitlines())
    shared = mermaid_shared(sop)
    for rows in sop.shared.values():
        assert all(transition in shared for transition in rows)


@pytest.mark.parametrize("sop", real().sops, ids=lambda one: one.sop_id)
def test_the_page_lists_every_cell_of_the_table(sop: Sop) -> None:
    sections = page(sop).split("\n### ")[1:]
    assert len(sections) == len(sop.states)
    for name, section in zip(sop.states, sections, strict=True):
        listed = [line for line in section.splitlines() if line.startswith("| `")]
        assert len(listed) == sum(len(cells) for cells in sop.table[name].values())


def test_the_page_in_the_documents_is_the_one_drawn_from_the_table() -> None:
    sop = real().sop("live_chat")
    assert sop is not None
    assert (ROOT / "docs" / "live-chat-sop.md").read_text() == page(sop), "write playbooks.diagram.page(sop) to it"
