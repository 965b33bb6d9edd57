"""From a customer's words to the alert in Slack: the whole road on real sockets, idle and beside 100 webhooks a second.

Measured from the moment the sandbox takes the customer's message to the moment the stand-in Slack has the card that names
the conversation; in between are the signed webhook, the inbox, all sources, the decision and the outbox.
"""

import asyncio
import time
from typing import Any

from bot.bench.running import Running, running
from bot.bench.stream import streaming

CHATS = 10
PER_SECOND = 100.0
PAUSE_SECONDS = 4.0
"""Slack takes one message a second in a channel, and a chat makes three: without the pause it is Slack that is measured."""
PATIENCE_SECONDS = 60.0
HERO = "priya.nair@example.com"


async def bench(chats: int = CHATS, per_second: float = PER_SECOND) -> dict[str, Any]:
    async with running() as one:
        await _alerts(one, 3)  # warms it up
        idle = sorted(await _alerts(one, chats))
        async with streaming(one.port, per_second, one.client_secret, "road") as answers:
            began = time.monotonic()
            busy = sorted(await _alerts(one, chats))
            seconds = time.monotonic() - began
    return {
        "idle_p50_ms": _ms(idle, 0.5),
        "idle_p95_ms": _ms(idle, 0.95),
        "busy_p50_ms": _ms(busy, 0.5),
        "busy_p95_ms": _ms(busy, 0.95),
        "events_per_second": round(sum(answers.values()) / seconds),
    }


def _ms(times: list[float], share: float) -> float:
    return round(times[min(int(len(times) * share), len(times) - 1)] * 1000, 1)


async def _alerts(one: Running, chats: int) -> list[float]:
    times = []
    for _ in range(chats):
        body = {"email": HERO, "body": "Where is my battery? It has not moved for days.", "inbox_id": "8101"}
        began = time.time()
        written = await one.intercom.post("/_sandbox/customer/messages", body)
        times.append(await _posted(one, str(written["conversation_id"])) - began)
        await asyncio.sleep(PAUSE_SECONDS)
    return times


async def _posted(one: Running, conversation_id: str) -> float:
    deadline = time.time() + PATIENCE_SECONDS
    while time.time() < deadline:
        if (at := one.slack.first(conversation_id)) is not None:
            return at
        await asyncio.sleep(0.002)
    raise RuntimeError(f"no alert of {conversation_id} within {PATIENCE_SECONDS:.0f} seconds")
