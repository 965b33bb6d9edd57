"""The moments between two steps of the road, told to whoever listens; it changes nothing.

In production nobody listens. The fault tests' listener kills the process at one of them (tests/faults/).
"""

from enum import StrEnum
from typing import Protocol

from playbooks.domain.events import ActionDone, ActionFailed, CaseOpened, Event, Pressed


class Step(StrEnum):
    """In the order of the road: an event comes in and is put in line, the desk takes it, what it decided is done."""

    RECEIVED = "received"
    STORED = "stored"
    SORTING = "sorting"
    SORTED = "sorted"
    TAKEN = "taken"
    DECIDED = "decided"
    SAVING = "saving"
    SAVED = "saved"
    CLAIMED = "claimed"
    BEGUN = "begun"
    ACTED = "acted"
    FINISHING = "finishing"
    FINISHED = "finished"


class Probe(Protocol):
    """`what` names the event's kind or the action. Called from the event loop, and from the writer's thread for SORTING to
    SORTED, SAVING to SAVED and FINISHING to FINISHED: -ING is inside the transaction, -ED is on disk."""

    def at(self, step: Step, what: str) -> None: ...


class Silent:
    """Nobody listens."""

    def at(self, step: Step, what: str) -> None:
        return


def named(event: Event) -> str:
    """The event's kind and what it is about, without an id: "pressed.take", "action_done.send_reply"."""
    match event:
        case Pressed():
            return f"{event.kind}.{event.press.do}"
        case ActionDone() | ActionFailed() | CaseOpened():
            return f"{event.kind}.{event.action.do}"
        case _:
            return f"{event.kind}.{what}" if (what := getattr(event, "what", "")) else event.kind
