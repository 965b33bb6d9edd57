"""Who is at work: the shifts, and what Intercom and Slack say of each colleague; it asks neither of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from playbooks.domain.people import Agent, Role
from playbooks.domain.policy import AlertRule, HoursPolicy, TeamPolicy
from playbooks.domain.presence import Attendance, Presence
from playbooks.standing import on_shift

STALE_AFTER = timedelta(minutes=5)
"""Asked every minute: what is older than a few rounds is no longer known."""

Attendances = Mapping[str, Attendance]
"""By agent_id."""


def attendances(team: TeamPolicy, hours: HoursPolicy, presences: Sequence[Presence], now: datetime) -> Attendances:
    """Of everybody on the roster. A colleague is away where any system that the team trusts says so."""
    working = frozenset(on_shift(team, hours, now))
    fresh = [one for one in presences if now - one.at < STALE_AFTER and one.where.lower() in team.presence]
    return {one.agent_id: _of(one.agent_id, working, fresh) for one in team.agents}


def _of(agent_id: str, working: frozenset[str], fresh: Sequence[Presence]) -> Attendance:
    said = [one for one in fresh if one.agent_id == agent_id]
    away = tuple(dict.fromkeys(one.where for one in said if one.away))
    return Attendance(on_shift=agent_id in working, away=away, known=bool(said))


def to_call(rule: AlertRule, team: TeamPolicy, there: Attendances, owner: str | None) -> tuple[Agent, ...]:
    """Whom a new message of this rule reaches by name. An owner who is there answers for their role alone (L18);
    whoever is not there is never called."""
    if not rule.calls:
        return ()
    owning = next((one for one in team.agents if one.agent_id == owner and _is_there(one, there)), None)
    answered_for = owning.roles if owning else frozenset()
    wanted = frozenset(rule.tells) - answered_for
    called = [one for one in team.agents if one.roles & wanted and _is_there(one, there) and one is not owning]
    mine = [owning] if owning and owning.roles & frozenset(rule.tells) else []
    return (*mine, *called)


def with_role(role: Role, team: TeamPolicy, there: Attendances, *, besides: str | None = None) -> tuple[Agent, ...]:
    """Those of a role who are at work; whoever caused it knows already."""
    return tuple(one for one in team.agents if role in one.roles and one.agent_id != besides and _is_there(one, there))


def _is_there(agent: Agent, there: Attendances) -> bool:
    known = there.get(agent.agent_id)
    return known is not None and known.there
