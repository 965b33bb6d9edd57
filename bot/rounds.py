"""The house's rounds: what is looked at by the clock because nobody tells us of it. Each finds events; none decides.

A cursor is saved in the transaction that stores what was found up to it: a crash in between finds it again, and the event's
id makes it one.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.desk.office import Office
from bot.jobs import Claimed, Commit, Handler
from bot.memory import Connection, cursors, presence, runs
from bot.memory.database import Database
from bot.memory.moments import moment, stamp
from bot.memory.states import States
from bot.missed_webhooks import missed
from bot.schedule import Tick
from bot.versions import KeptVersions
from playbooks.domain.conversation import Conversation
from playbooks.domain.events import CaseUpdated, Event, TimerDue
from playbooks.domain.people import Agent
from playbooks.domain.policy import HoursPolicy, TeamPolicy
from playbooks.domain.presence import Presence
from playbooks.escalation import expects_a_case
from playbooks.shifts import shift_ends
from playbooks.standing import on_shift
from retrieval.errors import VendorError
from retrieval.ports import CaseSource, InboxSource, PresenceSource

log = logging.getLogger(__name__)

CASES, INBOX, HOUSE, SHIFTS, MISSING = "case-poll", "inbox-poll", "house-round", "shift-round", "missing-case-round"
PRESENCE = "presence-round"
ROUNDS = (
    Tick(CASES, timedelta(seconds=30)),
    Tick(INBOX, timedelta(minutes=1)),
    Tick(HOUSE, timedelta(seconds=30)),
    Tick(SHIFTS, timedelta(minutes=1)),
    Tick(MISSING, timedelta(minutes=2)),
    Tick(PRESENCE, timedelta(minutes=1)),
)
PAGES = 5
"""Of case changes in one round; what is left comes with the next."""
WEBHOOKS_TAKE = timedelta(seconds=90)
"""Intercom tries a failed delivery again after a minute: what is younger may still be told."""
MOST_CHATS = 200
"""Changed ones in one round: more than anybody closes in bulk within one second."""
LOOK_BACK = timedelta(hours=1)
"""The first round after an installation; later ones begin where the last one ended."""
A_CASE_TAKES = timedelta(minutes=5)


class Accept(Protocol):
    def __call__(self, conn: Connection, event: Event, now: datetime) -> bool: ...


class Rounds:
    """`waiting_states` tells the states in which a case is to come, of every version that still has runs."""

    def __init__(
        self,
        *,
        database: Database,
        accept: Accept,
        cases: CaseSource | None,
        inbox_source: InboxSource | None,
        team: TeamPolicy,
        hours: HoursPolicy,
        waiting_states: Callable[[], Awaitable[States]],
        clock: Callable[[], datetime],
        presence: Sequence[PresenceSource] = (),
    ) -> None:
        self._presence = presence
        self._database, self._accept, self._cases, self._inbox = database, accept, cases, inbox_source
        self._team, self._hours, self._waiting_states, self._clock = team, hours, waiting_states, clock

    @property
    def handlers(self) -> Mapping[str, Handler]:
        return {
            CASES: self.case_changes,
            INBOX: self.missed_webhooks,
            HOUSE: self.house,
            SHIFTS: self.shifts,
            MISSING: self.missing_cases,
            PRESENCE: self.presences,
        }

    # cases

    async def case_changes(self, _: Claimed) -> Commit | None:
        """What colleagues did to our cases since the last round."""
        if self._cases is None:
            return None
        now, reached = self._clock(), dict[str, str]()
        found: list[CaseUpdated] = []
        for name, asked in (("cases", self._cases.updated_since), ("case_comments", self._cases.commented_since)):
            cursor = await self._cursor(f"salesforce:{name}")
            for _page in range(PAGES):
                changes = await asked(cursor, now)
                found += changes.events
                cursor = changes.cursor
                if not changes.more:
                    break
            reached[f"salesforce:{name}"] = cursor or ""
        return self._stored(found, reached, now)

    # the inbox

    async def missed_webhooks(self, _: Claimed) -> Commit | None:
        """Conversations that changed and whose change no webhook told: what happened in them is fed in as events."""
        if self._inbox is None:
            return None
        now = self._clock()
        cursor = await self._cursor("intercom:recent")
        since = moment(cursor) if cursor else now - LOOK_BACK
        recent = await self._inbox.recent(since, MOST_CHATS)
        settled = [one for one in recent if one.updated_at <= now - WEBHOOKS_TAKE]
        reached = _reached(settled, since, is_cut=len(settled) == MOST_CHATS)
        changed = [one for one in settled if one.updated_at <= reached]
        found = await missed(self._database, self._inbox, changed, since)
        return self._stored(found, {"intercom:recent": stamp(reached)}, now)

    # the house itself

    async def house(self, claimed: Claimed) -> Commit:
        now = self._clock()
        event = TimerDue(event_id=claimed.payload["tick"], source="deskside", at=now, timer="house")
        return self._stored([event], {}, now)

    async def shifts(self, _: Claimed) -> Commit:
        now = self._clock()
        cursor = await self._cursor("shifts")
        ends = shift_ends(self._team, self._hours, moment(cursor), now) if cursor else ()
        found = [
            TimerDue(
                event_id=f"shift-end:{end.shift}:{end.at.isoformat()}",
                source="deskside",
                at=now,
                timer=f"shift_end:{end.model_dump_json()}",
            )
            for end in ends
        ]
        return self._stored(found, {"shifts": stamp(now)}, now)

    async def presences(self, _: Claimed) -> Commit | None:
        """What each system says of those on shift. One that does not answer leaves its last word, which soon is too old."""
        now = self._clock()
        working = frozenset(on_shift(self._team, self._hours, now))
        agents = [one for one in self._team.agents if one.agent_id in working]
        told = {one.name: said for one in self._presence if (said := await _away(one, agents)) is not None}

        def store(conn: Connection) -> None:
            for name, away in told.items():
                said = [Presence(agent_id=one, away=gone, where=name, at=now) for one, gone in away.items()]
                presence.tell(conn, name, said, now)

        return store if told else None

    async def missing_cases(self, claimed: Claimed) -> Commit | None:
        now = self._clock()
        states, before = await self._waiting_states(), now - A_CASE_TAKES
        waiting = await self._database.read(lambda conn: runs.standing_in(conn, states, before))
        found = [
            TimerDue(
                event_id=f"missing-case:{one}:{claimed.payload['tick']}",
                source="deskside",
                at=now,
                conversation_id=one,
                timer="missing_case",
            )
            for one in waiting
        ]
        return self._stored(found, {}, now)

    async def _cursor(self, name: str) -> str | None:
        return await self._database.read(lambda conn: cursors.value(conn, name))

    def _stored(self, events: Sequence[Event], reached: Mapping[str, str], now: datetime) -> Commit:
        def store(conn: Connection) -> None:
            for event in events:
                self._accept(conn, event, now)
            for name, cursor in reached.items():
                cursors.move(conn, name, cursor, now)

        return store


def rounds_for(
    database: Database,
    accept: Accept,
    office: Office,
    versions: KeptVersions,
    clock: Callable[[], datetime],
    presence: Sequence[PresenceSource],
) -> Rounds:
    return Rounds(
        database=database,
        accept=accept,
        cases=office.cases,
        inbox_source=office.inbox,
        team=office.policies.team,
        hours=office.policies.hours,
        waiting_states=lambda: versions.states(expects_a_case),
        clock=clock,
        presence=presence,
    )


async def _away(source: PresenceSource, agents: Sequence[Agent]) -> Mapping[str, bool] | None:
    try:
        return await source.away(agents)
    except VendorError as error:
        log.info("presence is not known", extra={"system": source.name, "why": type(error).__name__})
        return None


def _reached(changed: Sequence[Conversation], since: datetime, is_cut: bool) -> datetime:
    """Where the list was cut, others of its last second may be behind the cut: that second is asked for again."""
    moments = sorted({one.updated_at for one in changed})
    return moments[-2] if is_cut and len(moments) > 1 else moments[-1] if moments else since
