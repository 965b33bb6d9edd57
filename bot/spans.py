"""What a tracing system is told of: the port. It is off unless a collector is named (bot/telemetry.py)."""

from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """SERVER: something came in from outside. CONSUMER: a job was taken up. CLIENT: we call somebody."""

    SERVER = "server"
    CONSUMER = "consumer"
    CLIENT = "client"


class Tracer(Protocol):
    """`attributes` hold ids, kinds and counts; never a customer's words, never a URL's query."""

    def span(self, name: str, kind: Kind, **attributes: str | int) -> AbstractContextManager[None]:
        """What happens inside; an error that leaves it is noted by its type's name."""
        ...

    def close(self) -> None:
        """Tells what was not told yet; takes a few seconds at most."""
        ...


class Untraced:
    """Nobody is told."""

    def span(self, name: str, kind: Kind, **attributes: str | int) -> AbstractContextManager[None]:
        return nullcontext()

    def close(self) -> None:
        return
