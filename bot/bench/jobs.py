"""How quickly durable work starts, how much of it one and two workers do, and whether what is finished slows it down.

Nothing but the engine is measured: jobs of no work at all, each in a line of its own. Two workers are two processes.
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.bench.processes import line, module
from bot.engines import jobs_in
from bot.engines.past import put_finished
from bot.jobs import Claimed, Commit, Jobs, NewJob
from bot.memory import Connection
from bot.memory.database import Database, open_database
from bot.memory.schema import migrate

SINGLE = 200
BATCH = 2_000
KEPT = (10, 10_000, 1_000_000)
PAUSE_SECONDS = 0.005
"""Between two single jobs: each finds the worker idle."""


async def bench(database_url: str = "", single: int = SINGLE, batch: int = BATCH, kept: Sequence[int] = KEPT) -> dict[str, Any]:
    """`claim_growth`: enqueue→start with the most finished jobs kept ÷ with the fewest."""
    with tempfile.TemporaryDirectory(prefix="deskside-bench-") as folder:
        url = database_url or f"sqlite:///{Path(folder) / 'deskside.db'}"
        await asyncio.to_thread(migrate, url)
        database = await open_database(url)
        try:
            times = await _starts(database, single, "single")
            one = await _throughput(database, url, 1, batch)
            two = await _throughput(database, url, 2, batch)
            growth = await _growth(database, single, kept)
        finally:
            await database.close()
    return {
        "enqueue_to_start_p50_ms": _ms(times, 0.5),
        "enqueue_to_start_p99_ms": _ms(times, 0.99),
        "jobs_per_second": round(one),
        "two_workers_over_one": round(two / one, 2),
        "claim_growth": round(growth[-1] / growth[0], 2),
        "engine": database.name,
    }


def _ms(seconds: Sequence[float], share: float) -> float:
    return round(sorted(seconds)[min(int(len(seconds) * share), len(seconds) - 1)] * 1000, 2)


async def _starts(database: Database, many: int, name: str) -> list[float]:
    """From the moment before the enqueueing transaction, whose fsync is part of it, to the handler's first line."""
    jobs, stop = jobs_in(database), asyncio.Event()
    began: dict[str, float] = {}
    times: list[float] = []
    seen = asyncio.Event()

    async def started(claimed: Claimed) -> Commit | None:
        times.append(time.perf_counter() - began[claimed.once_key])
        seen.set()
        return None

    worker = asyncio.create_task(jobs.work({name: started}, stop))
    try:
        for number in range(many):
            key = f"{name}-{number}"
            began[key] = time.perf_counter()
            seen.clear()
            await _enqueued(database, jobs, [NewJob(name, {}, key, lock=key)])
            await seen.wait()
            await asyncio.sleep(PAUSE_SECONDS)
    finally:
        stop.set()
        await worker
    return times


async def _enqueued(database: Database, jobs: Jobs, new: Sequence[NewJob]) -> None:
    def put(conn: Connection) -> None:
        for one in new:
            jobs.enqueue(conn, one)

    await database.transact(put)


async def _throughput(database: Database, url: str, workers: int, many: int) -> float:
    """Jobs a second, from the first start to the last end, by `workers` processes."""
    kind = f"batch{workers}"
    batch = [NewJob(kind, {}, f"{kind}-{number}", lock=f"{kind}-{number}") for number in range(many)]
    async with AsyncExitStack() as stack:
        running = [await stack.enter_async_context(module("bot.bench.jobs_worker", url, kind)) for _ in range(workers)]
        for one in running:
            await line(one)
        await _enqueued(database, jobs_in(database), batch)
        spans = [json.loads(await line(one, 300)) for one in running]
    done = sum(one["done"] for one in spans)
    return float(done / (max(one["last"] for one in spans) - min(one["first"] for one in spans)))


async def _growth(database: Database, single: int, kept: Sequence[int]) -> list[float]:
    medians, already = [], 0
    for many in kept:
        await _finished(database, already, many)
        already = many
        medians.append(statistics.median(await _starts(database, single, f"kept{many}")))
    return medians


async def _finished(database: Database, already: int, many: int) -> None:
    at = datetime.now(UTC) - timedelta(hours=1)
    for first in range(already, many, 10_000):
        await database.transact(partial(put_finished, numbers=range(first, min(first + 10_000, many)), at=at))
