"""Who our agents are in Intercom: the admin id by which they write, by e-mail, and checked against Intercom's own list."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from playbooks.domain.people import Agent
from playbooks.domain.search import Admin
from retrieval.errors import VendorError

FRESH_FOR = timedelta(minutes=10)
"""A colleague who joins is known after this long; nobody asks Intercom for its list at every note."""
STALE_FOR = timedelta(days=1)
"""So long an older list will do while Intercom does not give a new one."""
ROSTER = "knowledge/policies/team.yaml"


class NoAdmin(Exception):
    """The agent cannot act in Intercom; `str(error)` and `remedy` are fit to show."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


@dataclass(frozen=True)
class Listed:
    at: datetime
    admins: Sequence[Admin]


class AdminDirectory:
    """`ask` is Intercom's list; what it said is kept with its age."""

    def __init__(self, ask: Callable[[], Awaitable[Sequence[Admin]]], clock: Callable[[], datetime]) -> None:
        self._ask, self._clock = ask, clock
        self._listed: Listed | None = None

    async def id_of(self, agent: Agent) -> str:
        """*Errors:* NoAdmin; VendorError where Intercom's list was never had, or is older than a day."""
        return admin_id(agent, await self._admins())

    async def _admins(self) -> Sequence[Admin]:
        now = self._clock()
        if self._listed is None or now - self._listed.at >= FRESH_FOR:
            await self._renew(now)
        assert self._listed is not None
        return self._listed.admins

    async def _renew(self, now: datetime) -> None:
        try:
            self._listed = Listed(now, await self._ask())
        except VendorError:
            if self._listed is None or now - self._listed.at >= STALE_FOR:
                raise


def admin_id(agent: Agent, admins: Sequence[Admin]) -> str:
    """By e-mail; an id in the roster must be theirs: of the same e-mail, or of the same name where Intercom has another one.

    *Errors:* NoAdmin.
    """
    by_email = next((one for one in admins if one.email and one.email == agent.agent_id), None)
    if agent.intercom_admin_id is None:
        if by_email is None:
            raise NoAdmin(f"{agent.name} is no teammate in Intercom.", _invited(agent))
        return by_email.admin_id
    named = next((one for one in admins if one.admin_id == agent.intercom_admin_id), None)
    if named is not None and _is(named, agent, by_email):
        return named.admin_id
    raise _mistaken(agent, named, by_email)


def _is(named: Admin, agent: Agent, by_email: Admin | None) -> bool:
    return named == by_email or (by_email is None and named.name.casefold() == agent.name.casefold())


def _mistaken(agent: Agent, named: Admin | None, by_email: Admin | None) -> NoAdmin:
    whose = f"is {named.name}'s" if named else "is nobody's"
    remedy = f"Set intercom_admin_id to {by_email.admin_id} in {ROSTER}." if by_email else _invited(agent)
    return NoAdmin(f"The Intercom admin id {agent.intercom_admin_id} of {agent.name} {whose} in Intercom.", remedy)


def _invited(agent: Agent) -> str:
    return f"Invite {agent.agent_id} to the Intercom workspace, or correct agent_id and intercom_admin_id in {ROSTER}."
