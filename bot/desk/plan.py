"""What the desk decided about one event: everything to be written and done, collected first and saved in one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.desk.scene import Scene
from playbooks.domain.actions import Action
from playbooks.domain.alert import RaisedAlert
from playbooks.domain.content import Draft
from playbooks.domain.deed import Bulk, ItemOutcome
from playbooks.domain.events import Event
from playbooks.domain.place import Place
from playbooks.domain.policy import Signal
from playbooks.domain.run import SopRun
from playbooks.domain.unanswered import Unanswered
from playbooks.domain.writing import Usage


@dataclass(frozen=True)
class DraftOutcome:
    """What became of a draft: used, edited or ignored, and the words that were sent."""

    draft_id: str
    outcome: str
    sent_text: str


@dataclass(frozen=True)
class Rating:
    draft_id: str
    agent_id: str
    useful: bool
    reason: str = ""


@dataclass(frozen=True)
class Audited:
    """`actor` is an agent_id or "deskside"; `detail` holds ids and counts only."""

    actor: str
    what: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class AlertChange:
    """What a person did to a conversation's alerts: `status` says it on the card; `line` is told in its thread, to `to`."""

    apply: Callable[[RaisedAlert], RaisedAlert]
    status: str
    line: str = ""
    to: str | None = None


@dataclass
class Plan:
    """Filled by the desk, saved by the road. `ignored` says by which rule nothing is to be done.

    `found` is the conversation the event was about: its alerts are looked at when all else is decided. `news` are signals
    that the event itself is; `alert_change` is what a person did to its alerts. `due_at` is when it is next to be looked at
    beside the procedure's own timers; `later` are events to be taken at a moment written beside them. `bulks` are listed,
    `confirmed` are those that begin, `items` what became of single conversations in them.
    """

    cause: Event
    run: SopRun | None = None
    run_facts: dict[str, Any] = field(default_factory=dict)
    run_version: int = 0
    actions: list[Action] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    outcomes: list[DraftOutcome] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    unanswered: list[Unanswered] = field(default_factory=list)
    links: list[tuple[Place, str]] = field(default_factory=list)
    audit: list[Audited] = field(default_factory=list)
    counts: list[str] = field(default_factory=list)
    spent: list[Usage] = field(default_factory=list)
    ignored: str | None = None
    found: Scene | None = None
    news: list[tuple[Signal, str]] = field(default_factory=list)
    alert_change: AlertChange | None = None
    alerts: list[RaisedAlert] = field(default_factory=list)
    due_at: datetime | None = None
    bulks: list[Bulk] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    items: list[ItemOutcome] = field(default_factory=list)
    later: list[tuple[Event, datetime | None]] = field(default_factory=list)

    def key(self, name: str) -> str:
        """A once_key from the cause and the action's name in it: the same event gives the same key (design.md D6)."""
        return f"{self.cause.source}:{self.cause.event_id}:{name}"

    def ignore(self, rule: str, reason: str) -> "Plan":
        self.counts.append(f"ignored:{rule}")
        self.ignored = reason
        return self
