"""How long a customer card takes beside its slowest source, and with a source that hangs; measured in the same run.

Six sources on servers of their own on loopback, each asked through the real door and httpx, answer in 50–400 ms. What the
caller knows is enough for all of them, so each is asked once. A source's time is its whole call: request, answer, reading.
"""

import hashlib
import statistics
import time
from contextlib import ExitStack
from datetime import UTC, datetime

from playbooks.domain.customer import Identity
from retrieval.customer360 import RecentFacts, gather
from retrieval.rehearsal import SlowSource, slow_app
from retrieval.sandbox import SandboxServer

SOURCES = 6
ROUNDS = 50
HANGING_ROUNDS = 5
QUICKEST_SECONDS, SLOWEST_SECONDS = 0.05, 0.4
PATIENT_SECONDS = 5.0
DEADLINE_SECONDS = 1.0
ADA = Identity(emails=("ada@example.com",))


async def bench(rounds: int = ROUNDS, hanging_rounds: int = HANGING_ROUNDS) -> dict[str, float]:
    """`card_over_slowest`: median of card time ÷ slowest source's own call. `hanging_over_deadline`: worst of the rounds."""
    ratios = await _timed(rounds, PATIENT_SECONDS, hangs=False)
    late = await _timed(hanging_rounds, DEADLINE_SECONDS, hangs=True)
    return {
        "card_over_slowest": round(statistics.median(card / slowest for card, slowest in ratios), 4),
        "hanging_over_deadline": round(max(card / DEADLINE_SECONDS for card, _ in late), 4),
    }


async def _timed(rounds: int, deadline_seconds: float, *, hangs: bool) -> list[tuple[float, float]]:
    """Card time and the slowest answering source's time, round by round; one unmeasured round opens the connections."""
    with ExitStack() as servers:
        sources = []
        for index in range(SOURCES):
            delays = [float("inf") if hangs and not index else _delay(index, turn) for turn in range(rounds + 1)]
            server = servers.enter_context(SandboxServer(slow_app(delays)))
            # Twice the deadline: the door's own patience must not be what ends the hanging call.
            sources.append(SlowSource(f"source{index}", server.url, timeout_seconds=deadline_seconds * 2))
        try:
            return [await _round(sources, turn, deadline_seconds) for turn in range(rounds + 1)][1:]
        finally:
            for source in sources:
                await source.aclose()


async def _round(sources: list[SlowSource], turn: int, deadline_seconds: float) -> tuple[float, float]:
    for source in sources:
        source.turn = turn
        source.took.clear()
    begun = time.perf_counter()
    card = await gather(sources, ADA, deadline_seconds=deadline_seconds, now=datetime.now(UTC), cache=RecentFacts())
    seconds = time.perf_counter() - begun
    if len(card.sources) + len(card.gaps) != len(sources):
        raise RuntimeError("a source is neither on the card nor a gap: the figure would mean nothing")
    return seconds, max(took for source in sources for took in source.took)


def _delay(index: int, turn: int) -> float:
    """Spread evenly over 50–400 ms, the same in every run."""
    share = int.from_bytes(hashlib.sha256(f"{index}/{turn}".encode()).digest()[:4], "big") / 2**32
    return QUICKEST_SECONDS + share * (SLOWEST_SECONDS - QUICKEST_SECONDS)
