"""Replaying past conversations: what was in force gives what happened, and a change shows where it would have differed."""

from datetime import timedelta

import pytest

from playbooks.domain.recorded import Recorded
from playbooks.domain.sop import Sop
from playbooks.replay import MOST_STEPS, Replayed, replay
from playbooks.replay_breaches import breaches
from playbooks.replay_occurrences import occurrences
from playbooks.replay_report import Difference, report
from tests.content.knowledge_copy import real
from tests.sops.changed import WITHOUT_SNOOZE, changed, live_chat
from tests.sops.past import MEI, PRIYA, entry, escalated, part, snoozed, talk

POLICIES = real().policies
CURRENT = live_chat()


def again(recorded: Recorded, sop: Sop = CURRENT) -> Replayed:
    return replay(recorded, sop, POLICIES, basis=CURRENT)


def differences(recorded: Recorded, sop: Sop) -> list[Difference]:
    found = report([recorded], CURRENT, sop, POLICIES)
    return [one for compared in found.differing for one in compared.differences]


def said(recorded: Recorded, sop: Sop) -> dict[str, tuple[str, str]]:
    return {one.what: (one.current, one.changed) for one in differences(recorded, sop)}


@pytest.mark.parametrize("recorded", [pytest.param(escalated(), id="escalated"), pytest.param(snoozed(), id="snoozed")])
def test_the_procedure_in_force_gives_exactly_the_recorded_trail(recorded: Recorded) -> None:
    wanted = [(one.at, one.transition, one.from_state, one.to_state, one.by) for one in recorded.trail]
    replayed = [(one.at, one.transition, one.from_state, one.to_state, one.by) for one in again(recorded).run.trail]
    # The bot opens the case in the replay too, but nobody is named for it: the inbox does not say on whose behalf.
    assert [one[:4] for one in replayed] == [one[:4] for one in wanted]
    assert [one[4] for one in replayed if one[1] != "case_opened"] == [one[4] for one in wanted if one[1] != "case_opened"]


def test_the_same_procedure_differs_nowhere() -> None:
    found = report([escalated(), snoozed()], CURRENT, CURRENT, POLICIES)
    assert (found.conversations, found.presses_known, found.differing) == (2, 2, ())
    assert all(one.current == one.changed for one in found.totals)


def test_our_own_closing_and_assigning_are_no_events_of_the_replay() -> None:
    triggers = [one.trigger or one.press for one in occurrences(escalated(), CURRENT, POLICIES)]
    assert triggers == ["started", "take", "agent_replied", "customer_replied", "escalate", "rated"]


def test_a_longer_lull_nudges_nobody_and_says_so() -> None:
    found = said(escalated(), changed(states__our_turn__timers__lull__after="5 minutes"))
    assert found["nudge owner"] == ("1×", "0×")
    assert found["timers fired"] == ("lull_begins at 3 minutes 40 seconds", "none")
    assert found["owner nudged after"] == ("3 minutes 40 seconds", "never")
    assert found["states passed"][1] == "arrived → waiting → our_turn → customer_turn → our_turn → escalating → case_open"


def test_a_press_that_the_change_takes_away_is_reported_with_its_reason() -> None:
    found = said(snoozed(), changed(**WITHOUT_SNOOZE))
    taken, refused = found["press on snooze at 02:01:00 UTC"]
    assert taken == "taken"
    assert refused == "refused: State customer_turn declares no transition snooze."
    assert found["snooze"] == ("1×", "0×")


def test_a_need_that_becomes_required_is_reported_and_the_chat_goes_on() -> None:
    found = said(escalated(), changed(ways_out__salesforce_case__needs__case_note__required=True))
    assert found == {"press on escalate at 02:06:00 UTC": ("taken", "would first ask for: case_note")}


def test_a_case_that_would_no_longer_be_opened_is_an_escalation_less() -> None:
    to_resolved = [{"to": "resolved", "does": ["close"]}]
    differing = differences(escalated(), changed(shared__endings__escalate=to_resolved))
    [escalation] = [one for one in differing if one.aspect == "escalations"]
    assert (escalation.what, escalation.current, escalation.changed) == ("open case", "1×", "0×")
    assert ("ends in", "Resolved") in {(one.what, one.changed) for one in differing}


def test_a_case_nobody_recorded_is_assumed_to_come() -> None:
    trail = escalated().trail[:-1]
    assert again(escalated().model_copy(update={"trail": trail})).run.state == "case_open"


def test_a_recorded_failure_of_the_case_fails_again() -> None:
    failed = escalated().trail[-1].model_copy(update={"transition": "case_failed", "to_state": "case_refused"})
    talk = escalated().conversation
    still_open = talk.model_copy(update={"parts": talk.parts[:-1]})
    run = again(Recorded(conversation=still_open, trail=(*escalated().trail[:-1], failed))).run
    assert run.state == "case_refused"
    assert run.case is None


def test_a_broken_promise_that_somebody_was_told_of_before_and_would_not_be_any_more() -> None:
    silent = changed(
        states__arrived__on__call_operators=[{"to": "waiting"}],
        states__our_turn__on__lull_begins=[{"to": "lull"}],
    )
    [late] = breaches(escalated().conversation, POLICIES)
    assert (late.clock, late.at - late.started_at) == ("first_response", timedelta(minutes=2))
    wording = [one for one in differences(escalated(), silent) if one.aspect == "sla"]
    assert [(one.current, one.changed) for one in wording] == [("yes", "no")]
    totals = {one.what: (one.current, one.changed) for one in report([escalated()], CURRENT, silent, POLICIES).totals}
    assert totals["promises broken with nobody told"] == (0, 1)


def test_an_earlier_answer_breaks_no_promise() -> None:
    assert "first_response" not in {one.clock for one in breaches(snoozed().conversation, POLICIES)}


def test_without_a_trail_the_inbox_alone_is_replayed() -> None:
    bare = snoozed().model_copy(update={"trail": ()})
    run = again(bare).run
    assert [one.transition for one in run.trail] == [
        "start", "call_operators", "first_answer", "snooze_seen", "customer_writes", "close_seen",
    ]  # fmt: skip
    assert report([bare], CURRENT, CURRENT, POLICIES).presses_known == 0


def test_a_customer_who_was_turned_away_is_turned_away_again() -> None:
    turned = entry(0, "turn_away", "arrived", "redirecting", reason="Neither tier, plan nor certificate includes live chat.")
    recorded = snoozed().model_copy(update={"trail": (snoozed().trail[0], turned)})
    assert [one.to_state for one in again(recorded).run.trail][:2] == ["arrived", "redirecting"]


def test_a_table_that_never_rests_is_cut_off() -> None:
    restless = changed(
        states__customer_turn__timers__quiet={"after": "1 second", "then": "customer_is_quiet"},
        states__customer_turn__on__customer_is_quiet=[{"to": "customer_turn", "again": True}],
    )
    long_one = Recorded(conversation=talk(part(0, PRIYA, "Hello?"), part(30, MEI, "Yes?"), part(2 * MOST_STEPS, PRIYA, "Ah.")))
    replayed = again(long_one, restless)
    assert replayed.cut_off
    assert MOST_STEPS - 5 < len(replayed.timed) <= MOST_STEPS
    assert not again(long_one).cut_off


def test_a_timer_past_the_end_of_the_record_does_not_fire() -> None:
    last = max(one.at for one in snoozed().conversation.parts)
    assert all(one.at <= last + timedelta(seconds=1) for one in again(snoozed()).run.trail)
