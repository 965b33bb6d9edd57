"""The machine over the real tables: every state with every transition, and the promises it makes about them."""

from datetime import UTC, datetime, timedelta

import pytest

from playbooks.domain.case import Case
from playbooks.domain.policy import Permission
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Cell, EffectName, Sop
from playbooks.guards import GUARDS, GuardFacts, failing
from playbooks.machine import Moved, Outcome, Refused, Stayed, due, fire, offers, start, step, triggered
from playbooks.progress import Standing, progress
from tests.content.knowledge_copy import real

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MEI, ARJUN = "mei.tan@solvane.example", "arjun.rao@solvane.example"
EVERYTHING = frozenset(Permission)
ELIGIBLE = GuardFacts(
    inbox_is_ours=True, registered=True, signed_in=True, entitled=True, inside_hours=True, operators_on_shift=True
)
PRESSING = ELIGIBLE.model_copy(update={"pressed": True, "permissions": EVERYTHING})


def _sop(name: str) -> Sop:
    found = real().sop(name)
    assert found is not None
    return found


CHAT = _sop("live_chat")
CELLS = [
    pytest.param(sop, state, transition, number, id=f"{sop.sop_id}-{state}-{transition}-{number}")
    for sop in real().sops
    for state in sop.states
    for transition in sop.transitions
    for number in range(max(1, len(sop.cells(state, transition))))
]


def _run(sop: Sop, state: str, owner: str | None = None) -> SopRun:
    return start(sop, "c1", NOW, "e0").model_copy(update={"state": state, "owner": owner, "timers": ()})


def _situations(sop: Sop, state: str) -> list[tuple[SopRun, GuardFacts, str | None]]:
    """Enough to open any cell: each guard alone true or all true, with no owner, with the owner acting, with another."""
    bare = [GuardFacts(), ELIGIBLE, *(GuardFacts(**{name: True}) for name in GuardFacts.model_fields if name in GUARDS)]
    eligible = [{}, {"registered": False}, {"signed_in": False}, {"entitled": False}, {"bot_goes_first": True}]
    bare += [ELIGIBLE.model_copy(update=one) for one in eligible]
    bare += [GuardFacts(score_band=band) for band in ("fast_track", "standard", "detailed")]
    actors = [(None, None), (None, MEI), (MEI, MEI), (MEI, ARJUN), (MEI, None)]
    return [(_run(sop, state, owner), facts, by) for facts in bare for owner, by in actors]


def _step(sop: Sop, run: SopRun, transition: str, facts: GuardFacts = ELIGIBLE, by: str | None = MEI) -> Outcome:
    return step(sop, run, transition, facts=facts, now=NOW, event_id="e1", by=by, part_id="p1")


@pytest.mark.parametrize(("sop", "state", "transition", "number"), CELLS)
def test_every_cell_moves_stays_or_is_refused_by_name(sop: Sop, state: str, transition: str, number: int) -> None:
    cells = sop.cells(state, transition)
    if not cells:
        outcome = _step(sop, _run(sop, state), transition)
        assert isinstance(outcome, Refused)
        assert outcome.reason == f"State {state} declares no transition {transition}."
        return
    outcomes = [(_step(sop, run, transition, facts, by), run) for run, facts, by in _situations(sop, state)]
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
    outcome = _step(CHAT, _run(CHAT, "waiting"), "case_opened")
    assert isinstance(outcome, Refused)
    assert (outcome.state, outcome.transition) == ("waiting", "case_opened")
    assert "waiting" in outcome.reason
    assert "case_opened" in outcome.reason
    assert "take" in outcome.allowed


def test_a_transition_that_nobody_declared_is_refused() -> None:
    outcome = _step(CHAT, _run(CHAT, "waiting"), "explode")
    assert isinstance(outcome, Refused)
    assert outcome.reason == "Procedure live_chat declares no transition explode."


def test_a_closed_guard_is_named_in_words() -> None:
    outcome = _step(CHAT, _run(CHAT, "our_turn", MEI), "set_expectation")
    assert isinstance(outcome, Refused)
    assert "the customer was told what happens next and when" in outcome.reason


def test_a_second_press_on_escalate_is_a_declared_no_op() -> None:
    first = _step(CHAT, _run(CHAT, "our_turn", MEI), "escalate", PRESSING)
    assert isinstance(first, Moved)
    assert [one.do for one in first.does] == [EffectName.OPEN_CASE, EffectName.UPDATE_ALERT]
    second = step(CHAT, first.run, "escalate", facts=PRESSING, now=NOW, event_id="e2", by=ARJUN)
    assert isinstance(second, Stayed)
    assert second.run == first.run
    assert second.reason == "The case is being opened already."


def test_a_chat_that_has_a_case_gets_no_second_one() -> None:
    run = _run(CHAT, "our_turn", MEI).model_copy(update={"case": Case(case_id="500", number="1042", status="New")})
    outcome = _step(CHAT, run, "escalate", PRESSING)
    assert isinstance(outcome, Moved)
    assert EffectName.OPEN_CASE not in {one.do for one in outcome.does}
    assert outcome.run.state == "case_open"


