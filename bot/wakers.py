"""Wakes those of this process who wait for work, from whichever thread it was stored in; it holds no work."""

import asyncio
import contextlib
import threading


class Wakers:
    """Who waits gives its event; `wake` may be called from any thread."""

    def __init__(self) -> None:
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._gate = threading.Lock()

    def add(self, event: asyncio.Event) -> None:
        with self._gate:
            self._waiting.add((asyncio.get_running_loop(), event))

    def remove(self, event: asyncio.Event) -> None:
        with self._gate:
            self._waiting.discard((asyncio.get_running_loop(), event))

    def wake(self) -> None:
        with self._gate:
            waiting = tuple(self._waiting)
        for loop, event in waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)


async def pause(wake: asyncio.Event, seconds: float) -> None:
    """Until it is woken, so long at most."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await wake.wait()
