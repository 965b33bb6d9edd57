"""Leaves a model alone that said wait or failed several times running: nobody waits for the same failure twice."""

from collections.abc import Callable

from retrieval.errors import Throttled, Unavailable, VendorError

FAILURES, REST_SECONDS = 3, 30.0
"""After three failures in a row half a minute's rest: a restart takes about as long."""
THROTTLED_SECONDS = 20.0
"""Where the server says wait and not how long."""


class Rest:
    """`clock` counts seconds and never goes back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._until, self._failures = clock, 0.0, 0
        self._last: VendorError | None = None

    def check(self) -> None:
        """*Errors:* the one that made it rest, at once and without a call."""
        if self._last is not None and self._clock() < self._until:
            raise type(self._last)(self._last.vendor, "resting after an earlier failure", remedy=self._last.remedy)

    def went_well(self) -> None:
        self._failures, self._last = 0, None

    def failed(self, error: VendorError) -> None:
        self._failures += 1
        if isinstance(error, Throttled):
            self._rest(error, error.retry_after_seconds or THROTTLED_SECONDS)
        elif isinstance(error, Unavailable) and self._failures >= FAILURES:
            self._rest(error, REST_SECONDS)

    def _rest(self, error: VendorError, seconds: float) -> None:
        self._last, self._until = error, self._clock() + seconds
