"""Brings the connected chat surfaces to life: their outbound sides, their routes, and what must run beside them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from starlette.routing import BaseRoute

from bot.console.outbound import ConsoleOut
from bot.memory.database import Database
from bot.settings import Settings
from bot.surface import Intake, SurfaceOut
from playbooks.domain.people import Surface
from retrieval.http import Calls
from retrieval.ports import PresenceSource

Clock = Callable[[], datetime]
Async = Callable[[], Awaitable[None]]
TeamsToken = Callable[[], Awaitable[str]]


@dataclass
class Surfaces:
    """`routes` take what people do; `starts` and `stops` are for connections that we open (Slack's Socket Mode)."""

    out: dict[Surface, SurfaceOut] = field(default_factory=dict)
    routes: list[Callable[[Intake], list[BaseRoute]]] = field(default_factory=list)
    beside: list[Callable[[Intake], tuple[Async, Async]]] = field(default_factory=list)
    closes: list[Async] = field(default_factory=list)
    presence: list[PresenceSource] = field(default_factory=list)


def surfaces(
    settings: Settings, database: Database, clock: Clock, teams_token: TeamsToken | None = None, calls: Calls | None = None
) -> Surfaces:
    """The console always; Slack and Teams where they are configured. Each is imported only then: 0.4 to 0.6 seconds.

    `teams_token` gives the bot's token instead of Microsoft's login, which can be reached by https only.
    """
    found = Surfaces(out={Surface.CONSOLE: ConsoleOut(database, clock)})
    if settings.slack is not None:
        _slack(settings, found, clock, calls or Calls())
    if settings.teams is not None:
        _teams(settings, found, database, clock, teams_token, calls or Calls())
    if settings.mail is not None:
        _mail(settings, found, clock)
    return found


def _slack(settings: Settings, found: Surfaces, clock: Clock, calls: Calls) -> None:
    from bot.slack.app import slack_routes  # noqa: PLC0415
    from bot.slack.outbound import SlackOut  # noqa: PLC0415
    from bot.slack.presence import SlackPresence  # noqa: PLC0415
    from bot.slack.socket_mode import SocketMode  # noqa: PLC0415
    from bot.slack.web import SlackWeb  # noqa: PLC0415

    slack = settings.slack
    assert slack is not None
    out = SlackOut(slack, SlackWeb(slack, calls))
    found.out[Surface.SLACK] = out
    found.presence.append(SlackPresence(out.web))
    found.closes.append(out.close)
    if slack.app_token is None:
        found.routes.append(lambda intake: [*slack_routes(slack, intake, out, clock)])
        return

    def socket_mode(intake: Intake) -> tuple[Async, Async]:
        connection = SocketMode(slack, intake, out, clock)
        return connection.start, connection.stop

    found.beside.append(socket_mode)


def _teams(
    settings: Settings, found: Surfaces, database: Database, clock: Clock, token: TeamsToken | None, calls: Calls
) -> None:
    from bot.memory.teams_references import KeptReferences  # noqa: PLC0415
    from bot.teams.app import teams_routes  # noqa: PLC0415
    from bot.teams.connector import Connector  # noqa: PLC0415
    from bot.teams.credentials import app_token  # noqa: PLC0415
    from bot.teams.outbound import TeamsOut  # noqa: PLC0415

    teams = settings.teams
    assert teams is not None
    out = TeamsOut(teams, KeptReferences(database, clock), Connector(token or app_token(teams), calls))
    found.out[Surface.TEAMS] = out
    found.closes.append(out.close)
    found.routes.append(lambda intake: [*teams_routes(teams, intake, out, clock)])


def _mail(settings: Settings, found: Surfaces, clock: Clock) -> None:
    from bot.mail.outbound import MailOut  # noqa: PLC0415

    assert settings.mail is not None
    found.out[Surface.EMAIL] = MailOut(settings.mail, clock, settings.service.time_zone)