def test_the_same_event_takes_the_same_transition_once() -> None:
    first = _step(CHAT, _run(CHAT, "our_turn", MEI), "customer_writes")
    assert isinstance(first, Moved)
    again = _step(CHAT, first.run, "customer_writes")
    assert isinstance(again, Stayed)
    assert again.run == first.run


def test_the_first_to_answer_owns_the_chat_and_the_second_does_not() -> None:
    first = _step(CHAT, _run(CHAT, "waiting"), "first_answer", by=MEI)
    assert isinstance(first, Moved)
    assert first.run.owner == MEI
    second = step(CHAT, first.run, "take", facts=PRESSING, now=NOW, event_id="e2", by=ARJUN)
    assert isinstance(second, Stayed)
    assert second.reason == "A colleague answered first and owns this chat."


def test_giving_back_leaves_no_owner() -> None:
    outcome = _step(CHAT, _run(CHAT, "our_turn", MEI), "give_back", PRESSING)
    assert isinstance(outcome, Moved)
    assert outcome.run.owner is None


def test_a_chat_assigned_to_a_team_gets_no_owner() -> None:
    outcome = _step(CHAT, _run(CHAT, "waiting"), "new_owner", by=None)
    assert isinstance(outcome, Stayed)


def test_a_press_without_the_permission_is_refused() -> None:
    facts = PRESSING.model_copy(update={"permissions": EVERYTHING - {Permission.ASSIGN}})
    outcome = _step(CHAT, _run(CHAT, "our_turn", MEI), "reassign", facts)
    assert isinstance(outcome, Refused)
    assert "assign" in outcome.reason


def test_nobody_can_press_what_only_events_cause() -> None:
    outcome = _step(CHAT, _run(CHAT, "escalating", MEI), "case_opened", PRESSING)
    assert isinstance(outcome, Refused)
    assert "nobody can press it" in outcome.reason


def test_a_way_out_asks_for_what_it_still_needs() -> None:
    asked = _step(CHAT, _run(CHAT, "our_turn", MEI), "request_call", PRESSING)
    assert isinstance(asked, Refused)
    assert asked.missing == ("phone_number", "call_window", "call_topic")
    given = PRESSING.model_copy(update={"inputs": frozenset(asked.missing)})
    assert isinstance(_step(CHAT, _run(CHAT, "our_turn", MEI), "request_call", given), Moved)


def test_escalating_asks_for_nothing_that_the_chat_can_tell() -> None:
    assert isinstance(_step(CHAT, _run(CHAT, "our_turn", MEI), "escalate", PRESSING), Moved)


def test_entering_a_state_sets_its_timers_and_leaving_clears_them() -> None:
    answered = _step(CHAT, _run(CHAT, "our_turn", MEI), "answer")
    assert isinstance(answered, Moved)
    assert [(one.name, one.due_at) for one in answered.run.timers] == [("quiet", NOW + timedelta(minutes=10))]
    resolved = step(CHAT, answered.run, "resolve", facts=PRESSING, now=NOW, event_id="e9", by=MEI)
    assert isinstance(resolved, Moved)
    assert resolved.run.timers == ()


def test_a_customer_who_writes_again_does_not_push_the_lull_away() -> None:
    entered = _step(CHAT, _run(CHAT, "customer_turn", MEI), "customer_writes")
    assert isinstance(entered, Moved)
    later = step(CHAT, entered.run, "customer_writes", facts=ELIGIBLE, now=NOW + timedelta(minutes=2), event_id="e2")
    assert isinstance(later, Moved)
    assert later.run.timers == entered.run.timers
    assert later.run.entered_at == entered.run.entered_at


def test_due_timers_come_oldest_first_and_not_before_their_time() -> None:
    run = step(CHAT, _run(CHAT, "arrived"), "call_operators", facts=ELIGIBLE, now=NOW, event_id="e1")
    assert isinstance(run, Moved)
    assert due(run.run, NOW + timedelta(seconds=59)) == ()
    assert [one.name for one in due(run.run, NOW + timedelta(minutes=1))] == ["remind"]
    assert [one.name for one in due(run.run, NOW + timedelta(hours=3))] == ["remind", "unheard"]


def test_a_lull_is_noticed_and_the_owner_nudged() -> None:
    entered = _step(CHAT, _run(CHAT, "customer_turn", MEI), "customer_writes")
    assert isinstance(entered, Moved)
    fired = fire(CHAT, entered.run, "lull", facts=ELIGIBLE, now=NOW + timedelta(minutes=3), event_id="t1")
    assert isinstance(fired, Moved)
    assert fired.run.state == "lull"
    assert EffectName.NUDGE_OWNER in {one.do for one in fired.does}


def test_a_timer_is_used_up_when_it_fires() -> None:
    told = step(CHAT, _run(CHAT, "arrived"), "call_operators", facts=ELIGIBLE, now=NOW, event_id="e1")
    assert isinstance(told, Moved)
    fired = fire(CHAT, told.run, "remind", facts=ELIGIBLE, now=NOW + timedelta(minutes=1), event_id="t1")
    assert isinstance(fired, Moved)
    assert [one.name for one in fired.run.timers] == ["unheard"]
    assert isinstance(fire(CHAT, fired.run, "remind", facts=ELIGIBLE, now=NOW, event_id="t2"), Stayed)


