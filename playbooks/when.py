"""Reads a time as people type it ("until tomorrow 9", "2h", "monday"): the moment, in the asker's zone; it asks no clock."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(9)
"""What "tomorrow" and "monday" mean when nobody says an hour."""
_EVENING = time(18)
_LONGEST = timedelta(days=366)
"""Beyond a year it is a slip of the keyboard."""

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {
    "m": 60,
    "min": 60,
    "minute": 60,
    "h": 3600,
    "hr": 3600,
    "hour": 3600,
    "d": 86400,
    "day": 86400,
    "w": 604800,
    "week": 604800,
}
_LENGTH = re.compile(r"\b(?:(\d+(?:\.\d+)?)\s*|(half an?|an?)\s+)(minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)\b")
_CLOCK = re.compile(r"(?:at\s+)?(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?$")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})\b")
_LEADS = re.compile(r"^(?:(?:until|till|til|for|in|on|by)\s+)+")
_NAMED = {"noon": time(12), "midday": time(12), "morning": MORNING, "afternoon": time(14), "evening": _EVENING}


def when(text: str, now: datetime, zone: str = "UTC") -> datetime | None:
    """The moment meant, always after `now`; None where the words mean none, or one that is over or more than a year away."""
    said = _LEADS.sub("", " ".join(text.lower().replace(",", " ").split()))
    found = _length(said, now) or _named(said, now.astimezone(ZoneInfo(zone)))
    return found.astimezone(now.tzinfo) if found and now < found <= now + _LONGEST else None


def _length(said: str, now: datetime) -> datetime | None:
    """A length of time, or several that add up, and nothing else."""
    if not said or _LENGTH.sub("", said).replace("and", "").strip():
        return None
    seconds = sum(_number(count or word) * _UNITS[_unit(unit)] for count, word, unit in _LENGTH.findall(said))
    return now + timedelta(seconds=seconds) if seconds <= _LONGEST.total_seconds() else None


def _number(count: str) -> float:
    return 0.5 if count.startswith("half") else 1 if count.startswith("a") else float(count)


def _unit(word: str) -> str:
    return word if word in _UNITS else word.removesuffix("s")


def _named(said: str, local: datetime) -> datetime | None:
    """A day, an hour, or both."""
    day, rest = _day(said, local)
    if day is None:
        clock = _clock(rest)
        return None if clock is None or not rest else _next(local, clock)
    clock = _clock(rest) if rest else MORNING
    return datetime.combine(day, clock, local.tzinfo) if clock else None


def _next(local: datetime, clock: time) -> datetime:
    today = datetime.combine(local.date(), clock, local.tzinfo)
    return today if today > local else datetime.combine(local.date() + timedelta(days=1), clock, local.tzinfo)


def _day(said: str, local: datetime) -> tuple[date | None, str]:
    head, _, rest = said.partition(" ")
    if written := _DATE.match(said):
        try:
            return local.replace(year=int(written[1]), month=int(written[2]), day=int(written[3])).date(), said[
                written.end() :
            ].strip()
        except ValueError:
            return None, ""
    if head == "next" and rest.startswith("week"):
        return local.date() + timedelta(days=7 - local.weekday()), rest.removeprefix("week").strip()
    if head == "next":
        head, _, rest = rest.partition(" ")
    match head:
        case "today" | "this" | "tonight":
            return local.date(), rest or (
                "evening" if head == "tonight" else "afternoon" if local.time() < time(14) else "evening"
            )
        case "tomorrow" | "tmrw":
            return local.date() + timedelta(days=1), rest
        case _:
            return _weekday(head, local), rest if _weekday(head, local) else said


def _weekday(word: str, local: datetime) -> date | None:
    """The next one of that name; said on the day itself it means in a week."""
    number = next((at for at, name in enumerate(_DAYS) if len(word) >= 3 and name.startswith(word)), None)
    return None if number is None else local.date() + timedelta(days=(number - local.weekday() - 1) % 7 + 1)


def _clock(said: str) -> time | None:
    if said in _NAMED:
        return _NAMED[said]
    found = _CLOCK.fullmatch(said)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        hour = hour % 12 + (12 if found[3] == "pm" else 0) if 1 <= hour <= 12 else 99
    return time(hour, minute) if hour < 24 and minute < 60 else None
