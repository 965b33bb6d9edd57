"""Keeps calls to a chat platform under its published rate: waits a little, or says at once how long it would be."""

import asyncio
import time
from collections.abc import Callable


class TooFast(Exception):
    """The turn would come only after `seconds`, longer than the caller waits; nothing was reserved."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.1f} s")
        self.seconds = seconds


class Pace:
    """At most `calls` in a burst, refilled evenly over `seconds` (a leaky bucket); `clock` is monotonic seconds."""

    def __init__(self, calls: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._every, self._burst, self._clock = seconds / calls, seconds, clock
        self._full_until = float("-inf")

    async def turn(self, patience_seconds: float) -> None:
        """Returns when it is the caller's turn. *Errors:* TooFast."""
        await asyncio.sleep(self.reserve(patience_seconds))

    def reserve(self, patience_seconds: float) -> float:
        """The seconds to wait for the turn that is now the caller's. *Errors:* TooFast."""
        now = self._clock()
        full_until = max(self._full_until, now) + self._every
        wait = max(0.0, full_until - self._burst - now)
        if wait > patience_seconds:
            raise TooFast(wait)
        self._full_until = full_until
        return wait
