"""Socket Mode: the same events over a connection that we open, and no second environment on one app token (L19)."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.slack.manifest import EVENTS, manifest, text
from bot.slack.outbound import SlackOut
from bot.slack.settings import Settings
from bot.slack.socket_mode import SocketMode
from retrieval.errors import Refused
from tests.shared_files import ROOT
from tests.surfaces.conftest import SlackBench
from tests.surfaces.fake_slack import APP_TOKEN
from tests.surfaces.intake import Inbox


def connection(slack: SlackBench, inbox: Inbox, **more: object) -> SocketMode:
    settings = Settings.model_validate(slack.slack.settings(app_token=APP_TOKEN, **more))
    return SocketMode(settings, inbox, SlackOut(settings))


@pytest_asyncio.fixture
async def connected(slack: SlackBench) -> AsyncIterator[SlackBench]:
    slack.slack.deliver_to("")
    socket = connection(slack, slack.inbox)
    await socket.start()
    yield slack
    await socket.stop()


async def test_a_mention_over_the_connection_is_stored_and_then_acknowledged(connected: SlackBench) -> None:
    answer = await asyncio.to_thread(connected.slack.mention, "who is Priya?")
    assert answer.status == 200
    assert connected.inbox.asked[0].text == "who is Priya?"


async def test_what_is_not_stored_is_not_acknowledged_and_comes_again(connected: SlackBench) -> None:
    connected.inbox.fail_times = 1
    first = await asyncio.to_thread(connected.slack.mention, "who is Priya?")
    assert first.status == 504
    assert (await asyncio.to_thread(first.again)).status == 200
    assert len(connected.inbox.asked) == 1


async def test_a_slash_command_over_the_connection(connected: SlackBench) -> None:
    answer = await asyncio.to_thread(connected.slack.slash, "/kb", "warranty")
    assert (answer.status, connected.inbox.asked[0].command) == (200, "kb")


async def test_a_second_environment_on_the_same_app_token_is_refused_at_start(connected: SlackBench) -> None:
    with pytest.raises(Refused, match="in use"):
        await connection(connected, Inbox()).start()


async def test_workers_of_one_environment_may_share_it(connected: SlackBench) -> None:
    second = connection(connected, Inbox(), share_app_token=True)
    await second.start()
    await second.stop()


def test_the_manifest_in_the_repository_is_the_code_s() -> None:
    assert (ROOT / "bot/slack/manifest.json").read_text() == text(None)


def test_the_manifest_names_what_the_code_listens_to() -> None:
    made = manifest("https://deskside.example/")
    assert made["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)
    assert made["settings"]["event_subscriptions"]["request_url"] == "https://deskside.example/slack/events"
    assert made["settings"]["socket_mode_enabled"] is False
    assert "agent_view" in made["features"]
    assert len(made["features"]["slash_commands"]) == 9
    assert all(len(one["usage_hint"]) <= 1000 and len(one["description"]) <= 2000 for one in made["features"]["slash_commands"])
