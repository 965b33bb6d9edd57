"""For files of journeys that move the clock: one stage a file, and two people at their consoles."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.demo.agent import ConsoleAgent
from tests.journeys.moving_time import Moving, moving


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def time(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Moving]:
    async with moving(tmp_path_factory.mktemp("stage")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def mei(time: Moving) -> AsyncIterator[ConsoleAgent]:
    agent = await time.agent("mei.tan")
    yield agent
    await agent.aclose()


@pytest_asyncio.fixture(loop_scope="module")
async def sofia(time: Moving) -> AsyncIterator[ConsoleAgent]:
    agent = await time.agent("sofia.lindqvist", "supervisors")
    yield agent
    await agent.aclose()
