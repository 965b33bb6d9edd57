"""A standard operating procedure as data: states, transitions, timers and ways out, all by name; nothing here decides or acts.

Read it as a table. A row is a state, a column a transition, a cell says where it leads, under which guards, and which
effects are due. What is not in the table is refused by name (`playbooks.machine`). There are no expressions: a guard is
the name of a function in `playbooks.guards`, an effect a name of `EffectName`.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from playbooks.domain.base import Frozen
from playbooks.domain.people import Role
from playbooks.domain.policy import Permission
from playbooks.domain.span import Span

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""How everything in a procedure is called: small letters, digits, underscores."""

Trigger = Literal[
    "started",
    "customer_replied",
    "agent_replied",
    "bot_handed_over",
    "bot_closed",
    "note_added",
    "assigned",
    "closed",
    "reopened",
    "snoozed",
    "unsnoozed",
    "rated",
    "case_opened",
    "case_failed",
    "case_updated",
    "documents_received",
    "score_received",
    "decision_recorded",
    "payout_confirmed",
]
"""What makes a transition happen without anybody pressing it: the words of `domain.events`, told apart by who acted."""


class EffectName(StrEnum):
    """What a procedure may ask for; the desk turns each into actions. Nothing here writes to the customer by itself (L9)."""

    TELL_OPERATORS = "tell_operators"  # alert card to every operator on shift, e-mail where the destination has one
    UPDATE_ALERT = "update_alert"  # the same card again, in place
    SHOW_CUSTOMER = "show_customer"  # customer 360 for the owner
    SUGGEST_REPLY = "suggest_reply"  # a draft for the owner, value: "" or the name of a holding text
    SET_OWNER = "set_owner"  # whoever acted owns the chat; the machine writes it into the run
    CLEAR_OWNER = "clear_owner"
    NUDGE_OWNER = "nudge_owner"  # remind the owner, offering what the state's `offers` names
    NOTIFY_ROLE = "notify_role"  # value: the role
    SHOW_FORM = "show_form"  # value: the way out whose needs are missing
    OPEN_CASE = "open_case"
    COMMENT_CASE = "comment_case"
    SHOW_CASE = "show_case"  # the case's number, status and link in the agents' thread
    ADD_NOTE = "add_note"  # value: the name of a note template, filled with the run's facts
    ADD_TAG = "add_tag"
    REMOVE_TAG = "remove_tag"
    ASSIGN_OWNER = "assign_owner"  # the inbox shows the owner as assignee
    ASSIGN_ROLE = "assign_role"  # value: the role whose team gets it
    SNOOZE = "snooze"  # value: a length of time; without one, as long as the press asked for
    CLOSE = "close"
    REOPEN = "reopen"
    RECORD_GAP = "record_gap"  # the question goes to the knowledge gaps
    ASK_DOCUMENTS = "ask_documents"
    COUNT_IGNORED = "count_ignored"
    RECORD = "record"  # audit only; value: what


class Effect(Frozen):
    """One thing to do. In YAML a bare name (`close`) or a name with its value (`add_tag: escalated`)."""

    do: EffectName
    value: str = ""


def _effect(value: object) -> object:
    if isinstance(value, str):
        return {"do": value}
    if isinstance(value, dict) and len(value) == 1 and "do" not in value:
        [(do, argument)] = value.items()
        return {"do": do, "value": argument}
    return value


_EFFECT_NAMES = [one.value for one in EffectName]
_EFFECT_SCHEMA = {
    "anyOf": [
        {"type": "string", "enum": _EFFECT_NAMES},
        {
            "type": "object",
            "properties": {one: {"type": "string"} for one in _EFFECT_NAMES},
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        },
    ]
}

Effects = tuple[Annotated[Effect, BeforeValidator(_effect), WithJsonSchema(_EFFECT_SCHEMA)], ...]


class Cell(Frozen):
    """What a transition does in a state: lead `to` a state, or `stay` with a reason (a declared no-op).

    All of `when` must hold and none of `unless`. `because` is the reason shown where the cell makes the trail unusual.
    Leading to its own state, a cell leaves the timers running; with `again` they start anew.
    """

    to: Name | None = None
    stay: str = ""
    when: tuple[Name, ...] = ()
    unless: tuple[Name, ...] = ()
    does: Effects = ()
    because: str = ""
    again: bool = False

    @model_validator(mode="after")
    def _leads_or_stays(self) -> "Cell":
        if bool(self.to) == bool(self.stay):
            raise ValueError("say either `to` (a state) or `stay` (why nothing happens), exactly one of them")
        if self.stay and (self.does or self.again):
            raise ValueError("`stay` means that nothing happens; to act without leaving, lead `to` the same state")
        return self


def _cells(value: object) -> object:
    return [value] if isinstance(value, dict) else value


SAME = "same"
"""In a cell's `to`: the state the run is in, for rows that several states share."""

Cells = Annotated[
    tuple[Cell, ...], Field(min_length=1), BeforeValidator(_cells, json_schema_input_type=Cell | tuple[Cell, ...])
]
"""One cell, or several tried in order; the first whose guards hold counts."""


