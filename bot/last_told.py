"""What each connected system last told, so that one that is away takes nothing from the others; kept for this process only."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

from retrieval.errors import VendorError

log = logging.getLogger(__name__)
Item = TypeVar("Item")


class LastTold(Generic[Item]):
    def __init__(self) -> None:
        self._told: dict[str, Sequence[Item]] = {}

    async def all(
        self, systems: Mapping[str, Callable[[], Awaitable[Sequence[Item]]]]
    ) -> tuple[list[Item], VendorError | None]:
        """Every system's items, an absent one's as it told them before, and why one that never told any does not."""
        unknown = None
        for name, tell in systems.items():
            try:
                self._told[name] = await tell()
            except VendorError as error:
                log.warning("what a system knows stays as it was", extra={"vendor": name, "reason": error.reason})
                unknown = unknown if name in self._told else error
        return [item for name in systems for item in self._told.get(name, ())], unknown
