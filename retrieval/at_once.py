"""Many questions at once under one deadline: what answered in time, and the rest put down cleanly."""

import asyncio
import hashlib
import logging
import traceback
from collections.abc import Collection
from datetime import datetime
from typing import Any

log = logging.getLogger(__name__)

GRACE = 0.02
"""Of the deadline: how long a cancelled question may take to clean up before it is left to itself."""

_left_behind: set[asyncio.Task[Any]] = set()


async def put_down(tasks: Collection[asyncio.Task[Any]], grace_seconds: float) -> None:
    """Cancels and awaits them; one that will not end is left behind (and kept from the garbage collector), not waited for."""
    for task in tasks:
        task.cancel()
    if not tasks:
        return
    done, stubborn = await asyncio.wait(tasks, timeout=grace_seconds)
    for task in done:
        _forget(task)
    for task in stubborn:
        log.warning("a cancelled question does not end", extra={"question": task.get_name()})
        _left_behind.add(task)
        task.add_done_callback(_forget)


def _forget(task: asyncio.Task[Any]) -> None:
    """Looks at the outcome, so that asyncio does not complain that nobody did."""
    _left_behind.discard(task)
    if not task.cancelled():
        task.exception()


def error_id(asked: str, error: BaseException | None, now: datetime) -> str:
    """Logs an unexpected error by type and place, never by its message (it may quote a customer), and returns its id."""
    frames = traceback.extract_tb(error.__traceback__) if error else []
    place = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else "unknown"
    kind = type(error).__name__ if error else "CancelledError"
    found = hashlib.sha256(f"{asked} {kind} {place} {now.isoformat()}".encode()).hexdigest()[:8]
    log.error("unexpected error", extra={"asked": asked, "error_type": kind, "place": place, "error_id": found})
    return found
