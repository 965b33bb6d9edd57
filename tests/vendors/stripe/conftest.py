"""Sandbox accounts for the tests: one that is only read, and a fresh one for each test that changes something."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.vendors.stripe.account import Account, connected, served


@pytest.fixture(scope="session")
def standing_url() -> Iterator[str]:
    with served() as url:
        yield url


@pytest.fixture
def standing(standing_url: str) -> Account:
    """Only read, by another client than ours."""
    return connected(standing_url)


@pytest.fixture
def running() -> Iterator[Account]:
    """Fresh, for another client than ours."""
    with served() as url:
        yield connected(url)


@pytest.fixture
async def seen(standing: Account) -> AsyncIterator[Account]:
    """Only read, by our own client, which is closed in the loop that used it."""
    yield standing
    await standing.close()


@pytest.fixture
async def stripe_account(running: Account) -> AsyncIterator[Account]:
    """Fresh, for our own client."""
    yield running
    await running.close()
