"""The Intercom sandbox on a socket, our client connected to it, and the check that both speak Intercom's language."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from retrieval.connection import Connection
from tests.conformance import checker
from tests.shared_files import SHARED
from tests.vendors.intercom.served import SPEC, Receiver, Served, Stage, receiving, serving, staged
from tests.vendors.intercom.small_world import WORLD


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    with staged() as one:
        yield one


@pytest.fixture(scope="session")
def receiving_stage() -> Iterator[Stage]:
    with staged() as one:
        yield one


@pytest.fixture
def served(stage: Stage) -> Iterator[Served]:
    """Every exchange of every test is checked against the published file, where it is present."""
    with serving(stage, WORLD) as one:
        yield one
    if (SHARED / SPEC).exists():
        faults = one.recorder.faults(checker(SPEC), requests=False)
        assert not faults, "\n".join(faults)


@pytest_asyncio.fixture
async def intercom(served: Served) -> AsyncIterator[Connection]:
    """Our client; its requests are checked too."""
    connection = served.connected()
    yield connection
    assert connection.close is not None
    await connection.close()
    if (SHARED / SPEC).exists():
        faults = served.recorder.faults(checker(SPEC))
        assert not faults, "\n".join(faults)


@pytest.fixture
def receiver(receiving_stage: Stage) -> Receiver:
    return receiving(receiving_stage)
