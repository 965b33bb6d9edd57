"""What is written down of each stop on the road: a log line, a count and a span under the event's trace; it decides nothing.

Log lines and spans hold ids and kinds, so that one correlation id leads from a webhook or a click to its last effect.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from bot.jobs import Claimed, Commit, Handler
from bot.metrics import Metrics
from bot.perform_tools import Result
from bot.probe import named
from bot.spans import Kind, Tracer, Untraced
from bot.trace import begun_by, current, following
from playbooks.domain.actions import Action, ShowCard
from playbooks.domain.events import Event

log = logging.getLogger("bot.road")


class Journal:
    def __init__(self, metrics: Metrics, tracer: Tracer | None = None) -> None:
        self._metrics, self._tracer = metrics, tracer or Untraced()

    @contextmanager
    def receiving(self, source: str, event_id: str, topic: str) -> Iterator[None]:
        """The beginning of a thread."""
        ids = {"deskside__event": event_id, "deskside__source": source}
        with following(begun_by(source, event_id)), self._tracer.span(f"receive {topic}", Kind.SERVER, **ids):
            yield

    def received(self, source: str, event_id: str, topic: str, late_seconds: float, *, is_new: bool = True) -> None:
        """`late_seconds`: what happened there reached us so much later, by the vendor's clock and ours."""
        self._metrics.vendor_lag.labels(source).observe(max(0.0, late_seconds))
        log.info("received", extra={"source": source, "event": event_id, "topic": topic, "new": is_new})

    @contextmanager
    def taking(self, event: Event, claimed: Claimed) -> Iterator[None]:
        """The decision."""
        ids = {"deskside__event": event.event_id, "deskside__conversation": event.conversation_id or ""}
        with self._tracer.span(f"take {named(event)}", Kind.CONSUMER, deskside__attempt=claimed.attempt, **ids):
            yield

    def taken(self, event: Event, outcome: str, actions: tuple[str, ...] = ()) -> None:
        self._metrics.events.labels(event.kind, outcome).inc()
        told = {"event": event.event_id, "kind": named(event), "conversation": event.conversation_id, "outcome": outcome}
        log.info("taken", extra=told | {"actions": list(actions)})

    @contextmanager
    def performing(self, action: Action, claimed: Claimed) -> Iterator[None]:
        """The effect."""
        ids = {"deskside__once_key": action.once_key, "deskside__conversation": action.conversation_id or ""}
        with self._tracer.span(f"perform {action.do}", Kind.CONSUMER, deskside__attempt=claimed.attempt, **ids):
            yield

    def performed(self, action: Action, result: Result, decided_at: datetime, now: datetime) -> None:
        self._metrics.actions.labels(action.do, result.kind).inc()
        if isinstance(action, ShowCard):
            self._metrics.cards.labels(action.place.surface, result.kind).inc()
        self._metrics.effect_lag.labels(action.do).observe(max(0.0, (now - decided_at).total_seconds()))
        told = {"do": action.do, "once_key": action.once_key, "conversation": action.conversation_id, "outcome": result.kind}
        log.info("performed", extra=told)


def counted(handlers: Mapping[str, Handler], metrics: Metrics, clock: Callable[[], datetime]) -> Mapping[str, Handler]:
    """The same, each attempt counted, and how long its first one had to wait."""

    def of(handler: Handler) -> Handler:
        async def handled(claimed: Claimed) -> Commit | None:
            if claimed.attempt == 1:
                waited = (clock() - claimed.enqueued_at).total_seconds()
                metrics.job_lag.labels(claimed.kind).observe(max(0.0, waited))
            else:
                metrics.retries.labels(claimed.kind).inc()
            return await handler(claimed)

        return handled

    return {kind: of(handler) for kind, handler in handlers.items()}


@contextmanager
def belonging_to(event: Event) -> Iterator[None]:
    """What leads here, else the event itself: one that the clock or a round found begins a thread of its own."""
    with following(current() or begun_by(event.source, event.event_id)):
        yield
