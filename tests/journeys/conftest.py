"""One staged product for a file of journeys: real sockets everywhere, lexical search only so that it starts in a second."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.demo.agent import ConsoleAgent
from bot.demo.stage import Stage, staged
from bot.demo.worlds import demo_world
from bot.settings import Settings


def lexical(settings: Settings) -> Settings:
    return replace(settings, service=settings.service.model_copy(update={"embedder": "none"}))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    directory: Path = tmp_path_factory.mktemp("stage")
    async with staged(demo_world(datetime.now(UTC)), directory, 0, lexical) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def mei(stage: Stage) -> AsyncIterator[ConsoleAgent]:
    agent = ConsoleAgent(stage.url, "mei.tan@solvane.example", stage.token)
    await agent.sign_in()
    yield agent
    await agent.aclose()