def test_a_repeating_timer_is_set_again() -> None:
    later = NOW + timedelta(minutes=4)
    told = step(CHAT, _run(CHAT, "arrived"), "call_operators", facts=ELIGIBLE, now=NOW, event_id="e1")
    assert isinstance(told, Moved)
    fired = fire(CHAT, told.run, "unheard", facts=ELIGIBLE, now=later, event_id="t1")
    assert isinstance(fired, Moved)
    assert {one.name: one.due_at for one in fired.run.timers}["unheard"] == later + timedelta(minutes=4)


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
    run = _run(CHAT, "not_ours")
    assert triggered(CHAT, run, "customer_replied", facts=ELIGIBLE) is None
    assert offers(CHAT, run, facts=PRESSING, by=MEI) == ()


def test_an_answer_that_sets_an_expectation_is_told_from_one_that_does_not() -> None:
    run = _run(CHAT, "our_turn", MEI)
    promising = ELIGIBLE.model_copy(update={"expectations_set": True})
    assert triggered(CHAT, run, "agent_replied", facts=promising, by=MEI) == "set_expectation"
    assert triggered(CHAT, run, "agent_replied", facts=ELIGIBLE, by=MEI) == "answer"


def test_an_agent_is_offered_what_they_may_press_and_no_more() -> None:
    support = frozenset({Permission.CLOSE, Permission.OPEN_CASE})
    facts = PRESSING.model_copy(update={"permissions": support})
    assert offers(CHAT, _run(CHAT, "our_turn", MEI), facts=facts, by=MEI) == ("resolve", "escalate")


def test_the_trail_holds_the_evidence() -> None:
    outcome = _step(CHAT, _run(CHAT, "waiting"), "first_answer", by=MEI)
    assert isinstance(outcome, Moved)
    entry = outcome.run.trail[-1]
    assert (entry.event_id, entry.part_id, entry.by, entry.at) == ("e1", "p1", MEI, NOW)
    assert (entry.from_state, entry.to_state) == ("waiting", "customer_turn")


def test_progress_shows_done_with_evidence_and_skipped_with_the_reason() -> None:
    run = start(CHAT, "c1", NOW, "e0")
    for number, (transition, by) in enumerate([("call_operators", None), ("first_answer", MEI), ("resolve", MEI)]):
        outcome = step(CHAT, run, transition, facts=ELIGIBLE, now=NOW, event_id=f"x{number}", by=by)
        assert isinstance(outcome, Moved)
        run = outcome.run
    shown = {one.milestone: one for one in progress(CHAT, run)}
    assert shown["answered"].standing is Standing.DONE
    assert shown["answered"].evidence is not None
    assert shown["answered"].evidence.by == MEI
    assert shown["expectation"].standing is Standing.SKIPPED
    assert shown["expectation"].reason == "A simple answer was at hand."
    assert shown["bot"].standing is Standing.SKIPPED
    assert shown["way_out"].standing is Standing.DONE


def test_what_can_be_done_now_is_told_from_what_lies_ahead() -> None:
    shown = {one.milestone: one.standing for one in progress(CHAT, start(CHAT, "c1", NOW, "e0"))}
    assert shown["eligibility"] is Standing.NOW
    assert shown["answered"] is Standing.AHEAD


@pytest.mark.parametrize("sop", real().sops, ids=lambda one: one.sop_id)
def test_a_chat_is_closed_only_where_the_rules_allow(sop: Sop) -> None:
    closing = {
        cell.to for row in sop.table.values() for cells in row.values() for cell in cells for effect in cell.does
        if effect.do is EffectName.CLOSE
    }  # fmt: skip
    assert closing == ({"resolved", "case_open"} if sop.closing else set())


def test_guards_that_stand_in_the_way_are_told_in_words() -> None:
    assert failing(("registered",), ("has_case",), GuardFacts(has_case=True)) == (
        "the customer has an account",
        "not: a case exists for this chat",
    )


def test_a_timer_with_a_calendar_counts_opening_hours_alone() -> None:
    """Live chat closes at 22:00 in Singapore and opens at 8: what begins at 21:50 runs out ten minutes to nine."""
    late = datetime(2026, 11, 23, 13, 50, tzinfo=UTC)
    stranger = ELIGIBLE.model_copy(update={"registered": False, "hours": real().policies.hours})
    moved = step(CHAT, _run(CHAT, "arrived"), "turn_away", facts=stranger, now=late, event_id="e1")
    assert isinstance(moved, Moved)
    [timer] = moved.run.timers
    assert timer.due_at == datetime(2026, 11, 24, 0, 50, tzinfo=UTC)
    around_the_clock = step(
        CHAT, _run(CHAT, "arrived"), "turn_away", facts=stranger.model_copy(update={"hours": None}), now=late, event_id="e1"
    )
    assert isinstance(around_the_clock, Moved)
    assert around_the_clock.run.timers[0].due_at == late + timedelta(hours=1)
