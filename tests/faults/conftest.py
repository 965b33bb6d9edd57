"""One warm parent of processes and one undisturbed run for a session of fault tests."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.faults.matrix import Undisturbed, undisturbed
from tests.faults.nursery import Nursery, nursery


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def children() -> AsyncIterator[Nursery]:
    async with nursery() as one:
        yield one


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def plain(children: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return await undisturbed(children, tmp_path_factory.mktemp("undisturbed"))
