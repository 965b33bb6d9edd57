"""The one road: the front door stores events, the desk takes them in order, perform does what was decided, results return.

Every hand-over is one transaction: stored event and its job; plan, outbox and their jobs; result and the event it becomes.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from bot.desk import Desk
from bot.desk.plan import Plan
from bot.jobs import NORMAL, PERSON_WAITS, Claimed, Commit, Handler, Jobs, NewJob, Policies
from bot.memory import Connection, alerts, audit, counters, drafts, inbox, outbox, posted, runs, threads
from bot.memory.database import Database
from bot.metrics import Metrics
from bot.perform import Attempt, Result, Tools, failed, perform
from playbooks.domain.actions import Action, ShowCard
from playbooks.domain.events import EVENT, ActionDone, ActionFailed, Asked, ConversationEvent, Event, Pressed, TimerDue
from retrieval.errors import VendorError
from retrieval.ports import Delivery

log = logging.getLogger(__name__)

TAKE, PERFORM, TIMERS = "take", "perform", "timers"
"""The kinds of jobs."""


class Road:
    """`clock` gives the time; `patience` says how often perform may still be tried before a failure is told."""

    def __init__(
        self,
        *,
        database: Database,
        jobs: Jobs,
        desk: Desk,
        tools: Tools,
        metrics: Metrics,
        clock: Callable[[], datetime],
        patience: Policies,
    ) -> None:
        self._database, self._jobs, self._desk, self._tools = database, jobs, desk, tools
        self._metrics, self._clock, self._patience = metrics, clock, patience

    @property
    def handlers(self) -> Mapping[str, Handler]:
        return {TAKE: self.take, PERFORM: self.perform, TIMERS: self.timers}

    # the front door

    async def receive(self, source: str, delivery: Delivery, payload: bytes) -> bool:
        """A verified webhook. *Errors:* StorageUnavailable: nothing is stored, the vendor must send it again."""
        now = self._clock()
        text = payload.decode("utf-8", errors="replace")

        def store(conn: Connection) -> bool:
            known = bool(delivery.events)
            arrived = inbox.Arrived(
                source=source,
                event_id=delivery.event_id,
                topic=delivery.topic,
                at=delivery.at,
                received_at=now,
                payload=text,
                conversation_id=delivery.events[0].conversation_id if known else None,
                state=inbox.InboxState.WAITING if known else inbox.InboxState.IGNORED,
                reason=None if known else "unknown topic",
            )
            if not inbox.accept(conn, arrived):
                return False
            if not known:
                counters.add(conn, f"unknown_topic:{source}:{delivery.topic}")
            for event in delivery.events:
                self._enqueue_event(conn, event)
            return True

        return await self._database.transact(store, grouped=True)

    async def intake(self, event: Asked | Pressed) -> bool:
        """A surface's event: stored, then the surface acknowledges (S6)."""
        now = self._clock()
        return await self._database.transact(lambda conn: self.accept(conn, event, now), grouped=True)

    def accept(self, conn: Connection, event: Event, now: datetime, due_at: datetime | None = None) -> bool:
        """Stored, and to be taken; at `due_at` where that is given. False: it was here before."""
        arrived = inbox.Arrived(
            source=event.source,
            event_id=event.event_id,
            topic=event.kind,
            at=event.at,
            received_at=now,
            payload=EVENT.dump_json(event).decode(),
            conversation_id=event.conversation_id,
        )
        if not inbox.accept(conn, arrived):
            return False
        self._enqueue_event(conn, event, due_at)
        return True

    def _enqueue_event(self, conn: Connection, event: Event, due_at: datetime | None = None) -> None:
        self._jobs.enqueue(
            conn,
            NewJob(
                kind=TAKE,
                payload=EVENT.dump_python(event, mode="json"),
                once_key=f"take:{event.source}:{event.event_id}",
                lock=lock_of(event),
                due_at=due_at,
                priority=PERSON_WAITS if isinstance(event, Asked | Pressed | ConversationEvent) else NORMAL,
            ),
        )

    # the desk

    async def take(self, claimed: Claimed) -> Commit:
        event = EVENT.validate_python(claimed.payload)
        plan = await self._desk.take(event)
        now = self._clock()
        outcome = "ignored" if plan.ignored else "taken"
        self._metrics.events.labels(event.kind, outcome).inc()
        return lambda conn: self._save(conn, plan, now)

    def _save(self, conn: Connection, plan: Plan, now: datetime) -> None:
        """All of it or nothing; a run that somebody else saved meanwhile makes the event be taken again."""
        if plan.run is not None:
            runs.save(conn, plan.run, plan.run_facts, version=plan.run_version, at=now, due_at=plan.due_at)
        for alert in plan.alerts:
            alerts.save(conn, alert, now)
        for event, due_at in plan.later:
            self.accept(conn, event, now, due_at)
        for draft in plan.drafts:
            drafts.save(conn, draft, now)
        for outcome in plan.outcomes:
            drafts.decide(conn, outcome.draft_id, outcome.outcome, now, outcome.sent_text)
        for rating in plan.ratings:
            drafts.rate(conn, rating.draft_id, rating.agent_id, rating.useful, now)
        for place, conversation_id in plan.links:
            threads.link(conn, place, conversation_id, now)
        for name in plan.counts:
            counters.add(conn, name)
        for entry in plan.audit:
            audit.append(conn, at=now, actor=entry.actor, what=entry.what, subject=entry.subject, detail=entry.detail)
        self._enqueue_actions(conn, plan.actions, cause=plan.cause.event_id, now=now)
        state = inbox.InboxState.IGNORED if plan.ignored else inbox.InboxState.DONE
        inbox.mark(conn, plan.cause.source, plan.cause.event_id, state, plan.ignored)

    def _enqueue_actions(self, conn: Connection, actions: Iterable[Action], *, cause: str, now: datetime) -> None:
        for action in actions:
            if outbox.save(conn, action, at=now, cause=cause):
                self._jobs.enqueue(
                    conn,
                    NewJob(
                        kind=PERFORM,
                        payload={"once_key": action.once_key},
                        once_key=f"perform:{action.once_key}",
                        lock=f"perform:{action.conversation_id or _place_key(action)}",
                        priority=PERSON_WAITS,
                    ),
                )

    # perform

    async def perform(self, claimed: Claimed) -> Commit | None:
        once_key = claimed.payload["once_key"]
        now = self._clock()
        begun = await self._database.transact(lambda conn: outbox.begin(conn, once_key, now))
        if begun is None or begun.row.action is None:
            return None
        action = begun.row.action
        result = await self._tried(action, claimed, Attempt(now, begun.doubtful, begun.row.created_at))
        self._metrics.actions.labels(action.do, result.kind).inc()
        return lambda conn: self._finish(conn, action, result, now)

    async def _tried(self, action: Action, claimed: Claimed, attempt: Attempt) -> Result:
        """A failure that may pass is tried again by the engine; the last one is told to the people concerned."""
        try:
            return await perform(action, self._tools, attempt)
        except VendorError as error:
            if not error.doubtful:
                await self._database.transact(lambda conn: outbox.not_begun(conn, action.once_key, attempt.now))
            if claimed.attempt < self._patience.of(PERFORM).attempts:
                raise
            log.error("an action was given up", extra={"do": action.do, "vendor": error.vendor, "attempt": claimed.attempt})
            return failed(action, f"{error.vendor.title()} could not be reached.", error.remedy, attempt.now)

    def _finish(self, conn: Connection, action: Action, result: Result, now: datetime) -> None:
        if isinstance(result, ActionFailed):
            outbox.failed(conn, action.once_key, now, result.reason)
        else:
            if isinstance(action, ShowCard) and isinstance(result, ActionDone) and result.message:
                # Here and not by the event: the next card of this key may come before that is taken.
                posted.remember(conn, action.card_key, result.message, now)
            outbox.done(conn, action.once_key, now, json.dumps({"result_id": getattr(result, "result_id", None)}))
        self.accept(conn, result, now)

    # timers

    async def timers(self, _: Claimed) -> Commit:
        """The sweep: every run whose time has come gets its event, whose id is the due time, so a second sweep adds none."""
        now = self._clock()
        due = await self._database.read(lambda conn: runs.due(conn, now))
        events = [
            TimerDue(
                event_id=f"timer:{one.conversation_id}:{one.due_at.isoformat()}",
                source="deskside",
                at=now,
                conversation_id=one.conversation_id,
                timer="due",
            )
            for one in due
        ]

        def store(conn: Connection) -> None:
            for event in events:
                self.accept(conn, event, now)

        return store


def lock_of(event: Event) -> str:
    """One conversation's events in order; a question without one in the order of its thread."""
    if event.conversation_id:
        return f"conversation:{event.conversation_id}"
    if isinstance(event, Asked | Pressed):
        return f"place:{event.place.surface}:{event.place.channel_id}:{event.place.thread_id or event.actor.user_id}"
    return f"source:{event.source}"


def _place_key(action: Action) -> str:
    return f"{action.place.surface}:{action.place.channel_id}" if isinstance(action, ShowCard) else "deskside"


__all__ = ["PERFORM", "TAKE", "TIMERS", "Road", "lock_of"]
