"""Sandbox orgs for the tests: one that is only read, and a fresh one for each test that changes something."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.vendors.salesforce.org import Org, connected, served


@pytest.fixture(scope="session")
def standing_org_url() -> Iterator[str]:
    with served() as url:
        yield url


@pytest.fixture
async def seen_org(standing_org_url: str) -> AsyncIterator[Org]:
    """Only read."""
    one = connected(standing_org_url)
    yield one
    await one.close()


@pytest.fixture
async def org() -> AsyncIterator[Org]:
    """Fresh."""
    with served() as url:
        one = connected(url)
        yield one
        await one.close()
