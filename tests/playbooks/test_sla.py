"""The clocks of a conversation: what starts, pauses, stops and breaches each promise."""

from datetime import datetime

import pytest
from pydantic import ValidationError

from playbooks.domain.clock import ClockFact
from playbooks.domain.conversation import Conversation, ConversationState, PartKind
from playbooks.domain.policy import HoursPolicy, SlaPolicy, SlaTarget
from playbooks.domain.run import SopRun, TrailEntry
from playbooks.sla import clocks, rule_for
from tests.playbooks.calendars import OFFICE, WEEK, calendar, local
from tests.playbooks.cast import APP, FIN, HOUR, MEI, MINUTE, NOW, PRIYA, chat, said

HOURS_POLICY = HoursPolicy(
    default="all", calendars={"all": calendar("00:00-24:00", days=(*WEEK, "sat", "sun")), "office": OFFICE}
)
POLICY = SlaPolicy.model_validate(
    {
        "remind_every": "15 minutes",
        "warn_at_percent": [50, 75],
        "rules": [
            {"name": "VIP", "match": {"vip": True}, "targets": [{"clock": "first_response", "within": "1 minute"}]},
            {
                "name": "All",
                "targets": [
                    {"clock": "first_response", "within": "10 minutes"},
                    {"clock": "next_response", "within": "5 minutes"},
                    {"clock": "resolution", "within": "2 hours", "pauses": ["waiting_for_customer", "snoozed"]},
                ],
            },
        ],
    }
)


def clock(conversation: Conversation, name: str, now: datetime = NOW) -> ClockFact | None:
    return next((one for one in clocks(conversation, POLICY, HOURS_POLICY, now) if one.clock == name), None)


def test_the_first_matching_rule_counts() -> None:
    assert [rule.name for vip in (True, False) if (rule := rule_for(POLICY, vip=vip))] == ["VIP", "All"]


def test_a_first_response_runs_until_one_of_us_answers() -> None:
    waiting = clock(chat(said(PRIYA, "hello", 4 * MINUTE)), "first_response")
    assert waiting is not None
    assert (waiting.used, waiting.due_at, waiting.breached, waiting.warned) == (4 * MINUTE, NOW + 6 * MINUTE, False, ())


def test_a_bots_answer_is_no_first_response() -> None:
    waiting = clock(
        chat(said(PRIYA, "hello", 8 * MINUTE), said(FIN, "hi", 7 * MINUTE), said(APP, "x", 6 * MINUTE)), "first_response"
    )
    assert waiting is not None
    assert waiting.stopped_at is None
    assert waiting.warned == (50, 75)


def test_a_breach_says_when_it_happened() -> None:
    late = clock(chat(said(PRIYA, "hello", 14 * MINUTE)), "first_response")
    assert late is not None
    assert (late.breached, late.due_at, late.left) == (True, NOW - 4 * MINUTE, -4 * MINUTE)


def test_an_answer_stops_the_first_clock_and_the_next_word_starts_the_second() -> None:
    talk = chat(said(PRIYA, "hello", 30 * MINUTE), said(MEI, "hi", 25 * MINUTE), said(PRIYA, "and?", 2 * MINUTE))
    first, following = clock(talk, "first_response"), clock(talk, "next_response")
    assert first is not None
    assert following is not None
    assert (first.stopped_at, first.used, first.breached) == (NOW - 25 * MINUTE, 5 * MINUTE, False)
    assert (following.used, following.due_at) == (2 * MINUTE, NOW + 3 * MINUTE)


def test_a_resolution_does_not_count_waiting_for_the_customer() -> None:
    talk = chat(said(PRIYA, "hello", 60 * MINUTE), said(MEI, "which one?", 50 * MINUTE), said(PRIYA, "this", 20 * MINUTE))
    resolution = clock(talk, "resolution")
    assert resolution is not None
    assert resolution.used == 30 * MINUTE


def test_a_paused_clock_has_no_due_time() -> None:
    resolution = clock(chat(said(PRIYA, "hello", 60 * MINUTE), said(MEI, "which one?", 50 * MINUTE)), "resolution")
    assert resolution is not None
    assert (resolution.paused_because, resolution.due_at, resolution.used) == ("waiting_for_customer", None, 10 * MINUTE)


def test_snoozing_pauses_until_the_chat_wakes_up() -> None:
    talk = chat(
        said(PRIYA, "hello", 60 * MINUTE),
        said(MEI, "", 50 * MINUTE, kind=PartKind.SNOOZED),
        said(FIN, "", 30 * MINUTE, kind=PartKind.UNSNOOZED),
    )
    resolution = clock(talk, "resolution")
    assert resolution is not None
    assert resolution.used == 40 * MINUTE


