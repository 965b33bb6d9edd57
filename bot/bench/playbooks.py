"""How fast conversations are decided on, swept and remembered: ten thousand open ones with three clocks each.

The sweep is the real one over a real database (the embedded one); a decision is what the desk asks of `playbooks` for one
event: triage, clocks, one step of the procedure, alerts, the next due moment. There is no network in it.
"""

import tempfile
import time
import tracemalloc
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.jobs import Claimed
from bot.memory import Connection, runs
from bot.memory.moments import stamp
from bot.memory.tables import runs as table
from bot.service import Service
from bot.settings import ServiceSettings, Settings
from bot.wiring import build
from playbooks.alerts import Situation, active
from playbooks.domain.clock import ClockFact
from playbooks.domain.conversation import Author, AuthorKind, Contact, Conversation, ConversationState, Part, PartKind
from playbooks.domain.customer import Identity
from playbooks.domain.facts import Customer360
from playbooks.domain.policy import Policies
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Sop
from playbooks.due import clocks_due
from playbooks.machine import Moved, start, step
from playbooks.sla import clocks
from playbooks.standing import guard_facts
from playbooks.triage import triage

CONVERSATIONS = 10_000
DUE_AT_ONCE = 500
"""Of them: a mark or a timer every few minutes each makes about as many in the ten seconds between two sweeps."""
DECIDED = 2_000
HELD = 1_000
SWEEPS = 3
NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
"""A Friday afternoon in Singapore, so that every clock runs."""
NOBODY_KNOWN = Customer360(identity=Identity())


async def bench(conversations: int = CONVERSATIONS, due_at_once: int = DUE_AT_ONCE) -> dict[str, float]:
    """`sweep_seconds`: finding what is due among all and storing an event and a job for each, the slowest of three; what they
    come to is then decided by any number of workers. `sweep_all_due_seconds`: all fell due at once (a late start).
    `mb_per_1000_conversations`: conversation, run and clocks held in memory at once; the product holds none between events.
    """
    with tempfile.TemporaryDirectory() as directory:
        service = await build(_settings(Path(directory)), clock=lambda: NOW)
        sop = service.office.sops["live_chat"]
        try:
            empty = _size(directory)
            await _filled(service, sop, conversations)
            disk = _size(directory) - empty
            sweeps = [await _swept(service, turn, due_at_once) for turn in range(SWEEPS)]
            await _fall_due(service, None)
            late = await _stored(service, SWEEPS)
        finally:
            await service.close()
    return {
        "decisions_per_second": round(_decisions_per_second(service.office.policies, sop)),
        "sweep_seconds": round(max(sweeps), 3),
        "sweep_all_due_seconds": round(late, 3),
        "mb_per_1000_conversations": round(_held_mb(service.office.policies, sop) * 1000 / HELD, 2),
        "disk_mb_per_1000_conversations": round(disk / 1e6 * 1000 / conversations, 2),
    }


def _settings(directory: Path) -> Settings:
    return Settings(service=ServiceSettings(data_dir=directory, embedder="none"), vendors={})


def _size(directory: str) -> int:
    return sum(one.stat().st_size for one in Path(directory).glob("deskside.db*"))


# the database and its sweep


async def _filled(service: Service, sop: Sop, conversations: int) -> None:
    """Their next moments spread over the hours to come."""

    def save(conn: Connection) -> None:
        for number in range(conversations):
            runs.save(conn, _run(sop, number), {}, version=0, at=NOW, due_at=NOW + timedelta(seconds=number + 1))

    await service.database.transact(save)


async def _swept(service: Service, turn: int, due_at_once: int) -> float:
    """Others in each turn: the product would have taken the last turn's events meanwhile."""
    numbers = [str(turn * due_at_once + place) for place in range(due_at_once)]
    await _fall_due(service, numbers)
    return await _stored(service, turn)


async def _stored(service: Service, turn: int) -> float:
    begun = time.perf_counter()
    commit = await service.road.timers(_claimed(turn))
    await service.database.transact(commit)
    return time.perf_counter() - begun