class StateTimer(Frozen):
    """Runs from entering the state (again); when `after` has passed, transition `then` is due.

    With a `calendar` only its open hours count: what begins at night runs out after the doors have opened.
    """

    after: Span
    then: Name
    calendar: str | None = None


class WaitsFor(StrEnum):
    """On whom a state waits: it decides which clock runs and what the agent is shown."""

    CUSTOMER = "customer"
    OPERATORS = "operators"
    OWNER = "owner"
    COLLEAGUE = "colleague"
    BOT = "bot"
    SYSTEM = "system"
    NOBODY = "nobody"


class State(Frozen):
    """A row: `on` maps each transition declared here to its cells, tried in order; `includes` adds shared rows below them.

    `final`: nothing is due any more (a reply may still bring it back). `offers`: transitions the agent is given to press.
    """

    title: str
    waits_for: WaitsFor
    instructions: str = ""
    final: bool = False
    offers: tuple[Name, ...] = ()
    includes: tuple[Name, ...] = ()
    timers: Mapping[Name, StateTimer] = Field(default_factory=dict)
    on: Mapping[Name, Cells] = Field(default_factory=dict)


class Transition(Frozen):
    """A named move. `permission`: what a person needs to press it; without one only events and timers cause it."""

    title: str
    permission: Permission | None = None
    triggers: tuple[Trigger, ...] = ()


class Need(Frozen):
    """One input that a way out collects before it may be taken; its name is the input's id."""

    label: str
    kind: Literal["text", "long_text", "choice", "phone", "time"] = "text"
    required: bool = True
    choices: tuple[str, ...] = ()
    default: str = ""
    hint: str = ""


class WayOut(Frozen):
    """An ending the agent may choose: when, what it needs, who is told, what is written back (names of effects)."""

    title: str
    transition: Name
    permission: Permission
    use_when: str
    needs: Mapping[Name, Need] = Field(default_factory=dict)
    notifies: tuple[Role, ...] = ()
    writes_back: Effects = ()
    confirm: str = ""
    tags: tuple[str, ...] = ()


class Milestone(Frozen):
    """A step the agent is expected to take: done by any of `done_by`; entering one of `before` without it skips it."""

    title: str
    done_by: tuple[Name, ...] = Field(min_length=1)
    before: tuple[Name, ...] = ()
    instructions: str = ""
    skipped_because: str = "The chat moved on without it."


class Eligibility(Frozen):
    """Who may use this channel: all guards must hold; `otherwise` says how the agent helps those who may not."""

    guards: tuple[Name, ...]
    entitlements: tuple[str, ...] = ()
    otherwise: str = ""


class Expectation(Frozen):
    """When a simple answer is not at hand: what to promise, within which time, with which macro."""

    situation: str
    say: str
    within: Span
    macro: str | None = None


class ClosingRules(Frozen):
    """In which states a chat may be closed, and who may hand it to a colleague (P6); the proof holds every cell to it."""

    states: tuple[Name, ...] = Field(min_length=1)
    explained: str
    assignment: Permission = Permission.ASSIGN


def _placed(cell: Cell, state: str) -> Cell:
    return cell.model_copy(update={"to": state}) if cell.to == SAME else cell


class Sop(Frozen):
    """A whole procedure. `version` travels with every run; `start` is the first state. Orders in the file count."""

    sop_id: Name
    title: str
    version: str
    purpose: str
    start: Name
    eligibility: Eligibility | None = None
    states: Mapping[Name, State] = Field(min_length=1)
    shared: Mapping[Name, Mapping[Name, Cells]] = Field(default_factory=dict)
    transitions: Mapping[Name, Transition] = Field(min_length=1)
    milestones: Mapping[Name, Milestone] = Field(default_factory=dict)
    ways_out: Mapping[Name, WayOut] = Field(default_factory=dict)
    expectations: Mapping[Name, Expectation] = Field(default_factory=dict)
    closing: ClosingRules | None = None
    rules: tuple[str, ...] = ()
    notes: Mapping[Name, str] = Field(default_factory=dict)
    knowledge_tags: Mapping[str, str] = Field(default_factory=dict)

    @cached_property
    def table(self) -> Mapping[str, Mapping[str, Cells]]:
        """State by transition, shared rows included and `same` resolved; a state's own cells come before shared ones."""
        return {name: self._row(name, state) for name, state in self.states.items()}

    def _row(self, name: str, state: State) -> Mapping[str, Cells]:
        included = (self.shared.get(one, {}) for one in state.includes)
        merged = {transition: cells for rows in included for transition, cells in rows.items()} | dict(state.on)
        return {transition: tuple(_placed(one, name) for one in cells) for transition, cells in merged.items()}

    def cells(self, state: str, transition: str) -> tuple[Cell, ...]:
        """The one look-up: () where the table has no such cell."""
        return self.table.get(state, {}).get(transition, ())

    def way_out(self, transition: str) -> WayOut | None:
        return next((one for one in self.ways_out.values() if one.transition == transition), None)