def test_closing_stops_the_resolution() -> None:
    talk = chat(said(PRIYA, "hello", 3 * HOUR), said(MEI, "", 30 * MINUTE, kind=PartKind.CLOSED))
    resolution = clock(talk.model_copy(update={"state": ConversationState.CLOSED}), "resolution")
    assert resolution is not None
    assert (resolution.stopped_at, resolution.breached) == (NOW - 30 * MINUTE, True)


def test_a_conversation_in_which_nobody_asked_has_no_clock() -> None:
    assert clocks(chat(said(MEI, "our newsletter", HOUR)), POLICY, HOURS_POLICY, NOW) == ()


def test_a_closed_chat_owes_no_answer_any_more() -> None:
    """A thank-you needs none; and a chat that was closed unheard has broken its promise once, not more every minute."""
    thanked = chat(said(PRIYA, "hello", 3 * HOUR), said(MEI, "hi", 2 * HOUR), said(PRIYA, "thank you", HOUR))
    assert clock(thanked, "next_response") is not None
    closing = said(MEI, "", 30 * MINUTE, kind=PartKind.CLOSED)
    over = thanked.model_copy(update={"state": ConversationState.CLOSED, "parts": (*thanked.parts, closing)})
    assert clock(over, "next_response") is None
    unheard = clock(
        chat(said(PRIYA, "hello", 3 * HOUR), closing).model_copy(update={"state": ConversationState.CLOSED}), "first_response"
    )
    assert unheard is not None
    assert unheard.stopped_at == closing.at


SECOND = SlaPolicy.model_validate(
    {
        "remind_every": "15 minutes",
        "rules": [
            {
                "name": "chat",
                "targets": [
                    {
                        "clock": "second_line",
                        "title": "Colleague's answer",
                        "within": "15 minutes",
                        "calendar": "office",
                        "starts_with": ["request_assistance"],
                        "stops_with": ["assistance_given", "resolve"],
                    },
                    {
                        "clock": "second_line",
                        "title": "Case answered",
                        "within": "8 hours",
                        "calendar": "office",
                        "starts_with": ["escalate"],
                        "stops_with": ["case_updated"],
                    },
                ],
            }
        ],
    }
)
ASKED = local("2026-11-20 16:50")


def went(*steps: tuple[datetime, str]) -> SopRun:
    trail = tuple(TrailEntry(at=at, transition=name, from_state="a", to_state="b", event_id=name) for at, name in steps)
    return SopRun(conversation_id="1", sop="s", sop_version="1", state="b", entered_at=ASKED, trail=trail)


def second_line(run: SopRun | None, now: datetime) -> list[ClockFact]:
    return list(clocks(chat(said(PRIYA, "Help", HOUR)), SECOND, HOURS_POLICY, now, run=run))


def test_the_second_line_has_its_own_clock_from_when_it_is_asked_until_it_answers() -> None:
    assert second_line(None, ASKED) == []
    assert second_line(went((ASKED - HOUR, "assistance_given")), ASKED) == []
    [one] = second_line(went((ASKED, "request_assistance")), ASKED + 5 * MINUTE)
    assert (one.title, one.used, one.due_at) == ("Colleague's answer", 5 * MINUTE, local("2026-11-23 09:05"))
    answered = went((ASKED, "request_assistance"), (ASKED + 5 * MINUTE, "assistance_given"))
    [kept] = second_line(answered, ASKED + HOUR)
    assert (kept.stopped_at, kept.breached) == (ASKED + 5 * MINUTE, False)


def test_a_second_line_that_is_asked_again_starts_anew_and_a_case_runs_beside_it() -> None:
    again = went(
        (ASKED - 2 * HOUR, "request_assistance"),
        (ASKED - HOUR, "assistance_given"),
        (ASKED, "request_assistance"),
        (ASKED + 5 * MINUTE, "escalate"),
    )
    colleague, case = second_line(again, local("2026-11-23 12:00"))
    assert (colleague.breached, colleague.due_at) == (True, local("2026-11-23 09:05"))
    assert (case.title, case.due_at) == ("Case answered", local("2026-11-23 16:55"))


@pytest.mark.parametrize(
    "target",
    [
        {"clock": "second_line", "within": "1 hour"},
        {"clock": "second_line", "within": "1 hour", "starts_with": ["escalate"]},
        {"clock": "resolution", "within": "1 hour", "starts_with": ["a"], "stops_with": ["b"]},
    ],
)
def test_a_second_lines_clock_says_what_starts_and_stops_it_and_no_other_does(target: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="starts_with"):
        SlaTarget.model_validate(target)