async def _fall_due(service: Service, conversation_ids: Sequence[str] | None) -> None:
    """These, or all that have not been due yet."""
    due = table.c.conversation_id.in_(conversation_ids) if conversation_ids is not None else table.c.due_at > stamp(NOW)
    others = table.update().where(~due, table.c.due_at <= stamp(NOW)).values(due_at=None)
    now = table.update().where(due).values(due_at=stamp(NOW))

    def move(conn: Connection) -> None:
        conn.execute(others)
        conn.execute(now)

    await service.database.transact(move)


def _claimed(turn: int) -> Claimed:
    return Claimed(
        job_id=turn, kind="timers", payload={}, lock=None, once_key=f"bench:{turn}", attempt=1, token=1, enqueued_at=NOW
    )


# decisions


def _decisions_per_second(policies: Policies, sop: Sop) -> float:
    given = [(conversation(number), _run(sop, number)) for number in range(DECIDED)]
    begun = time.perf_counter()
    for one, run in given:
        _decided(one, run, policies, sop)
    return DECIDED / (time.perf_counter() - begun)


def _decided(one: Conversation, run: SopRun, policies: Policies, sop: Sop) -> tuple[SopRun, tuple[ClockFact, ...]]:
    judged = triage(one, NOBODY_KNOWN, policies, NOW, sop)
    running = clocks(one, policies.sla, policies.hours, NOW, channel="chat", priority=judged.urgency)
    facts = guard_facts(one, NOBODY_KNOWN, sop, run, policies, now=NOW)
    outcome = step(sop, run, "customer_writes", facts=facts, now=NOW, event_id="bench")
    after = outcome.run if isinstance(outcome, Moved) else run
    situation = Situation(conversation=one, triage=judged, customer=NOBODY_KNOWN, clocks=running, run=after)
    active(situation, policies.alerts)
    clocks_due(running, policies.sla, policies.hours, NOW)
    if len(running) != 3:
        raise RuntimeError(f"{len(running)} clocks instead of three: the figure would mean something else")
    return after, running


def _held_mb(policies: Policies, sop: Sop) -> float:
    tracemalloc.start()
    held = []
    before = tracemalloc.get_traced_memory()[0]
    for number in range(HELD):
        one = conversation(number)
        held.append((one, _decided(one, _run(sop, number), policies, sop)))
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return (after - before) / 1e6 if len(held) == HELD else 0.0


# what is decided on


def _run(sop: Sop, number: int) -> SopRun:
    begun = start(sop, str(number), NOW - timedelta(hours=1), f"begun-{number}")
    return begun.model_copy(update={"state": "customer_turn", "timers": (), "owner": "mei.tan@solvane.example"})


def conversation(number: int) -> Conversation:
    """Ten messages to and fro over an hour; the customer has the last word, so that all three clocks are there."""
    begun = NOW - timedelta(hours=1)
    parts = tuple(_part(number, place, begun + timedelta(minutes=6 * place)) for place in range(9))
    last = _part(number, 10, NOW - timedelta(seconds=40 + number % 60))
    return Conversation(
        conversation_id=str(number),
        state=ConversationState.OPEN,
        contact=Contact(contact_id=f"c{number}", name=f"Customer {number}", signed_in=True),
        inbox_id="8101",
        created_at=begun,
        updated_at=last.at,
        parts=(*parts, last),
    )


def _part(number: int, place: int, at: datetime) -> Part:
    kind = AuthorKind.CONTACT if place % 2 == 0 else AuthorKind.AGENT
    text = (
        f"Message {place} of conversation {number}: the parcel has not moved since Tuesday, and I need it before the weekend."
    )
    author = Author(kind=kind, author_id=f"{kind.value}-{number}", name="Somebody")
    return Part(part_id=f"{number}-{place}", kind=PartKind.COMMENT, author=author, text=text, at=at)
