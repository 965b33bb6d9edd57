"""Business time as the promises mean it: shifts, holidays, changes of the clocks (lesson L12)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.business_time import due_at, elapsed, is_open
from playbooks.domain.policy import Calendar, Holiday, OpenHours
from playbooks.domain.span import Hours
from tests.playbooks.calendars import NIGHT, OFFICE, SPLIT, WEEK, calendar, local
from tests.playbooks.cast import HOUR, NOW

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


def test_a_shift_in_the_calendar_is_open_and_outside_it_is_not() -> None:
    assert isinstance(OFFICE.open[0], OpenHours)
    assert is_open(OFFICE, local("2026-11-20 09:00"))
    assert not is_open(OFFICE, local("2026-11-20 17:00"))
    assert not is_open(OFFICE, local("2026-11-21 10:00"))
