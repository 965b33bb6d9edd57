"""Arithmetic in opening hours: how much open time lies between two moments, and when a given amount is used up.

Everything is reckoned in UTC; a calendar's local hours are turned into UTC day by day, so that a day with a change of clocks
is as long as it is. It asks no clock and knows no conversation.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from playbooks.domain.policy_hours import Calendar
from playbooks.domain.span import Hours

Interval = tuple[datetime, datetime]
"""From a moment up to, and not including, another."""

_DAY = timedelta(days=1)
_NOTHING = timedelta(0)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Ten years without an open minute is a mistake in the calendar, not a long holiday.
_HORIZON_DAYS = 3660


def elapsed(calendar: Calendar | None, start: datetime, end: datetime, pauses: Iterable[Interval] = ()) -> timedelta:
    """Open time in the interval without the pauses; zero where it ends before it starts. No calendar: around the clock."""
    return total(without(open_intervals(calendar, start, end), pauses))


def due_at(calendar: Calendar | None, start: datetime, span: timedelta) -> datetime:
    """When `span` of open time from `start` on is used up. Used up exactly at closing time, it is due at closing time."""
    if span <= _NOTHING or calendar is None:
        return start + max(span, _NOTHING)
    left = span
    for opened, closed in _from(calendar, start):
        if closed - opened >= left:
            return opened + left
        left -= closed - opened
    raise ValueError(f"calendar {calendar.title!r} has no open hours within ten years")


def used_up_at(intervals: Iterable[Interval], span: timedelta) -> datetime | None:
    """The moment within these intervals at which `span` is used up; None where they do not hold so much."""
    left = span
    for opened, closed in intervals:
        if closed - opened >= left:
            return opened + left
        left -= closed - opened
    return None


def is_open(calendar: Calendar | None, at: datetime) -> bool:
    return calendar is None or any(True for _ in open_intervals(calendar, at, at + timedelta(microseconds=1)))


def open_until(calendar: Calendar, at: datetime) -> datetime | None:
    """When the stretch that is open now ends (looked for a week ahead); None while it is closed."""
    now_open = next(iter(open_intervals(calendar, at, at + timedelta(days=8))), None)
    return now_open[1] if now_open and now_open[0] <= at else None


def open_intervals(calendar: Calendar | None, start: datetime, end: datetime) -> list[Interval]:
    """The open stretches between the two moments, in order, touching ones joined."""
    if end <= start:
        return []
    if calendar is None:
        return [(start.astimezone(UTC), end.astimezone(UTC))]
    cut = ((max(opened, start), min(closed, end)) for opened, closed in _spans(calendar, start, end))
    return joined(one for one in cut if one[0] < one[1])


def without(intervals: Iterable[Interval], pauses: Iterable[Interval]) -> list[Interval]:
    """The intervals minus the pauses."""
    left = list(intervals)
    for begun, ended in pauses:
        left = (
            [
                piece
                for opened, closed in left
                for piece in ((opened, min(closed, begun)), (max(opened, ended), closed))
                if piece[0] < piece[1]
            ]
            if begun < ended
            else left
        )
    return left


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """Sorted, overlapping and touching ones made one."""
    result: list[Interval] = []
    for opened, closed in sorted(intervals):
        if result and opened <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], closed))
        else:
            result.append((opened, closed))
    return result


def total(intervals: Iterable[Interval]) -> timedelta:
    return sum((closed - opened for opened, closed in intervals), _NOTHING)


def _from(calendar: Calendar, start: datetime) -> Iterator[Interval]:
    """Open stretches from `start` on, month by month."""
    step, at = timedelta(days=31), start.astimezone(UTC)
    for _ in range(_HORIZON_DAYS // 31):
        yield from open_intervals(calendar, at, at + step)
        at += step


def _spans(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Interval]:
    """Every shift that may touch the interval: an overnight one of the day before included."""
    week = _week(calendar)
    day, last = start.astimezone(week.zone).date() - _DAY, end.astimezone(week.zone).date()
    while day <= last:
        yield from week.shifts(day)
        day += _DAY


class _Week:
    """A calendar made ready for reckoning; each day is turned into UTC once."""

    def __init__(self, calendar: Calendar) -> None:
        self.zone = ZoneInfo(calendar.time_zone)
        self._holidays = {one.day: one.hours for one in calendar.holidays}
        self._hours = [tuple(hours for one in calendar.open if name in one.days for hours in one.hours) for name in _WEEKDAYS]
        self._known: dict[date, tuple[Interval, ...]] = {}

    def shifts(self, day: date) -> tuple[Interval, ...]:
        if day not in self._known:
            hours = self._holidays.get(day, self._hours[day.weekday()])
            self._known[day] = tuple((self._at(day, one.start), self._at(_end_day(day, one), one.end)) for one in hours)
        return self._known[day]

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)


@lru_cache(maxsize=256)
def _week(calendar: Calendar) -> _Week:
    return _Week(calendar)


def _end_day(day: date, hours: Hours) -> date:
    return day + _DAY if hours.overnight else day
