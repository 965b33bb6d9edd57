"""Timers of a procedure: set on entering, cleared on leaving, fired once, in opening hours where it says so."""

from datetime import UTC, datetime, timedelta

from playbooks.domain.sop import EffectName
from playbooks.machine import Moved, Stayed, due, fire, step
from tests.content.knowledge_copy import real
from tests.playbooks.stepping import CHAT, ELIGIBLE, MEI, NOW, PRESSING, run_in, stepped


def test_entering_a_state_sets_its_timers_and_leaving_clears_them() -> None:
    answered = stepped(CHAT, run_in(CHAT, "our_turn", MEI), "answer")
    assert isinstance(answered, Moved)
    assert [(one.name, one.due_at) for one in answered.run.timers] == [("quiet", NOW + timedelta(minutes=10))]
    resolved = step(CHAT, answered.run, "resolve", facts=PRESSING, now=NOW, event_id="e9", by=MEI)
    assert isinstance(resolved, Moved)
    assert resolved.run.timers == ()


def test_a_customer_who_writes_again_does_not_push_the_lull_away() -> None:
    entered = stepped(CHAT, run_in(CHAT, "customer_turn", MEI), "customer_writes")
    assert isinstance(entered, Moved)
    later = step(CHAT, entered.run, "customer_writes", facts=ELIGIBLE, now=NOW + timedelta(minutes=2), event_id="e2")
    assert isinstance(later, Moved)
    assert later.run.timers == entered.run.timers
    assert later.run.entered_at == entered.run.entered_at


def test_due_timers_come_oldest_first_and_not_before_their_time() -> None:
    run = step(CHAT, run_in(CHAT, "arrived"), "call_operators", facts=ELIGIBLE, now=NOW, event_id="e1")
    assert isinstance(run, Moved)
    assert due(run.run, NOW + timedelta(seconds=59)) == ()
    assert [one.name for one in due(run.run, NOW + timedelta(minutes=1))] == ["remind"]
    assert [one.name for one in due(run.run, NOW + timedelta(hours=3))] == ["remind", "unheard"]


def test_a_lull_is_noticed_and_the_owner_nudged() -> None:
    entered = stepped(CHAT, run_in(CHAT, "customer_turn", MEI), "customer_writes")
    assert isinstance(entered, Moved)
    fired = fire(CHAT, entered.run, "lull", facts=ELIGIBLE, now=NOW + timedelta(minutes=3), event_id="t1")
    assert isinstance(fired, Moved)
    assert fired.run.state == "lull"
    assert EffectName.NUDGE_OWNER in {one.do for one in fired.does}


def test_a_timer_is_used_up_when_it_fires() -> None:
    told = step(CHAT, run_in(CHAT, "arrived"), "call_operators", facts=ELIGIBLE, now=NOW, event_id="e1")
    assert isinstance(told, Moved)
    fired = fire(CHAT, told.run, "remind", facts=ELIGIBLE, now=NOW + timedelta(minutes=1), event_id="t1")
    assert isinstance(fired, Moved)
    assert [one.name for one in fired.run.timers] == ["unheard"]
    assert isinstance(fire(CHAT, fired.run, "remind", facts=ELIGIBLE, now=NOW, event_id="t2"), Stayed)


def test_a_repeating_timer_is_set_again() -> None:
    later = NOW + timedelta(minutes=4)
    told = step(CHAT, run_in(CHAT, "arrived"), "call_operators", facts=ELIGIBLE, now=NOW, event_id="e1")
    assert isinstance(told, Moved)
    fired = fire(CHAT, told.run, "unheard", facts=ELIGIBLE, now=later, event_id="t1")
    assert isinstance(fired, Moved)
    assert {one.name: one.due_at for one in fired.run.timers}["unheard"] == later + timedelta(minutes=4)


def test_a_timer_with_a_calendar_counts_opening_hours_alone() -> None:
    """Live chat closes at 22:00 in Singapore and opens at 8: what begins at 21:50 runs out ten minutes to nine."""
    late = datetime(2026, 11, 23, 13, 50, tzinfo=UTC)
    stranger = ELIGIBLE.model_copy(update={"registered": False, "hours": real().policies.hours})
    moved = step(CHAT, run_in(CHAT, "arrived"), "turn_away", facts=stranger, now=late, event_id="e1")
    assert isinstance(moved, Moved)
    [timer] = moved.run.timers
    assert timer.due_at == datetime(2026, 11, 24, 0, 50, tzinfo=UTC)
    around_the_clock = step(
        CHAT, run_in(CHAT, "arrived"), "turn_away", facts=stranger.model_copy(update={"hours": None}), now=late, event_id="e1"
    )
    assert isinstance(around_the_clock, Moved)
    assert around_the_clock.run.timers[0].due_at == late + timedelta(hours=1)
