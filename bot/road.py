"""The one road: the front door stores events, the desk takes them in order, perform does what was decided, results return.

Every hand-over is one transaction: stored event and its job; plan, outbox and their jobs; result and the event it becomes.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from pydantic import ValidationError

from bot.desk import Desk
from bot.desk.plan import Plan
from bot.doubt import Doubt
from bot.given_up import end_unknown, error_answer, given_up, worth_trying_again
from bot.intake import ANSWER, TAKE, Intake, delivered, happened
from bot.jobs import PERSON_WAITS, Claimed, Commit, Handler, Jobs, NewJob, Policies
from bot.journal import Journal, belonging_to
from bot.locks import lock_of_action
from bot.memory import Connection, alerts, inbox, outbox, posted, runs
from bot.memory.database import Database, call_after_commit
from bot.metrics import Metrics
from bot.perform import Attempt, Result, Tools, perform
from bot.probe import Probe, Silent, Step, named
from bot.ratings import weigh_later
from bot.saving import result_of, write
from bot.sorting import READ, Reader, Sorter
from bot.spans import Tracer
from bot.timers import fallen_due
from bot.trace import carried, following
from playbooks.domain.actions import Action, ShowCard
from playbooks.domain.events import EVENT, ActionDone, ActionFailed, Asked, Event, Pressed
from retrieval.errors import Refused, Unavailable, VendorError
from retrieval.ports import Envelope

log = logging.getLogger(__name__)

PERFORM, TIMERS = "perform", "timers"
"""Kinds of jobs, beside the two of the intake."""


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
        probe: Probe | None = None,
        tracer: Tracer | None = None,
        doubt: Doubt | None = None,
        readers: Mapping[str, Reader] | None = None,
    ) -> None:
        self._database, self._jobs, self._desk, self._tools = database, jobs, desk, tools
        self._metrics, self._clock, self._patience = metrics, clock, patience
        self._journal = Journal(metrics, tracer)
        self._probe, self._doubt = probe or Silent(), doubt or Doubt()
        self.sorter = Sorter(database=database, jobs=jobs, readers=readers or {}, journal=self._journal, probe=self._probe)
        self._intake = Intake(jobs, self.sorter.arrived)

    @property
    def handlers(self) -> Mapping[str, Handler]:
        return {TAKE: self.take, ANSWER: self.take, PERFORM: self.perform, TIMERS: self.timers, READ: self.sorter.read}

    # the front door

    async def receive(self, source: str, envelope: Envelope, payload: bytes) -> bool:
        """A verified webhook. *Errors:* StorageUnavailable: nothing is stored, the vendor must send it again."""
        self._probe.at(Step.RECEIVED, source)
        is_new = await self._database.gathered(self._intake.store, delivered(source, envelope, payload, self._clock()))
        self._probe.at(Step.STORED, source)
        return is_new

    async def intake(self, event: Asked | Pressed) -> bool:
        """A surface's event: stored, then the surface acknowledges (S6)."""
        now = self._clock()
        self._probe.at(Step.RECEIVED, named(event))
        with self._journal.receiving(event.source, event.event_id, named(event)):
            is_new = await self._database.gathered(self._intake.store, happened(event, now))
            self._journal.received(event.source, event.event_id, named(event), (now - event.at).total_seconds(), is_new=is_new)
        self._metrics.received.labels(event.place.surface, "accepted" if is_new else "duplicate").inc()
        self._probe.at(Step.STORED, named(event))
        return is_new

    def accept(self, conn: Connection, event: Event, now: datetime, due_at: datetime | None = None) -> bool:
        """Stored, and to be taken; at `due_at` where that is given. False: it was here before."""
        with belonging_to(event):
            letter = happened(event, now, due_at)
        return self._intake.store(conn, [letter])[0]

    # the desk

    async def take(self, claimed: Claimed) -> Commit:
        event = EVENT.validate_python(claimed.payload)
        self._probe.at(Step.TAKEN, named(event))
        with self._journal.taking(event, claimed):
            plan = await self._decided(event)
            self._probe.at(Step.DECIDED, named(event))
            now = self._clock()
            self._metrics.spent(plan.spent)
            self._journal.taken(event, "ignored" if plan.ignored else "taken", tuple(one.do for one in plan.actions))
            return carried(lambda conn: self._save(conn, plan, now))

    async def _decided(self, event: Event) -> Plan:
        """A vendor's nonsense on one read (a maintenance page with status 200) passes, so the event is taken again."""
        try:
            return await self._desk.take(event)
        except VendorError as error:
            if error.passes or isinstance(error, Refused):
                raise
            raise Unavailable(error.vendor, f"nonsense: {error}", remedy=error.remedy) from error

    def _save(self, conn: Connection, plan: Plan, now: datetime) -> None:
        """All of it or nothing; a run that somebody else saved meanwhile makes the event be taken again."""
        if plan.run is not None:
            runs.save(conn, plan.run, plan.run_facts, version=plan.run_version, at=now, due_at=plan.due_at)
        for alert in plan.alerts:
            alerts.save(conn, alert, now)
        for event, due_at in plan.later:
            self.accept(conn, event, now, due_at)
        write(conn, plan, now)
        if plan.ratings:
            weigh_later(self._jobs, conn, plan.cause.event_id)
        self._enqueue_actions(conn, plan.actions, cause=plan.cause.event_id, now=self._doubt.decided_at(plan.cause, now))
        state = inbox.InboxState.IGNORED if plan.ignored else inbox.InboxState.DONE
        inbox.mark(conn, plan.cause.source, plan.cause.event_id, state, plan.ignored)
        self._written(conn, Step.SAVING, Step.SAVED, named(plan.cause))

    def _written(self, conn: Connection, inside: Step, on_disk: Step, what: str) -> None:
        self._probe.at(inside, what)
        call_after_commit(conn, lambda: self._probe.at(on_disk, what))

    def _enqueue_actions(self, conn: Connection, actions: Iterable[Action], *, cause: str, now: datetime) -> None:
        doubt = self._doubt.is_before(now)
        fresh = [one for one in actions if outbox.save(conn, one, at=now, cause=cause, maybe_done=doubt)]
        self._jobs.enqueue_all(conn, [_performing(one) for one in fresh])

    # perform

    async def perform(self, claimed: Claimed) -> Commit | None:
        once_key = claimed.payload["once_key"]
        now = self._clock()
        self._probe.at(Step.CLAIMED, claimed.payload.get("do", ""))

        async def begin() -> outbox.Begun | None:
            return await self._database.transact(lambda conn: outbox.begin(conn, once_key, self._clock()))

        begun = await begin()
        if begun is None or begun.row.action is None:
            return None
        action, decided_at = begun.row.action, begun.row.created_at
        self._probe.at(Step.BEGUN, action.do)
        with self._journal.performing(action, claimed):
            attempt = Attempt(now, begun.doubtful, decided_at, begun.row.updated_at, begin)
            result = await self._tried(action, claimed, attempt)
            self._probe.at(Step.ACTED, action.do)
            self._journal.performed(action, result, decided_at, self._clock())
            told = self._doubt.dated(result, decided_at)
            return carried(lambda conn: self._finish(conn, action, told, now))

    async def _tried(self, action: Action, claimed: Claimed, attempt: Attempt) -> Result:
        """A failure that may pass is tried again by the engine; the last one is told to the people concerned."""
        try:
            return await perform(action, self._tools, attempt)
        except VendorError as error:
            if not (error.doubtful or attempt.maybe_done):
                await self._database.transact(lambda conn: outbox.not_begun(conn, action.once_key, attempt.now))
            if claimed.attempt < self._patience.of(PERFORM).attempts:
                raise worth_trying_again(error) from error
            log.error("an action was given up", extra={"do": action.do, "vendor": error.vendor, "attempt": claimed.attempt})
            return given_up(action, error, attempt.now)

    def _finish(self, conn: Connection, action: Action, result: Result, now: datetime) -> None:
        """A card's message is known from here on, so that the next card of its key, which may be next in line, finds it."""
        if isinstance(action, ShowCard) and isinstance(result, ActionDone) and result.message:
            posted.remember(conn, action.card_key, result.message, now)
        if isinstance(result, ActionFailed):
            outbox.failed(conn, action.once_key, now, result.reason)
        else:
            outbox.done(conn, action.once_key, now, result_of(result))
        self.accept(conn, result, now)
        self._written(conn, Step.FINISHING, Step.FINISHED, action.do)

    # what was given up

    def buried(self, conn: Connection, claimed: Claimed, error_id: str) -> None:
        """A dead job, however it died, in the transaction that buries it: whoever asked is told the reference (L2)."""
        now = self._clock()
        with following(claimed.trace):
            if claimed.kind == PERFORM:
                self._action_given_up(conn, claimed, error_id, now)
            elif claimed.kind in (TAKE, ANSWER):
                self._event_given_up(conn, claimed, error_id, now)
            elif claimed.kind == READ:
                self.sorter.given_up(conn, claimed, error_id)

    def _action_given_up(self, conn: Connection, claimed: Claimed, error_id: str, now: datetime) -> None:
        row = outbox.find(conn, claimed.payload["once_key"])
        if row is not None and row.action is not None and row.state.value in outbox.OPEN:
            self._finish(conn, row.action, end_unknown(row.action, error_id, now), now)

    def _event_given_up(self, conn: Connection, claimed: Claimed, error_id: str, now: datetime) -> None:
        try:
            event = EVENT.validate_python(claimed.payload)
        except ValidationError:  # written by a version whose events were others: nobody can be told
            return
        inbox.mark(conn, event.source, event.event_id, inbox.InboxState.FAILED, error_id)
        self._journal.taken(event, "given_up")
        if isinstance(event, Asked | Pressed):
            self._enqueue_actions(conn, [error_answer(event, error_id)], cause=event.event_id, now=now)

    # timers

    async def timers(self, _: Claimed) -> Commit:
        """The sweep."""
        now = self._clock()
        events = await fallen_due(self._database, now)

        def store(conn: Connection) -> None:
            for event in events:
                self.accept(conn, event, now)

        return store


def _performing(action: Action) -> NewJob:
    return NewJob(
        kind=PERFORM,
        payload={"once_key": action.once_key, "do": action.do},
        once_key=f"perform:{action.once_key}",
        lock=lock_of_action(action),
        priority=PERSON_WAITS,
    )


__all__ = ["ANSWER", "PERFORM", "TAKE", "TIMERS", "Road"]
