"""Business time as the promises mean it, and the clocks of a conversation (lesson L12)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from playbooks.business_time import due_at, elapsed, is_open
from playbooks.domain.clock import ClockFact
from playbooks.domain.conversation import Conversation, ConversationState, PartKind
from playbooks.domain.policy import Calendar, Holiday, HoursPolicy, OpenHours, SlaPolicy, SlaTarget
from playbooks.domain.run import SopRun, TrailEntry
from playbooks.domain.span import Hours
from playbooks.sla import clocks, rule_for
from tests.playbooks.cast import APP, FIN, HOUR, MEI, MINUTE, NOW, PRIYA, chat, said

WEEK = ("mon", "tue", "wed", "thu", "fri")


def calendar(
    *hours: str, zone: str = "Asia/Singapore", days: tuple[str, ...] = WEEK, holidays: tuple[Holiday, ...] = ()
) -> Calendar:
    shifts = [{"days": days, "hours": hours or ("09:00-17:00",)}]
    return Calendar.model_validate({"title": "t", "time_zone": zone, "open": shifts, "holidays": holidays})


OFFICE = calendar()
SPLIT = calendar("08:30-12:30", "13:30-17:30", zone="Australia/Sydney")
NIGHT = calendar("22:00-06:00", zone="America/New_York", days=(*WEEK, "sat", "sun"))


def local(text: str, zone: str = "Asia/Singapore") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


DUE = (
    ("Friday 16:30 and an hour is Monday 09:30", OFFICE, "2026-11-20 16:30", HOUR, "2026-11-23 09:30"),
    ("24 business hours are three 8-hour days", OFFICE, "2026-11-16 09:00", 24 * HOUR, "2026-11-18 17:00"),
    ("24 business hours from Thursday noon", OFFICE, "2026-11-19 12:00", 24 * HOUR, "2026-11-24 12:00"),
    ("used up exactly at closing is due at closing", OFFICE, "2026-11-20 16:00", HOUR, "2026-11-20 17:00"),
    ("begun outside hours counts from opening", OFFICE, "2026-11-21 12:00", HOUR, "2026-11-23 10:00"),
    ("no time at all is due at once", OFFICE, "2026-11-21 12:00", timedelta(0), "2026-11-21 12:00"),
    (
        "a holiday is skipped",
        calendar(holidays=(Holiday(day=date(2026, 11, 23), name="h"),)),
        "2026-11-20 16:30",
        HOUR,
        "2026-11-24 09:30",
    ),
    (
        "a half holiday counts its half",
        calendar(holidays=(Holiday(day=date(2026, 12, 24), name="h", hours=(Hours(start=time(9), end=time(13)),)),)),
        "2026-12-24 12:00",
        2 * HOUR,
        "2026-12-25 10:00",
    ),
    ("24:00 is midnight at the day's end", calendar("18:00-24:00"), "2026-11-16 23:30", HOUR, "2026-11-17 18:30"),
)


@pytest.mark.parametrize(("_name", "hours", "start", "span", "wanted"), DUE, ids=[row[0] for row in DUE])
def test_business_time_is_due_when_people_expect_it(
    _name: str, hours: Calendar, start: str, span: timedelta, wanted: str
) -> None:
    assert due_at(hours, local(start), span) == local(wanted)
    assert elapsed(hours, local(start), local(wanted)) == span


def test_a_split_shift_does_not_count_the_break() -> None:
    zone = "Australia/Sydney"
    assert due_at(SPLIT, local("2026-11-16 12:00", zone), HOUR) == local("2026-11-16 14:00", zone)


def test_an_overnight_shift_belongs_to_the_day_it_begins_on() -> None:
    zone = "America/New_York"
    assert elapsed(NIGHT, local("2026-11-16 23:00", zone), local("2026-11-17 07:00", zone)) == 7 * HOUR
    assert due_at(NIGHT, local("2026-11-17 05:00", zone), 2 * HOUR) == local("2026-11-17 23:00", zone)


def test_a_shift_that_starts_before_a_holiday_runs_to_its_end() -> None:
    nights = calendar("22:00-06:00", holidays=(Holiday(day=date(2026, 11, 17), name="h"),))
    assert elapsed(nights, local("2026-11-16 22:00"), local("2026-11-18 12:00")) == 8 * HOUR


@pytest.mark.parametrize(
    ("night", "hours"),
    [("2026-03-07", 7), ("2026-10-31", 9), ("2026-03-14", 8)],
    ids=["the clocks go forward", "the clocks go back", "an ordinary night"],
)
def test_a_night_with_a_change_of_clocks_is_as_long_as_it_is(night: str, hours: int) -> None:
    zone = "America/New_York"
    start = local(f"{night} 22:00", zone)
    end = local(f"{date.fromisoformat(night) + timedelta(days=1)} 06:00", zone)
    assert elapsed(NIGHT, start, end) == hours * HOUR


def test_without_a_calendar_time_runs_around_the_clock() -> None:
    assert elapsed(None, NOW, NOW + 30 * HOUR) == 30 * HOUR
    assert due_at(None, NOW, HOUR) == NOW + HOUR
    assert is_open(None, NOW)


def test_a_calendar_that_never_opens_is_said_so() -> None:
    days = tuple(Holiday(day=date(2026, 1, 1) + timedelta(days=day), name="h") for day in range(4400))
    with pytest.raises(ValueError, match="no open hours"):
        due_at(calendar(holidays=days), local("2026-11-20 09:00"), HOUR)


ZONES = ("America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "Asia/Singapore")
"""Five with changes of clocks, one of them by half an hour and one at midnight, and one without."""
CHANGES = (
    "2026-03-08", "2026-11-01", "2026-03-29", "2026-10-25", "2026-04-05", "2026-10-04", "2026-04-05", "2026-09-06",
    "2026-04-24", "2026-10-30",
)  # fmt: skip
"""Their days, from the tz database."""
NEAR_A_CHANGE = st.builds(
    lambda day, minutes: datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(minutes=minutes),
    st.sampled_from(CHANGES),
    st.integers(-2 * 1440, 2 * 1440),
)
MOMENTS = st.one_of(NEAR_A_CHANGE, st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1), timezones=st.just(UTC)))
HOURS = st.sampled_from(
    [("09:00-17:00",), ("08:00-12:00", "13:30-18:00"), ("22:00-06:00",), ("00:00-24:00",), ("01:30-02:30",)]
)


@given(st.sampled_from(ZONES), HOURS, st.tuples(MOMENTS, MOMENTS, MOMENTS))
def test_elapsed_business_time_is_additive_and_never_negative(
    zone: str, hours: tuple[str, ...], moments: tuple[datetime, ...]
) -> None:
    first, middle, last = sorted(moments)
    one = calendar(*hours, zone=zone, days=(*WEEK, "sun"))
    whole, parts = elapsed(one, first, last), (elapsed(one, first, middle), elapsed(one, middle, last))
    assert whole == sum(parts, timedelta(0))
    assert timedelta(0) <= whole <= last - first


@given(st.sampled_from(ZONES), HOURS, MOMENTS, st.integers(1, 5000))
def test_what_is_due_has_used_exactly_its_time(zone: str, hours: tuple[str, ...], start: datetime, minutes: int) -> None:
    one, span = calendar(*hours, zone=zone), timedelta(minutes=minutes)
    assert elapsed(one, start, due_at(one, start, span)) == span


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


def test_a_shift_in_the_calendar_is_open_and_outside_it_is_not() -> None:
    assert isinstance(OFFICE.open[0], OpenHours)
    assert is_open(OFFICE, local("2026-11-20 09:00"))
    assert not is_open(OFFICE, local("2026-11-20 17:00"))
    assert not is_open(OFFICE, local("2026-11-21 10:00"))


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
