"""Dead letters by the operator's commands, on both databases, while a worker runs: seen, run again at once, or dropped."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from bot.cli import app, commands
from bot.engines import jobs_in
from bot.jobs import Jobs, JobState, PermanentFailure, Timing
from bot.memory.database import Database
from tests.engine.shop import QUICK, Shop, enqueue, nothing_open, settled, working

assert commands  # imported for what it registers


@pytest.fixture
def jobs(any_database: Database) -> Jobs:
    """Whose worker never looks by itself: what another process puts in line is told to it, or, on a file, found soon."""
    return jobs_in(any_database, policies=QUICK, timing=Timing(poll_seconds=0.2 if any_database.name == "sqlite" else 600))


async def deskside(url: str, *words: str) -> tuple[int, str]:
    ran = await asyncio.to_thread(CliRunner().invoke, app, ["jobs", *words], env={"DESKSIDE_DATABASE_URL": url})
    return ran.exit_code, ran.output


async def test_dead_letters_are_listed_shown_run_again_by_the_running_worker_and_dropped(
    any_url: str, any_database: Database, jobs: Jobs
) -> None:
    shop = Shop()
    shop.fails = {name: [PermanentFailure("the tag is unknown")] for name in ("mended", "hopeless")}
    await enqueue(any_database, jobs, "mended", "behind", lock="c1")
    await enqueue(any_database, jobs, "hopeless", lock="c2")
    async with working(jobs, shop):
        await settled(any_database, jobs, lambda counts: counts[JobState.DEAD] == 2 and nothing_open(counts))
        dead = json.loads((await deskside(any_url, "list", "--state", "dead", "--json"))[1])
        assert {one["error"] for one in dead} == {"PermanentFailure: the tag is unknown"}
        mended, hopeless = (next(one for one in dead if one["lock"] == line) for line in ("c1", "c2"))
        assert '"mended"' in (await deskside(any_url, "show", mended["error_id"]))[1]
        assert (await deskside(any_url, "retry", str(mended["job_id"])))[0] == 0
        await shop.until(lambda: shop.finished == ["behind", "mended"])
        assert (await deskside(any_url, "drop", hopeless["error_id"]))[0] == 0
        await settled(any_database, jobs, lambda counts: not counts[JobState.DEAD])
    assert json.loads((await deskside(any_url, "list", "--state", "dead", "--json"))[1]) == []
    assert shop.started.count("hopeless") == 1
