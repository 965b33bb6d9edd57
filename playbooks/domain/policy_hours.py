"""Opening hours and the promises measured in them (SLA), as data; the arithmetic is a decision and lives elsewhere."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, model_validator

from playbooks.domain.base import Frozen
from playbooks.domain.span import OpenSpan, Span


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise ValueError('expected a time zone of the tz database, such as "Asia/Singapore"') from unknown
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class OpenHours(Frozen):
    """On `days`, open during each of `hours`; two make a split shift, an end before its start runs into the next day."""

    days: tuple[Weekday, ...] = Field(min_length=1)
    hours: tuple[OpenSpan, ...] = Field(min_length=1)


class Holiday(Frozen):
    """A local date that is closed, or open only during `hours` (half days)."""

    day: date
    name: str
    hours: tuple[OpenSpan, ...] = ()


class Calendar(Frozen):
    """When a team works, in its own zone. A shift that starts before a holiday still runs to its end."""

    title: str
    time_zone: Zone
    open: tuple[OpenHours, ...] = Field(min_length=1)
    holidays: tuple[Holiday, ...] = ()


class HoursPolicy(Frozen):
    """Calendars by name; `default` is the one used where nothing names another."""

    default: str
    calendars: Mapping[str, Calendar] = Field(min_length=1)

    @model_validator(mode="after")
    def _default_exists(self) -> "HoursPolicy":
        if self.default not in self.calendars:
            raise ValueError(f"default names calendar {self.default!r}, which is not among {', '.join(self.calendars)}")
        return self

    def calendar(self, name: str | None = None) -> Calendar:
        return self.calendars[name or self.default]


Clock = Literal["first_response", "next_response", "resolution", "second_line"]
Pause = Literal["waiting_for_customer", "snoozed", "outside_hours"]


class SlaMatch(Frozen):
    """Which conversations a rule is for; each non-empty field must contain the conversation's value."""

    segments: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    vip: bool | None = None


class SlaTarget(Frozen):
    """`within` of the calendar's open time (None: around the clock), not counting the pauses.

    A `second_line` clock runs from the chat's last transition among `starts_with` to the next among `stops_with` (names of
    its procedure); `title` tells several apart.
    """

    clock: Clock
    within: Span
    calendar: str | None = None
    pauses: tuple[Pause, ...] = ()
    title: str = ""
    starts_with: tuple[str, ...] = ()
    stops_with: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _second_line_says_when(self) -> "SlaTarget":
        if (self.clock == "second_line") != bool(self.starts_with and self.stops_with):
            raise ValueError("`starts_with` and `stops_with` belong to a second_line clock, which needs both")
        return self


class SlaRule(Frozen):
    name: str
    match: SlaMatch = SlaMatch()
    targets: tuple[SlaTarget, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _clocks_are_told_apart(self) -> "SlaRule":
        names = [(one.clock, one.title) for one in self.targets]
        if len(set(names)) < len(names):
            raise ValueError(f"rule {self.name!r} has the same clock twice: give each a title of its own")
        return self


class SlaPolicy(Frozen):
    """`warn_at_percent` of the time used; after the breach a reminder every `remind_every` until acknowledged."""

    rules: tuple[SlaRule, ...] = Field(min_length=1)
    warn_at_percent: tuple[int, ...] = (75, 90)
    remind_every: Span
    stop_reminding_after: int = 3
