"""What happened in a past conversation, in order, as a procedure would have been told of it; nothing is stepped here."""

from datetime import timedelta

from playbooks.domain.base import Frozen, Instant
from playbooks.domain.conversation import AuthorKind, Conversation, Part, PartKind
from playbooks.domain.events import ConversationEvent
from playbooks.domain.policy import Policies
from playbooks.domain.recorded import Recorded
from playbooks.domain.run import TrailEntry
from playbooks.domain.sop import Cell, EffectName, Sop, Trigger
from playbooks.standing import acting_agent, trigger_of

CASE_RESULTS = frozenset[Trigger]({"case_opened", "case_failed", "case_updated"})
_ECHOES = {
    EffectName.CLOSE: PartKind.CLOSED,
    EffectName.SNOOZE: PartKind.SNOOZED,
    EffectName.REOPEN: PartKind.OPENED,
    EffectName.ASSIGN_OWNER: PartKind.ASSIGNED,
    EffectName.ASSIGN_ROLE: PartKind.ASSIGNED,
}
# Our own writes show in the inbox within seconds; a vendor's outage may hold them back for minutes.
_ECHO_WITHIN = timedelta(minutes=5)
# The inbox counts whole seconds, the trail does not.
_ROUNDING = timedelta(seconds=2)


class Occurrence(Frozen):
    """An event with its trigger, or the `press` of a transition by `by`, an agent_id."""

    at: Instant
    event_id: str
    trigger: Trigger | None = None
    press: str | None = None
    by: str | None = None
    part_id: str | None = None


def occurrences(recorded: Recorded, basis: Sop, policies: Policies) -> tuple[Occurrence, ...]:
    """By time. `basis` is the procedure that the trail was written under: it tells presses from events, and our echoes.

    What we did ourselves (closing after Resolve, say) is left out: in a replay the procedure does it again, or does not.
    """
    echoes = _echoes(recorded, basis)
    parts = [one for one in recorded.conversation.parts if one.part_id not in echoes]
    said = [one for place, part in enumerate(parts) for one in _of_part(recorded, part, place == 0, policies)]
    presses = [_pressed(one) for one in recorded.trail if _is_press(basis, one)]
    return tuple(sorted([*said, *presses, *_rated(recorded.conversation)], key=lambda one: one.at))


def case_results(recorded: Recorded, basis: Sop) -> tuple[TrailEntry, ...]:
    """What became of each attempt at a case, in order."""
    return tuple(one for one in recorded.trail if _triggers(basis, one) & CASE_RESULTS - {"case_updated"})


def taken_cell(basis: Sop, entry: TrailEntry) -> Cell | None:
    """The cell of the table by which a recorded step went."""
    fits = [one for one in basis.cells(entry.from_state, entry.transition) if one.to == entry.to_state]
    return next((one for one in fits if one.because == entry.reason), fits[0] if fits else None)


def _triggers(basis: Sop, entry: TrailEntry) -> frozenset[Trigger]:
    declared = basis.transitions.get(entry.transition)
    return frozenset(declared.triggers) if declared else frozenset()


def _is_press(basis: Sop, entry: TrailEntry) -> bool:
    declared = basis.transitions.get(entry.transition)
    return declared is not None and declared.permission is not None and entry.by is not None and entry.part_id is None


def _pressed(entry: TrailEntry) -> Occurrence:
    return Occurrence(at=entry.at, event_id=f"press:{entry.event_id}", press=entry.transition, by=entry.by)


def _echoes(recorded: Recorded, basis: Sop) -> frozenset[str]:
    found: set[str] = set()
    for entry in recorded.trail:
        cell = taken_cell(basis, entry)
        for kind in {_ECHOES[one.do] for one in cell.does if one.do in _ECHOES} if cell else ():
            echo = next((one for one in recorded.conversation.parts if _is_echo(one, kind, entry, found)), None)
            if echo:
                found.add(echo.part_id)
    return frozenset(found)


def _is_echo(part: Part, kind: PartKind, entry: TrailEntry, known: set[str]) -> bool:
    soon = entry.at - _ROUNDING <= part.at <= entry.at + _ECHO_WITHIN
    return part.kind is kind and soon and part.part_id not in known and part.author.kind is not AuthorKind.CONTACT


_WHAT = {
    PartKind.NOTE: "note_added",
    PartKind.ASSIGNED: "assigned",
    PartKind.CLOSED: "closed",
    PartKind.OPENED: "reopened",
    PartKind.SNOOZED: "snoozed",
    PartKind.UNSNOOZED: "unsnoozed",
}


def _of_part(recorded: Recorded, part: Part, is_first: bool, policies: Policies) -> tuple[Occurrence, ...]:
    what = "started" if is_first else _what(part)
    if what is None:
        return ()
    event = ConversationEvent.model_validate(
        {"event_id": f"part:{part.part_id}", "source": "replay", "at": part.at, "what": what, "part_id": part.part_id}
    )
    trigger = trigger_of(event, recorded.conversation)
    if trigger is None:
        return ()
    noted = next((one for one in recorded.trail if one.part_id == part.part_id), None)
    agent = acting_agent(event, recorded.conversation, policies)
    by = (noted.by if noted else None) or (agent.agent_id if agent else None)
    # The inbox counts whole seconds: among presses of the same second the trail's time keeps the order.
    at = noted.at if noted else part.at
    return (Occurrence(at=at, event_id=event.event_id, trigger=trigger, by=by, part_id=part.part_id),)


def _what(part: Part) -> str | None:
    if part.kind is PartKind.COMMENT:
        return "customer_replied" if part.author.kind is AuthorKind.CONTACT else "agent_replied"
    return _WHAT.get(part.kind)


def _rated(conversation: Conversation) -> tuple[Occurrence, ...]:
    rating = conversation.rating
    return (Occurrence(at=rating.at, event_id="rating", trigger="rated"),) if rating and rating.at else ()
