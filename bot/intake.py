"""The intake: what comes in is stored, each event once; it takes none itself.

A webhook is stored as it came and read later (bot/sorting.py): the vendor waits. An event of ours is stored with its job.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.jobs import NORMAL, PERSON_WAITS, Jobs, NewJob
from bot.locks import lock_of
from bot.memory import Connection, counters, inbox
from playbooks.domain.events import EVENT, Asked, ConversationEvent, Event, Pressed
from retrieval.ports import Envelope

TAKE, ANSWER = "take", "answer"
"""The kinds of jobs; ANSWER takes an event too, one for which a person waits, so it is given up and told sooner."""


class Letter(NamedTuple):
    """What is stored at once: the event as it arrived, and the job that comes of it where it was read already."""

    arrived: inbox.Arrived
    job: NewJob | None = None


def delivered(source: str, envelope: Envelope, payload: bytes, now: datetime) -> Letter:
    """A verified webhook, kept whole."""
    known = envelope.is_known
    arrived = inbox.Arrived(
        source=source,
        event_id=envelope.event_id,
        topic=envelope.topic,
        at=envelope.at,
        received_at=now,
        payload=payload.decode("utf-8", errors="replace"),
        conversation_id=envelope.conversation_id,
        state=inbox.InboxState.WAITING if known else inbox.InboxState.IGNORED,
        reason=None if known else "unknown topic",
        unread=known,
    )
    return Letter(arrived)


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
    return Letter(arrived, job_of(event, due_at))


class Intake:
    """`unread_arrives` is called in the transaction that stores something which is still to be read."""

    def __init__(self, jobs: Jobs, unread_arrives: Callable[[Connection], None]) -> None:
        self._jobs, self._unread_arrives = jobs, unread_arrives

    def store(self, conn: Connection, letters: Sequence[Letter]) -> list[bool]:
        """Which were not here before."""
        new = inbox.accept_all(conn, [one.arrived for one in letters])
        fresh = [one for one, is_new in zip(letters, new, strict=True) if is_new]
        if jobs := [one.job for one in fresh if one.job is not None]:
            self._jobs.enqueue_all(conn, jobs)
        if any(one.arrived.unread for one in fresh):
            self._unread_arrives(conn)
        for one in fresh:
            if one.arrived.state is inbox.InboxState.IGNORED:
                counters.add(conn, f"unknown_topic:{one.arrived.source}:{one.arrived.topic}")
        return new


def job_of(event: Event, due_at: datetime | None = None) -> NewJob:
    return NewJob(
        kind=ANSWER if isinstance(event, Asked | Pressed) else TAKE,
        payload=EVENT.dump_python(event, mode="json"),
        once_key=f"take:{event.source}:{event.event_id}",
        lock=lock_of(event),
        due_at=due_at,
        priority=PERSON_WAITS if isinstance(event, Asked | Pressed | ConversationEvent) else NORMAL,
    )
