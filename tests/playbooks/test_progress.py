"""What an agent sees of a procedure: what may be pressed, what was done and why, what lies ahead."""

from playbooks.domain.policy import Permission
from playbooks.guards import GuardFacts, failing
from playbooks.machine import Moved, offers, start, step
from playbooks.progress import Standing, progress
from tests.playbooks.stepping import CHAT, ELIGIBLE, MEI, NOW, PRESSING, run_in, stepped


def test_an_agent_is_offered_what_they_may_press_and_no_more() -> None:
    support = frozenset({Permission.CLOSE, Permission.OPEN_CASE})
    facts = PRESSING.model_copy(update={"permissions": support})
    assert offers(CHAT, run_in(CHAT, "our_turn", MEI), facts=facts, by=MEI) == ("resolve", "escalate")


def test_the_trail_holds_the_evidence() -> None:
    outcome = stepped(CHAT, run_in(CHAT, "waiting"), "first_answer", by=MEI)
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


def test_guards_that_stand_in_the_way_are_told_in_words() -> None:
    assert failing(("registered",), ("has_case",), GuardFacts(has_case=True)) == (
        "the customer has an account",
        "not: a case exists for this chat",
    )
