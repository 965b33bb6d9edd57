"""A sandbox's own rate limit: so many calls in a window, counted strictly; the clock is an argument."""

import time
from collections import deque
from collections.abc import Callable


class Window:
    """`over()` counts a call and says how many seconds to wait when it is one too many, else 0."""

    def __init__(self, calls: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._calls, self._seconds, self._clock = calls, seconds, clock
        self._seen: deque[float] = deque()

    def over(self) -> float:
        now = self._clock()
        while self._seen and self._seen[0] <= now - self._seconds:
            self._seen.popleft()
        if len(self._seen) >= self._calls:
            return self._seen[0] + self._seconds - now
        self._seen.append(now)
        return 0.0
