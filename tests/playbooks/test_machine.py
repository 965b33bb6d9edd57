"""The machine over the real tables: every state with every transition, and the promises it makes about them."""

import pytest

from playbooks.domain.case import Case
from playbooks.domain.policy import Permission
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Cell, EffectName, Sop
from playbooks.guards import GUARDS, GuardFacts
from playbooks.machine import Moved, Outcome, Refused, Stayed, offers, start, step, triggered
from tests.content.knowledge_copy import real
from tests.playbooks.stepping import ARJUN, CHAT, ELIGIBLE, EVERYTHING, MEI, NOW, PRESSING, run_in, stepped

CELLS = [
    pytest.param(sop, state, transition, number, id=f"{sop.sop_id}-{state}-{transition}-{number}")
    for sop in real().sops
    for state in sop.states
    for transition in sop.transitions
    for number in range(max(1, len(sop.cells(state, transition))))
]


def _situations(sop: Sop, state: str) -> list[tuple[SopRun, GuardFacts, str | None]]:
    """Enough to open any cell: each guard alone true or all true, with no owner, with the owner acting, with another."""
    bare = [GuardFacts(), ELIGIBLE, *(GuardFacts(**{name: True}) for name in GuardFacts.model_fields if name in GUARDS)]
    eligible = [{}, {"registered": False}, {"signed_in": False}, {"entitled": False}, {"bot_goes_first": True}]
    bare += [ELIGIBLE.model_copy(update=one) for one in eligible]
    bare += [GuardFacts(score_band=band) for band in ("fast_track", "standard", "detailed")]
    actors = [(None, None), (None, MEI), (MEI, MEI), (MEI, ARJUN), (MEI, None)]
    return [(run_in(sop, state, owner), facts, by) for facts in bare for owner, by in actors]


@pytest.mark.parametrize(("sop", "state", "transition", "number"), CELLS)
def test_every_cell_moves_stays_or_is_refused_by_name(sop: Sop, state: str, transition: str, number: int) -> None:
    cells = sop.cells(state, transition)
    if not cells:
        outcome = stepped(sop, run_in(sop, state), transition)
        assert isinstance(outcome, Refused)
        assert outcome.reason == f"State {state} declares no transition {transition}."
        return
    outcomes = [(stepped(sop, run, transition, facts, by), run) for run, facts, by in _situations(sop, state)]
    assert any(_is(one, run, cells[number]) for one, run in outcomes), "this cell is never taken"


def _is(outcome: Outcome, run: SopRun, cell: Cell) -> bool:
    match outcome:
        case Moved():
            entry = outcome.run.trail[-1]
            return (outcome.run.state, outcome.does, entry.reason) == (cell.to, cell.does, cell.because)
        case Stayed():
            return cell.to is None and outcome.reason == cell.stay and outcome.run == run
        case _:
            return False


def test_a_refusal_names_state_transition_and_what_is_allowed() -> None:
    outcome = stepped(CHAT, run_in(CHAT, "waiting"), "case_opened")
    assert isinstance(outcome, Refused)
    assert (outcome.state, outcome.transition) == ("waiting", "case_opened")
    assert "waiting" in outcome.reason
    assert "case_opened" in outcome.reason
    assert "take" in outcome.allowed


def test_a_transition_that_nobody_declared_is_refused() -> None:
    outcome = stepped(CHAT, run_in(CHAT, "waiting"), "explode")
    assert isinstance(outcome, Refused)
    assert outcome.reason == "Procedure live_chat declares no transition explode."


def test_a_closed_guard_is_named_in_words() -> None:
    outcome = stepped(CHAT, run_in(CHAT, "our_turn", MEI), "set_expectation")
    assert isinstance(outcome, Refused)
    assert "the customer was told what happens next and when" in outcome.reason


def test_a_second_press_on_escalate_is_a_declared_no_op() -> None:
    first = stepped(CHAT, run_in(CHAT, "our_turn", MEI), "escalate", PRESSING)
    assert isinstance(first, Moved)
    assert [one.do for one in first.does] == [EffectName.OPEN_CASE, EffectName.UPDATE_ALERT]
    second = step(CHAT, first.run, "escalate", facts=PRESSING, now=NOW, event_id="e2", by=ARJUN)
    assert isinstance(second, Stayed)
    assert second.run == first.run
    assert second.reason == "The case is being opened already."


def test_a_chat_that_has_a_case_gets_no_second_one() -> None:
    run = run_in(CHAT, "our_turn", MEI).model_copy(update={"case": Case(case_id="500", number="1042", status="New")})
    outcome = stepped(CHAT, run, "escalate", PRESSING)
    assert isinstance(outcome, Moved)
    assert EffectName.OPEN_CASE not in {one.do for one in outcome.does}
    assert outcome.run.state == "case_open"


