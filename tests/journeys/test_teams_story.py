"""Journeys A and B in Teams: signed activities in, the Bot Connector out, every effect read back."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from bot.demo.stage import Stage, staged
from bot.demo.worlds import demo_world
from bot.settings import Settings
from bot.teams.settings import Settings as TeamsSettings
from tests.journeys.chat import chat, settled, until
from tests.journeys.conftest import lexical
from tests.journeys.people import knowledge_of_the_fakes
from tests.surfaces.fake_teams import CHANNEL, FakeTeams

pytestmark = pytest.mark.asyncio(loop_scope="module")
PRIYA = "priya.nair@example.com"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def teams_stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Stage, FakeTeams]]:
    with FakeTeams() as teams:

        def with_teams(settings: Settings) -> Settings:
            given = lexical(settings)
            service = given.service.model_copy(update={"alert_places": f"teams:{CHANNEL}"})
            return replace(given, service=service, teams=TeamsSettings.model_validate(teams.settings()))

        directory = tmp_path_factory.mktemp("teams")
        world = demo_world(datetime.now(UTC))
        async with staged(world, directory, 0, with_teams, knowledge_of_the_fakes(), our_token) as stage:
            teams.deliver_to(stage.url)
            yield stage, teams


async def our_token() -> str:
    """In place of Microsoft's login, which msal reaches by https only."""
    return "token"


async def sees(teams: FakeTeams, words: str) -> tuple[str, dict[str, Any]]:
    """Conversation and activity of the newest message that holds the words."""

    async def look() -> tuple[str, dict[str, Any]] | None:
        everything = [(where, one) for where, shown in teams.messages.items() for one in shown.values()]
        return next((pair for pair in reversed(everything) if words in json.dumps(pair[1], ensure_ascii=False)), None)

    found: tuple[str, dict[str, Any]] = await until(look, f"“{words}” in Teams")
    return found


async def test_the_main_job_is_done_from_teams(teams_stage: tuple[Stage, FakeTeams]) -> None:
    stage, teams = teams_stage
    await asyncio.to_thread(teams.mention, "help")  # the first message from a channel is how the bot learns its address
    await sees(teams, "Know the customer")
    one = await chat(stage, PRIYA, "Where is my battery? The DHL tracking has not moved for days.")
    await sees(teams, "Priya Nair is waiting")
    taken = await asyncio.to_thread(teams.press, "Take")
    assert taken.status == 200
    await sees(teams, "With Mei Tan")

    await sees(teams, "Suggested reply")
    await asyncio.to_thread(teams.press, "Send", inputs={"reply_text": "Hello Priya, I have asked DHL and will write by noon."})
    await sees(teams, "Reply sent")
    [reply] = await one.parts("comment", admin="5001")
    assert "asked DHL" in reply["body"]

    await one.customer_writes("This is really not good enough, I am very disappointed.")
    await sees(teams, "disappointed")
    escalated = await asyncio.to_thread(teams.press, "Escalate")
    await sees(teams, "Case 0")
    await asyncio.to_thread(escalated.again)
    await settled(stage)
    assert len(await one.cases()) == 1
    assert (await one.record())["state"] == "closed"


async def test_an_unsigned_activity_is_refused_and_nothing_comes_of_it(teams_stage: tuple[Stage, FakeTeams]) -> None:
    stage, teams = teams_stage
    before = len(teams.calls)
    answer = await asyncio.to_thread(teams.deliver, teams.activity("mei", type="message", text="help"), None)
    assert answer.status in {401, 403}
    await settled(stage)
    assert len(teams.calls) == before
