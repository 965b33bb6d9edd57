"""Watches other workers' heartbeats on this process's own monotonic clock: no step of anybody's wall clock ends a lease."""

import time
from collections.abc import Callable, Iterable


class Watch:
    """A worker is lapsed when its beat was seen standing still for `lease_seconds`."""

    def __init__(self, lease_seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._lease_seconds, self._monotonic = lease_seconds, monotonic
        self._seen: dict[int, tuple[int, float]] = {}

    def lapsed(self, beats: Iterable[tuple[int, int]]) -> list[int]:
        """`beats` are (worker_id, beat) of all other workers now."""
        now = self._monotonic()
        current = dict(beats)
        self._seen = {
            worker_id: seen if (seen := self._seen.get(worker_id)) and seen[0] == beat else (beat, now)
            for worker_id, beat in current.items()
        }
        return [worker_id for worker_id, (_, since) in self._seen.items() if now - since >= self._lease_seconds]