def test_the_same_event_takes_the_same_transition_once() -> None:
    first = stepped(CHAT, run_in(CHAT, "our_turn", MEI), "customer_writes")
    assert isinstance(first, Moved)
    again = stepped(CHAT, first.run, "customer_writes")
    assert isinstance(again, Stayed)
    assert again.run == first.run


def test_the_first_to_answer_owns_the_chat_and_the_second_does_not() -> None:
    first = stepped(CHAT, run_in(CHAT, "waiting"), "first_answer", by=MEI)
    assert isinstance(first, Moved)
    assert first.run.owner == MEI
    second = step(CHAT, first.run, "take", facts=PRESSING, now=NOW, event_id="e2", by=ARJUN)
    assert isinstance(second, Stayed)
    assert second.reason == "A colleague answered first and owns this chat."


def test_giving_back_leaves_no_owner() -> None:
    outcome = stepped(CHAT, run_in(CHAT, "our_turn", MEI), "give_back", PRESSING)
    assert isinstance(outcome, Moved)
    assert outcome.run.owner is None


def test_a_chat_assigned_to_a_team_gets_no_owner() -> None:
    outcome = stepped(CHAT, run_in(CHAT, "waiting"), "new_owner", by=None)
    assert isinstance(outcome, Stayed)


def test_a_press_without_the_permission_is_refused() -> None:
    facts = PRESSING.model_copy(update={"permissions": EVERYTHING - {Permission.ASSIGN}})
    outcome = stepped(CHAT, run_in(CHAT, "our_turn", MEI), "reassign", facts)
    assert isinstance(outcome, Refused)
    assert "assign" in outcome.reason


def test_nobody_can_press_what_only_events_cause() -> None:
    outcome = stepped(CHAT, run_in(CHAT, "escalating", MEI), "case_opened", PRESSING)
    assert isinstance(outcome, Refused)
    assert "nobody can press it" in outcome.reason


def test_a_way_out_asks_for_what_it_still_needs() -> None:
    asked = stepped(CHAT, run_in(CHAT, "our_turn", MEI), "request_call", PRESSING)
    assert isinstance(asked, Refused)
    assert asked.missing == ("phone_number", "call_window", "call_topic")
    given = PRESSING.model_copy(update={"inputs": frozenset(asked.missing)})
    assert isinstance(stepped(CHAT, run_in(CHAT, "our_turn", MEI), "request_call", given), Moved)


def test_escalating_asks_for_nothing_that_the_chat_can_tell() -> None:
    assert isinstance(stepped(CHAT, run_in(CHAT, "our_turn", MEI), "escalate", PRESSING), Moved)


@pytest.mark.parametrize(
    ("facts", "transition", "state"),
    [
        (ELIGIBLE, "call_operators", "waiting"),
        (ELIGIBLE.model_copy(update={"operators_on_shift": False}), "call_operators", "nobody_on_shift"),
        (ELIGIBLE.model_copy(update={"bot_goes_first": True}), "hand_to_bot", "bot_first"),
        (ELIGIBLE.model_copy(update={"bot_goes_first": True, "bot_finished": True}), "call_operators", "waiting"),
        (ELIGIBLE.model_copy(update={"registered": False}), "turn_away", "redirecting"),
        (ELIGIBLE.model_copy(update={"signed_in": False}), "turn_away", "redirecting"),
        (ELIGIBLE.model_copy(update={"entitled": False}), "turn_away", "redirecting"),
        (GuardFacts(), "ignore", "not_ours"),
    ],
)
def test_a_chat_that_arrives_is_sorted(facts: GuardFacts, transition: str, state: str) -> None:
    run = start(CHAT, "c1", NOW, "e0")
    chosen = triggered(CHAT, run, "started", facts=facts)
    assert chosen == transition
    outcome = step(CHAT, run, transition, facts=facts, now=NOW, event_id="e1")
    assert isinstance(outcome, Moved)
    assert outcome.run.state == state


def test_another_brands_chat_causes_nothing_any_more() -> None:
    run = run_in(CHAT, "not_ours")
    assert triggered(CHAT, run, "customer_replied", facts=ELIGIBLE) is None
    assert offers(CHAT, run, facts=PRESSING, by=MEI) == ()


def test_an_answer_that_sets_an_expectation_is_told_from_one_that_does_not() -> None:
    run = run_in(CHAT, "our_turn", MEI)
    promising = ELIGIBLE.model_copy(update={"expectations_set": True})
    assert triggered(CHAT, run, "agent_replied", facts=promising, by=MEI) == "set_expectation"
    assert triggered(CHAT, run, "agent_replied", facts=ELIGIBLE, by=MEI) == "answer"


@pytest.mark.parametrize("sop", real().sops, ids=lambda one: one.sop_id)
def test_a_chat_is_closed_only_where_the_rules_allow(sop: Sop) -> None:
    closing = {
        cell.to for row in sop.table.values() for cells in row.values() for cell in cells for effect in cell.does
        if effect.do is EffectName.CLOSE
    }  # fmt: skip
    assert closing == ({"resolved", "case_open"} if sop.closing else set())
