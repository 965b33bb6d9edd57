"""The surfaces' fixtures: a fake platform, a bot that listens to it on a real socket, and the bot's outbound.

Sockets are opened once for all tests; what is behind them is new for each.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.memory.schema import migrate
from bot.slack.app import slack_routes
from bot.slack.outbound import SlackOut
from bot.slack.settings import Settings as SlackSettings
from bot.teams.connector import Connector
from bot.teams.outbound import TeamsOut
from bot.teams.references import MemoryReferences
from bot.teams.settings import Settings as TeamsSettings
from retrieval.sandbox import SandboxServer
from tests.surfaces.console_stage import Bench, bench
from tests.surfaces.fake_slack import FakeSlack
from tests.surfaces.fake_teams import FakeTeams
from tests.surfaces.intake import Inbox


class Bot:
    """The address the platforms call; `app` is what answers there now."""

    def __init__(self) -> None:
        self.app: ASGIApp = Starlette()
        self.server = SandboxServer(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@dataclass
class SlackBench:
    """`out` is for the test's own loop; the bot listens in another with an outbound of its own."""

    slack: FakeSlack
    inbox: Inbox
    settings: SlackSettings
    out: SlackOut


@pytest.fixture(scope="session")
def bot() -> Iterator[Bot]:
    bot = Bot()
    with bot.server:
        yield bot


@pytest.fixture(scope="session")
def fake_slack() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        yield slack


@pytest.fixture
def slack(fake_slack: FakeSlack, bot: Bot) -> Iterator[SlackBench]:
    inbox = Inbox()
    fake_slack.reset()
    settings = SlackSettings.model_validate(fake_slack.settings(time_zone="Asia/Singapore"))
    bot.app = Starlette(routes=slack_routes(settings, inbox, SlackOut(settings)))
    fake_slack.deliver_to(bot.server.url)
    yield SlackBench(fake_slack, inbox, settings, SlackOut(settings))
    assert fake_slack.invalid == []


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("console") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def console(migrated: Path, tmp_path: Path) -> Iterator[Bench]:
    with bench(migrated, tmp_path) as one:
        yield one


@pytest.fixture
def closed(migrated: Path, tmp_path: Path) -> Iterator[Bench]:
    with bench(migrated, tmp_path, token="") as one:
        yield one


@dataclass
class TeamsBench:
    """`serve` starts the bot anew with changed settings."""

    teams: FakeTeams
    inbox: Inbox
    settings: TeamsSettings
    out: TeamsOut
    serve: Callable[..., None]


@pytest.fixture(scope="session")
def fake_teams() -> Iterator[FakeTeams]:
    with FakeTeams() as teams:
        yield teams


@pytest_asyncio.fixture
async def teams(fake_teams: FakeTeams, bot: Bot) -> AsyncIterator[TeamsBench]:
    """The token for sending comes from Microsoft's login, which no test reaches, so a fixed one stands in."""
    from bot.teams.app import teams_routes  # noqa: PLC0415 - botbuilder is slow to import

    inbox = Inbox()
    fake_teams.reset()
    settings = TeamsSettings.model_validate(fake_teams.settings(time_zone="Asia/Singapore"))
    references = MemoryReferences()
    out, theirs = (TeamsOut(settings, references, Connector(fixed_token)) for _ in range(2))

    async def stop(_: Request) -> Response:
        """In the bot's own loop, where its connections were opened."""
        await theirs.close()
        return Response()

    def serve(**change: Any) -> None:
        changed = settings.model_copy(update=change)
        bot.app = Starlette(routes=[*teams_routes(changed, inbox, theirs), Route("/stop", stop)])

    serve()
    fake_teams.deliver_to(bot.server.url)
    yield TeamsBench(fake_teams, inbox, settings, out, serve)
    await asyncio.to_thread(fake_teams.http.get, f"{bot.server.url}/stop")
    await out.close()


async def fixed_token() -> str | None:
    return "fixed"
