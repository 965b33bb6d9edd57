"""Moving a running chat to another version: what it keeps, what changes, and when it cannot be moved."""

from datetime import UTC, datetime, timedelta

import pytest

from playbooks.domain.run import SopRun, Timer
from playbooks.domain.sop import Sop
from playbooks.machine import start
from playbooks.migration import MIGRATE, Moving, is_running, moving
from playbooks.progress import progress
from tests.sops.changed import WITHOUT_SNOOZE, changed, live_chat

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OLD = live_chat()


def run(state: str = "our_turn", timers: tuple[Timer, ...] = (Timer(name="lull", due_at=NOW + MINUTE),)) -> SopRun:
    begun = start(OLD, "c1", NOW - 5 * MINUTE, "e0")
    return begun.model_copy(update={"state": state, "owner": "mei", "timers": timers})


def moved(new: Sop, one: SopRun | None = None, **states: str) -> Moving:
    return moving(OLD, new, one or run(), states=states, now=NOW, event_id="m1")


def test_a_chat_keeps_its_owner_its_trail_and_its_beginning() -> None:
    way = moved(changed())
    assert way.run is not None
    assert (way.run.sop_version, way.run.owner, way.run.entered_at) == ("next", "mei", run().entered_at)
    assert way.run.trail[:-1] == run().trail
    assert way.changes == ()


def test_the_move_is_in_the_trail_with_both_versions() -> None:
    way = moved(changed())
    assert way.run is not None
    entry = way.run.trail[-1]
    assert (entry.transition, entry.event_id, entry.at) == (MIGRATE, "m1", NOW)
    assert OLD.version in entry.reason
    assert "next" in entry.reason


def test_a_moved_chats_steps_can_still_be_shown() -> None:
    way = moved(changed())
    assert way.run is not None
    assert [one.milestone for one in progress(changed(), way.run)] == list(OLD.milestones)


def test_a_chat_in_a_state_that_is_gone_stays_and_says_why() -> None:
    way = moved(changed(), run("our_turn"), our_turn="with_owner")
    assert way.run is None
    assert "no state with_owner" in way.why_not
    assert "--state our_turn=<state>" in way.why_not


def test_a_renamed_state_is_followed_where_its_new_name_is_given() -> None:
    way = moved(changed(), run("lull"), lull="our_turn")
    assert way.run is not None
    assert way.run.state == "our_turn"
    assert "state lull becomes our_turn (“The customer waits for you”)" in way.changes


def test_a_running_chat_is_not_moved_into_an_end() -> None:
    way = moved(changed(), run("our_turn"), our_turn="resolved")
    assert way.run is None
    assert "forgotten" in way.why_not


def test_another_procedures_chat_is_not_moved() -> None:
    other = changed().model_copy(update={"sop_id": "night_chat"})
    assert "not night_chat" in moved(other).why_not


@pytest.mark.parametrize(("after", "shift"), [("5 minutes", 2 * MINUTE), ("1 minute", -2 * MINUTE), ("3 minutes", 0 * MINUTE)])
def test_a_running_timer_keeps_its_beginning_under_the_new_length(after: str, shift: timedelta) -> None:
    way = moved(changed(states__our_turn__timers__lull__after=after))
    assert way.run is not None
    assert way.run.timers == (Timer(name="lull", due_at=NOW + MINUTE + shift),)
    assert [one for one in way.changes if "lull" in one] == (
        [f"timer lull is due 2 minutes {'later' if shift > timedelta() else 'sooner'}"] if shift else []
    )


def test_a_new_timer_begins_now_and_a_used_up_one_does_not_begin_again() -> None:
    waiting = run("waiting", (Timer(name="unheard", due_at=NOW + 3 * MINUTE),))  # `remind` has fired
    second = {"after": "2 minutes", "then": "remind_operators"}
    way = moved(changed(states__waiting__timers__remind_twice=second), waiting)
    assert way.run is not None
    assert {one.name: one.due_at - NOW for one in way.run.timers} == {"unheard": 3 * MINUTE, "remind_twice": 2 * MINUTE}


def test_a_chat_whose_timers_are_all_gone_waits_under_the_new_ones() -> None:
    way = moved(changed(), run("our_turn", ()))
    assert way.run is not None
    assert [one.name for one in way.run.timers] == ["lull"]


def test_what_is_no_longer_possible_is_said() -> None:
    assert "snooze is no longer possible here" in moved(changed(**WITHOUT_SNOOZE)).changes


def test_a_row_that_leads_elsewhere_is_said_and_other_wording_is_not() -> None:
    elsewhere = changed(states__our_turn__on__lull_begins=[{"to": "our_turn", "does": ["nudge_owner"]}])
    assert "lull_begins does something else here" in moved(elsewhere).changes
    assert moved(changed(states__our_turn__title="It is your turn")).changes == ()


def test_only_chats_that_have_not_ended_are_running() -> None:
    assert is_running(OLD, run("our_turn"))
    assert not is_running(OLD, run("resolved"))
    assert is_running(OLD, run("a_state_nobody_knows"))
