"""One warm parent of processes and one undisturbed run for a session of fault tests."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.faults.matrix import Undisturbed, undisturbed
from tests.faults.nursery import Nursery, nursery


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def children() -> AsyncIterator[Nursery]:
    async with nursery() as one:
        yield one


@pytest.fixture(scope="session")
def quick_folder() -> Iterator[Path]:
    """In memory where there is such a place: what a killed process wrote survives it there too, and a full fsync is quick."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="deskside-faults-", dir=memory if memory.is_dir() else None))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def plain(children: Nursery, quick_folder: Path) -> Undisturbed:
    return await undisturbed(children, quick_folder)
