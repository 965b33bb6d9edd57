"""The thread from an event to its last effect: one id, carried over tasks, threads, jobs and processes. It records nothing.

The id is made from the event's own, so that a redelivery, in whichever process, belongs to the same thread. What the event
leads to (its actions, their results, what those lead to) inherits it. It is a W3C trace id, so logs and traces name the same.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
A = TypeVar("A")


@dataclass(frozen=True)
class Trace:
    """`trace_id`: 32 hexadecimal digits, what logs call the correlation id. `span_id`: 16, what follows belongs under it."""

    trace_id: str
    span_id: str | None = None

    def __str__(self) -> str:
        return f"{self.trace_id}-{self.span_id}" if self.span_id else self.trace_id


_current: ContextVar[Trace | None] = ContextVar("deskside-trace", default=None)


def current() -> Trace | None:
    return _current.get()


@contextmanager
def following(trace: Trace | None) -> Iterator[None]:
    """Everything inside belongs to it; None: to nothing."""
    before = _current.set(trace)
    try:
        yield
    finally:
        _current.reset(before)


def begun_by(source: str, event_id: str) -> Trace:
    return Trace(hashlib.sha256(f"{source}\n{event_id}".encode()).hexdigest()[:32])


def parsed(text: str | None) -> Trace | None:
    if not text:
        return None
    trace_id, _, span_id = text.partition("-")
    return Trace(trace_id, span_id or None)


def carried(work: Callable[[A], T]) -> Callable[[A], T]:
    """`work` for another thread (a transaction's), where it belongs to what this one belongs to now."""
    trace = current()

    def working(given: A) -> T:
        with following(trace):
            return work(given)

    return working
