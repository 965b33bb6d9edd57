"""Memory, handles and lag over time: the service under a steady stream and a chat every few seconds, for as long as asked."""

import asyncio
import time
from typing import Any

from bot.bench.road import HERO
from bot.bench.running import Running, open_handles, resident_megabytes, running
from bot.bench.stream import streaming

PER_SECOND = 20.0
BETWEEN_SECONDS = 5.0


async def bench(minutes: float = 1.0, per_second: float = PER_SECOND) -> dict[str, Any]:
    """`growth_mb`: memory at the end less memory after the first fifth, when caches are warm."""
    async with running() as one, streaming(one.port, per_second, one.client_secret, "soak") as answers:
        samples = [sample async for sample in _samples(one, minutes * 60)]
        refused = sum(number for status, number in answers.items() if status != "200")
    warm = samples[len(samples) // 5 :]
    return {
        "minutes": minutes,
        "events": sum(answers.values()),
        "refused": refused,
        "growth_mb": round(warm[-1][0] - warm[0][0], 1),
        "rss_mb": round(warm[-1][0]),
        "handles_growth": warm[-1][1] - warm[0][1],
        "worst_lag_seconds": max(one[2] for one in samples),
    }


async def _samples(one: Running, seconds: float):  # type: ignore[no-untyped-def]
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        body = {"email": HERO, "body": "Where is my battery?", "inbox_id": "8101"}
        await one.intercom.post("/_sandbox/customer/messages", body)
        report = await one.service.get("/ready")
        lag = report["parts"]["database"].get("oldest_job_seconds", 0.0)
        yield resident_megabytes(one.pid), open_handles(one.pid), lag
        await asyncio.sleep(min(BETWEEN_SECONDS, seconds / 10))
