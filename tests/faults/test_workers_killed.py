"""Two and four workers on PostgreSQL, killed at random under load or cut off from it: each job counts once and in order."""

from pathlib import Path

import pytest

from tests.faults.chaos import cut_off, killed_at_random
from tests.faults.nursery import Nursery
from tests.postgres import Postgres, postgres

__all__ = ["postgres"]

SECONDS = 4.0
"""The long form (`make faults`) takes a minute."""

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("workers", [2, 4])
async def test_workers_killed_at_random_lose_nothing_double_nothing_and_keep_the_order(
    children: Nursery, postgres: Postgres, tmp_path: Path, workers: int
) -> None:
    url = postgres.migrated_database()
    tally = await killed_at_random(children, tmp_path / "workers", url, workers, SECONDS, every=0.8)
    assert tally.deaths >= 3
    assert (tally.done, tally.out_of_order) == (tally.enqueued, 0)
    postgres.drop(url)


async def test_workers_cut_off_from_their_database_lose_nothing_double_nothing_and_keep_the_order(
    children: Nursery, postgres: Postgres, tmp_path: Path
) -> None:
    url = postgres.migrated_database()
    tally = await cut_off(children, tmp_path / "workers", url, SECONDS, every=1.0)
    assert tally.cuts >= 3
    assert (tally.done, tally.out_of_order) == (tally.enqueued, 0)
    postgres.drop(url)
