"""A worker process for the takeover tests: says on stdout where it stands, and goes on when told on stdin.

Run: python -m tests.engine.crash_worker URL. Each job prints "started NAME" and waits for a line before it returns its commit.
"""

import asyncio
import sys

from bot.engines import jobs_in
from bot.jobs import Claimed, Commit, Timing
from bot.memory import counters
from bot.memory.database import open_database

TIMING = Timing(lease_seconds=1.0, beat_seconds=0.1, poll_seconds=0.05)


async def work_once(claimed: Claimed) -> Commit:
    name = claimed.payload["name"]
    sys.stdout.write(f"started {name}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)

    def commit(conn: object) -> None:
        counters.add(conn, f"{name} by the first")  # type: ignore[arg-type]

    return commit


async def main(url: str) -> None:
    database = await open_database(url)
    await jobs_in(database, timing=TIMING).work({"work": work_once}, asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
