"""A conversation's way through a procedure: where it stands, what happened with its evidence, what is due."""

from playbooks.domain.base import Frozen, Instant
from playbooks.domain.case import Case


class TrailEntry(Frozen):
    """One transition that happened, with its evidence: which event and part, who, when. `skipped` names steps passed over."""

    at: Instant
    transition: str
    from_state: str
    to_state: str
    event_id: str
    by: str | None = None
    part_id: str | None = None
    reason: str = ""
    skipped: tuple[str, ...] = ()


class Timer(Frozen):
    name: str
    due_at: Instant


class SopRun(Frozen):
    """The run of one SOP over one conversation; stays on the version it began with. `owner` is an agent_id."""

    conversation_id: str
    sop: str
    sop_version: str
    state: str
    entered_at: Instant
    owner: str | None = None
    trail: tuple[TrailEntry, ...] = ()
    timers: tuple[Timer, ...] = ()
    case: Case | None = None
