"""Lengths of time and hours of the day as people write them in YAML ("10 minutes", "22:00-06:00"); never clock readings."""

import re
from datetime import time, timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from playbooks.domain.base import Frozen

_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_PART = re.compile(r"(\d+)\s*(second|minute|hour|day|week)s?")
_WHOLE = r"^\s*\d+\s*(second|minute|hour|day|week)s?(\s+\d+\s*(second|minute|hour|day|week)s?)*\s*$"
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


def span(value: object) -> timedelta:
    """Reads "90 seconds", "10 minutes", "1 hour 30 minutes"; a bare number is refused because its unit would be a guess."""
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or not re.match(_WHOLE, value):
        raise ValueError('expected a length of time with its unit, such as "90 seconds" or "1 hour 30 minutes"')
    return timedelta(seconds=sum(int(count) * _UNITS[unit] for count, unit in _PART.findall(value)))


def spoken(length: timedelta) -> str:
    """The same length in words, largest units first: "1 hour 30 minutes"."""
    left, words = int(length.total_seconds()), []
    for unit, size in reversed(_UNITS.items()):
        count, left = divmod(left, size)
        if count:
            words.append(f"{count} {unit}{'s' if count != 1 else ''}")
    return " ".join(words) or "0 seconds"


Span = Annotated[
    timedelta,
    BeforeValidator(span),
    PlainSerializer(spoken, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": _WHOLE, "examples": ["90 seconds", "1 hour 30 minutes"]}),
]


class Hours(Frozen):
    """From `start` to `end` of a day, local time. `overnight`: `end` is on the next day ("22:00-06:00", "18:00-24:00")."""

    start: time
    end: time

    @property
    def overnight(self) -> bool:
        return self.end <= self.start


def hours(value: object) -> Hours:
    """Reads "09:00-17:30"; 24:00 is midnight at the day's end."""
    if isinstance(value, Hours):
        return value
    found = _HOURS.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or (found[3] == "24" and found[4] != "00"):
        raise ValueError('expected hours as "09:00-17:30"')
    return Hours(start=time(int(found[1]), int(found[2])), end=time(int(found[3]) % 24, int(found[4])))


def clock_words(value: Hours) -> str:
    return f"{value.start:%H:%M}-{value.end:%H:%M}"


OpenSpan = Annotated[
    Hours,
    BeforeValidator(hours),
    PlainSerializer(clock_words, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^\d\d:\d\d-\d\d:\d\d$", "examples": ["09:00-17:30", "22:00-06:00"]}),
]
