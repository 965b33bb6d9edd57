"""Dates and times of day as people write them, read to one form each; a date of two readings has both."""

import re
from collections.abc import Iterator

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = {name: number for number, name in enumerate(_MONTHS, 1)} | {name[:3]: number for number, name in enumerate(_MONTHS, 1)}
_MONTH["sept"] = 9
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DATE_WORDS = frozenset([*_MONTHS, *_WEEKDAYS, *(name[:3] for name in [*_MONTHS, *_WEEKDAYS])])
_NAMES = "|".join(sorted(_MONTH, key=len, reverse=True))
_DAY, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>(?:19|20)\d\d)"
_WORDED = (
    re.compile(rf"\b{_DAY}\.?(?: of)? (?P<month>{_NAMES})\b\.?(?:,? {_YEAR}\b)?", re.IGNORECASE),
    re.compile(rf"\b(?P<month>{_NAMES})\.? {_DAY}\b(?!:)(?:,? {_YEAR}\b)?", re.IGNORECASE),
)
_ISO = re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b")
_SLASHED = re.compile(r"\b(?P<one>\d{1,2})[/.](?P<two>\d{1,2})[/.](?P<year>(?:19|20)?\d\d)\b")
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(_WEEKDAYS)})s?\b", re.IGNORECASE)
_CLOCK = re.compile(r"\b(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d)\s*(?P<half>[ap]\.?m\b\.?)?", re.IGNORECASE)
_HALF_DAY = re.compile(r"\b(?P<hour>1[0-2]|[1-9])\s*(?P<half>[ap]\.?m\b\.?)", re.IGNORECASE)
_DECIMAL = re.compile(r"\b\d+\.\d+\b")


def dates(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """(as written, what it may mean). A date without a year means that day of any year; with one, both are said of it."""
    for found in _ISO.finditer(text):
        yield found.group(), _meaning(int(found["month"]), int(found["day"]), found["year"])
    for found in _SLASHED.finditer(text):
        one, two, year = int(found["one"]), int(found["two"]), _whole(found["year"])
        yield found.group(), _meaning(two, one, year) | _meaning(one, two, year)
    for pattern in _WORDED:
        for found in pattern.finditer(text):
            yield found.group(), _meaning(_MONTH[found["month"].lower()], int(found["day"]), found["year"])
    for found in _WEEKDAY.finditer(text):
        yield found.group(), frozenset({found.group().lower().rstrip("s")})


def _whole(year: str) -> str:
    return year if len(year) == 4 else f"20{year}"


def _meaning(month: int, day: int, year: str | None) -> frozenset[str]:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return frozenset()
    return frozenset({f"{year}-{month:02}-{day:02}" if year else f"{month:02}-{day:02}"})


def times(text: str) -> Iterator[tuple[str, str]]:
    for pattern in (_CLOCK, _HALF_DAY):
        for found in pattern.finditer(text):
            if pattern is _CLOCK and "." in found.group() and not found["half"]:
                continue  # 14.30 may be a time, but more often it is a price or a version
            yield found.group().strip(), _minute(found)


def _minute(found: re.Match[str]) -> str:
    hour, half = int(found["hour"]), (found["half"] or "").lower()[:1]
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    return f"{hour:02}:{found.groupdict().get('minute') or '00'}"
