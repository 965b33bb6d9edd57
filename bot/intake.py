"""The intake: what comes in is stored together with the job to take it, each event once; it takes none itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.jobs import NORMAL, PERSON_WAITS, Jobs, NewJob
from bot.locks import lock_of
from bot.memory import Connection, counters, inbox
from playbooks.domain.events import EVENT, Asked, ConversationEvent, Event, Pressed
from retrieval.ports import Delivery

TAKE, ANSWER = "take", "answer"
"""The kinds of jobs; ANSWER takes an event too, one for which a person waits, so it is given up and told sooner."""


@dataclass(frozen=True)
class Letter:
    """What is stored at once: the event as it arrived, and the jobs that come of it; none for a topic nobody knows."""

    arrived: inbox.Arrived
    jobs: tuple[NewJob, ...]


def delivered(source: str, delivery: Delivery, payload: bytes, now: datetime) -> Letter:
    """A verified webhook, kept whole."""
    known = bool(delivery.events)
    arrived = inbox.Arrived(
        source=source,
        event_id=delivery.event_id,
        topic=delivery.topic,
        at=delivery.at,
        received_at=now,
        payload=payload.decode("utf-8", errors="replace"),
        conversation_id=delivery.events[0].conversation_id if known else None,
        state=inbox.InboxState.WAITING if known else inbox.InboxState.IGNORED,
        reason=None if known else "unknown topic",
    )
    return Letter(arrived, tuple(_job(one) for one in delivery.events))


def happened(event: Event, now: datetime, due_at: datetime | None = None) -> Letter:
    """An event of our own making: a surface's, a result, a timer; to be taken at `due_at` where that is given."""
    arrived = inbox.Arrived(
        source=event.source,
        event_id=event.event_id,
        topic=event.kind,
        at=event.at,
        received_at=now,
        payload=EVENT.dump_json(event).decode(),
        conversation_id=event.conversation_id,
    )
    return Letter(arrived, (_job(event, due_at),))


class Intake:
    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    def store(self, conn: Connection, letters: Sequence[Letter]) -> list[bool]:
        """Which were not here before."""
        new = inbox.accept_all(conn, [one.arrived for one in letters])
        fresh = [one for one, is_new in zip(letters, new, strict=True) if is_new]
        self._jobs.enqueue_all(conn, [job for one in fresh for job in one.jobs])
        for one in fresh:
            if not one.jobs:
                counters.add(conn, f"unknown_topic:{one.arrived.source}:{one.arrived.topic}")
        return new


def _job(event: Event, due_at: datetime | None = None) -> NewJob:
    return NewJob(
        kind=ANSWER if isinstance(event, Asked | Pressed) else TAKE,
        payload=EVENT.dump_python(event, mode="json"),
        once_key=f"take:{event.source}:{event.event_id}",
        lock=lock_of(event),
        due_at=due_at,
        priority=PERSON_WAITS if isinstance(event, Asked | Pressed | ConversationEvent) else NORMAL,
    )
