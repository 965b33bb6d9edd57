"""A worker process of `bench jobs`: does jobs that only wait until there are none left, and says when it began and ended.

Run: python -m bot.bench.jobs_worker DATABASE_URL KIND SECONDS.
"""

import asyncio
import json
import sys
import time

from bot.engines import jobs_in
from bot.jobs import Claimed, Commit
from bot.memory.database import open_database

QUIET_SECONDS = 1.0


async def main(url: str, kind: str, takes: float) -> None:
    database = await open_database(url)
    moments: list[float] = []

    async def nothing(_: Claimed) -> Commit | None:
        if takes:
            await asyncio.sleep(takes)
        moments.append(time.time())
        return None

    stop = asyncio.Event()
    working = asyncio.create_task(jobs_in(database).work({kind: nothing}, stop, concurrency=16))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    began = time.time()
    while not moments or time.time() - moments[-1] < QUIET_SECONDS:
        if not moments and time.time() - began > 30:
            break
        await asyncio.sleep(0.05)
    stop.set()
    await working
    await database.close()
    told = {"done": len(moments), "first": min(moments, default=began), "last": max(moments, default=began)}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
