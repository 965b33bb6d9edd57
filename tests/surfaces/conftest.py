"""The surfaces' fixtures: a fake platform, a bot that listens to it on a real socket, and the bot's outbound.

Sockets are opened once for all tests; what is behind them is new for each.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.slack.app import slack_routes
from bot.slack.outbound import SlackOut
from bot.slack.settings import Settings as SlackSettings
from retrieval.sandbox import SandboxServer
from tests.surfaces.fake_slack import FakeSlack
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
