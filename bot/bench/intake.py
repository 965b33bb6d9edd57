"""What durable intake costs: webhooks stored and acknowledged, beside the same server that verifies and stores nothing.

Reading them and putting them in line comes after the acknowledgement and is measured by itself: `then_sorted_per_second`.

Both servers and the load run in processes of their own, side by side in time: real, bare, real, bare …; the ratio is the median
of the pairs. SQLite with a full fsync at each commit, or the PostgreSQL that `database_url` names.
"""

import asyncio
import statistics
import tempfile
import time
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from bot.bench.processes import line, load, module
from bot.engines import jobs_in
from bot.journal import Journal
from bot.memory import inbox
from bot.memory.database import Database, open_database
from bot.memory.schema import migrate
from bot.metrics import Metrics
from bot.probe import Silent
from bot.sorting import Sorter
from retrieval.http import Calls
from retrieval.vendors.intercom.webhook import IntercomWebhook

SECRET = "bench"  # noqa: S105 - signs nothing but the load
BOT_ADMIN_ID = "5000"
ROUNDS = 9  # each pair alone varies by a quarter
SECONDS = 2.0
CONNECTIONS = 256
"""With fewer, a slow disk waits: throughput is connections ÷ fsync time, since each waits for its own commit."""


async def bench(database_url: str = "", rounds: int = ROUNDS, seconds: float = SECONDS) -> dict[str, Any]:
    """`lost`: acknowledged and not in the inbox; `refused`: answered otherwise. `p99_ms`: of the real one under full load."""
    with tempfile.TemporaryDirectory(prefix="deskside-bench-") as folder:
        url = database_url or f"sqlite:///{Path(folder) / 'deskside.db'}"
        await asyncio.to_thread(migrate, url)
        async with _server("real", url) as real, _server("bare", url) as bare:
            ports = await line(real), await line(bare)
            pairs = [await _pair(ports, turn, seconds) for turn in range(rounds + 1)]
        answered = sum(sum(one["answers"].values()) for one, _ in pairs)
        accepted = sum(one["answers"].get("200", 0) for one, _ in pairs)
        stored, sorted_per_second = await _stored(url)
    counted = pairs[1:]  # the first warms both up
    return {
        "ratio_to_bare": round(statistics.median(one["per_second"] / other["per_second"] for one, other in counted), 3),
        "p99_ms": round(statistics.median(one["p99_ms"] for one, _ in counted), 1),
        "lost": accepted - stored,
        "engine": url.split(":", 1)[0].split("+")[0],
        "refused": answered - accepted,
        "per_second": round(statistics.median(one["per_second"] for one, _ in counted)),
        "bare_per_second": round(statistics.median(other["per_second"] for _, other in counted)),
        "then_sorted_per_second": round(sorted_per_second),
    }


def _server(kind: str, url: str) -> AbstractAsyncContextManager[asyncio.subprocess.Process]:
    return module("bot.bench.intake_server", kind, url, SECRET)


async def _pair(ports: tuple[str, str], turn: int, seconds: float) -> tuple[dict[str, Any], dict[str, Any]]:
    return (
        await load(ports[0], seconds, CONNECTIONS, SECRET, f"real{turn}"),
        await load(ports[1], seconds, CONNECTIONS, SECRET, f"bare{turn}"),
    )


async def _stored(url: str) -> tuple[int, float]:
    """How many there are, and how many of them a second one sorter puts in line."""
    database = await open_database(url)
    try:
        stored = sum((await database.read(inbox.counts)).values())
        return stored, await _sorted(database)
    finally:
        await database.close()


async def _sorted(database: Database) -> float:
    sorter = Sorter(
        database=database,
        jobs=jobs_in(database),
        readers={"intercom": IntercomWebhook(SECRET, BOT_ADMIN_ID)},
        journal=Journal(Metrics(Calls())),
        probe=Silent(),
    )
    began, done = time.perf_counter(), 0
    while found := await database.transact(sorter.sort):
        done += found
    return done / (time.perf_counter() - began)
