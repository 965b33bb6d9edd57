"""Which shifts ended between two moments and who takes over from whom; it tells nobody."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from playbooks.business_time import is_open, open_intervals, open_until
from playbooks.domain.base import Frozen, Instant
from playbooks.domain.policy import HoursPolicy, Shift, TeamPolicy

_A_MOMENT = timedelta(microseconds=1)


class ShiftEnd(Frozen):
    """`leaving` have no other shift that goes on; `taking_over` are on the next one."""

    shift: str
    next_shift: str
    at: Instant
    leaving: tuple[str, ...]
    taking_over: tuple[str, ...]


def end_of_shift(agent_id: str, team: TeamPolicy, hours: HoursPolicy, now: datetime) -> datetime | None:
    """When the last of this colleague's present shifts ends; None: they are on none."""
    mine = (hours.calendar(one.calendar) for one in team.shifts if agent_id in one.agents)
    return max((end for one in mine if (end := open_until(one, now)) is not None), default=None)


def shift_ends(team: TeamPolicy, hours: HoursPolicy, since: datetime, until: datetime) -> tuple[ShiftEnd, ...]:
    """After `since`, up to and with `until`. A break after which the same shift goes on, and no other is there, ends none."""
    return tuple(end for shift in team.shifts for end in _ends(shift, team, hours, since, until))


def _ends(shift: Shift, team: TeamPolicy, hours: HoursPolicy, since: datetime, until: datetime) -> Iterator[ShiftEnd]:
    follower = next((one for one in team.shifts if one.name == shift.hands_over_to), None)
    if follower is None or since >= until:
        return
    for _, closed in open_intervals(hours.calendar(shift.calendar), since, until + _A_MOMENT):
        if since < closed <= until and is_open(hours.calendar(follower.calendar), closed):
            on_duty = {one for other in team.shifts if is_open(hours.calendar(other.calendar), closed) for one in other.agents}
            yield ShiftEnd(
                shift=shift.name,
                next_shift=follower.name,
                at=closed,
                leaving=tuple(one for one in shift.agents if one not in on_duty),
                taking_over=follower.agents,
            )
