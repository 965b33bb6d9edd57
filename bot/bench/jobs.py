"""How quickly durable work starts, how much of it one and two workers do, and whether what is finished slows it down.

Jobs of no work at all, each in a line of its own, so that nothing but the engine is measured. Two workers are two processes;
theirs wait as long as a vendor takes to answer, as real ones do. With jobs of no work two workers cannot be twice as quick on
two cores: one of them and its database use most of both. On SQLite all writers of a file take turns.
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
from bot.memory.database import Database, open_database
from bot.memory.schema import migrate

SINGLE = 200
BATCH = 2_000
KEPT = (10, 10_000, 1_000_000)
ANSWER_SECONDS = 0.05
"""What a quick vendor takes to answer."""
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
            one, two = [await _throughput(database, url, workers, batch, 0) for workers in (1, 2)]
            waiting = [await _throughput(database, url, workers, batch, ANSWER_SECONDS) for workers in (1, 2)]
            growth = await _growth(database, single, kept)
        finally:
            await database.close()
    return {
        "enqueue_to_start_p50_ms": _ms(times, 0.5),
        "enqueue_to_start_p99_ms": _ms(times, 0.99),
        "jobs_per_second": round(one),
        "two_workers_over_one": round(waiting[1] / waiting[0], 2),
        "claim_growth": round(growth[-1] / growth[0], 2),
        "engine": database.name,
        "two_workers_over_one_without_work": round(two / one, 2),
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
    await database.transact(lambda conn: jobs.enqueue_all(conn, new))


async def _throughput(database: Database, url: str, workers: int, many: int, takes: float) -> float:
    """Jobs a second, from the first start to the last end, by `workers` processes."""
    kind = f"batch{workers}-{takes}"
    batch = [NewJob(kind, {}, f"{kind}-{number}", lock=f"{kind}-{number}") for number in range(many)]
    async with AsyncExitStack() as stack:
        running = [
            await stack.enter_async_context(module("bot.bench.jobs_worker", url, kind, str(takes))) for _ in range(workers)
        ]
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
    for first in range(already, many, 50_000):
        await database.transact(partial(put_finished, numbers=range(first, min(first + 50_000, many)), at=at))
