"""What the console's pages work with, and the page around each of them: who is signed in, and the way to the others."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.console.channels import channels, reader
from bot.console.feed import Pulse
from bot.console.render import ENVIRONMENT
from bot.console.session import Sessions
from bot.desk.office import Office
from bot.health import Health
from bot.jobs import Jobs
from bot.memory.console_feed import Reader
from bot.memory.database import Database
from bot.surface import Intake
from playbooks.domain.people import Agent, Role
from playbooks.words import titled

OPERATING = frozenset({Role.SUPERVISOR, Role.ADMIN})
"""Who may see what waits and failed, and try it again."""


@dataclass(frozen=True)
class Console:
    """What the composition root gives."""

    sessions: Sessions
    database: Database
    intake: Intake
    clock: Callable[[], datetime]
    cap_bytes: int


@dataclass(frozen=True)
class Site:
    """The console in its service."""

    console: Console
    office: Office
    health: Health
    jobs: Jobs
    pulse: Pulse

    @property
    def now(self) -> datetime:
        return self.console.clock()

    def reader(self, agent: Agent) -> Reader:
        return reader(agent, self.office)


Page = Callable[[Site, Request, Agent], Awaitable[Response]]


def signed_in(site: Site, page: Page) -> Callable[[Request], Awaitable[Response]]:
    """Sends everybody else to the sign-in page."""

    async def guarded(request: Request) -> Response:
        agent = site.console.sessions.agent(request, site.now)
        return await page(site, request, agent) if agent else RedirectResponse("/console/sign-in", 303)

    return guarded


def page(name: str, *, status: int = 200, **values: Any) -> Response:
    return HTMLResponse(ENVIRONMENT.get_template(name).render(**values), status)


def inside(site: Site, agent: Agent, name: str, *, here: str, status: int = 200, **values: Any) -> Response:
    """A page with the navigation around it."""
    around = {
        "agent": agent,
        "role": role_titles(agent, site.office),
        "channels": channels(agent, site.office),
        "may_operate": may_operate(agent),
        "here": here,
        "zone": site.office.zone_of(agent),
        "version": version("deskside"),
        "now": site.now,
    }
    return page(name, status=status, **(around | values))


def role_titles(agent: Agent, office: Office) -> str:
    granted = office.policies.roles.roles
    return " · ".join(sorted(granted[one].title if one in granted else titled(one.value) for one in agent.roles))


def may_operate(agent: Agent) -> bool:
    return bool(agent.roles & OPERATING)
