"""What the desk and perform ask of a chat surface; Slack, Teams and the console each implement it in their folder."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from playbooks.domain.card import Card
from playbooks.domain.events import Asked, Pressed
from playbooks.domain.people import Surface
from playbooks.domain.place import MessageRef, Place


class SurfaceOut(Protocol):
    """Shows cards. *Errors:* the four of retrieval.errors; a place that is gone for good raises `Refused`."""

    @property
    def name(self) -> Surface: ...

    async def show(self, place: Place, card: Card, *, existing: MessageRef | None, once_key: str) -> MessageRef:
        """Post, or update `existing` in place. `once_key` is handed to the platform where it can deduplicate by it."""
        ...

    async def find(self, place: Place, once_key: str) -> MessageRef | None:
        """Reads a doubtful post back: the message of this key, None: it is not there. *Errors:* CannotTell."""
        ...


class CannotTell(Exception):
    """The platform lets nobody read back what was posted: whether a doubtful post arrived stays unknown."""


Intake = Callable[[Asked | Pressed], Awaitable[bool]]
"""What a surface does with an accepted event: store it durably, True where it is new. Acknowledge only afterwards (S6)."""
