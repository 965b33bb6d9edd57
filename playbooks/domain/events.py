"""What happened: everything that can come through the front door, the results of our own actions included.

`event_id` is the vendor's own id where it has one, otherwise derived from the cause; with `source` it is the inbox's key.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from playbooks.domain.actions import Action
from playbooks.domain.base import Frozen, Instant
from playbooks.domain.case import Case, ContactChoice
from playbooks.domain.conversation import AuthorKind
from playbooks.domain.people import Actor
from playbooks.domain.place import MessageRef, Place
from playbooks.domain.press import Press


class Happened(Frozen):
    """`at` is the vendor's own time; `conversation_id` is the Intercom conversation it belongs to, if any."""

    event_id: str
    source: str
    at: Instant
    conversation_id: str | None = None


class ConversationEvent(Happened):
    """Something in the inbox. The desk reads the conversation whole: the payload may be older than the truth."""

    kind: Literal["conversation"] = "conversation"
    what: Literal[
        "started",
        "customer_replied",
        "agent_replied",
        "note_added",
        "assigned",
        "closed",
        "reopened",
        "snoozed",
        "unsnoozed",
        "tagged",
        "rated",
        "deleted",
    ]
    part_id: str | None = None
    author: AuthorKind | None = None
    inbox_id: str | None = None


class ContactEvent(Happened):
    kind: Literal["contact"] = "contact"
    contact_id: str
    what: Literal["created", "updated", "deleted"]


class TicketEvent(Happened):
    kind: Literal["ticket"] = "ticket"
    ticket_id: str
    what: Literal["created", "state_updated"]


class ParcelMoved(Happened):
    kind: Literal["parcel_moved"] = "parcel_moved"
    tracking_number: str
    status: str


class PaymentEvent(Happened):
    """Stripe told us of a charge, refund or dispute; the desk reads the truth."""

    kind: Literal["payment"] = "payment"
    what: str
    record_id: str
    stripe_customer_id: str | None = None


class CaseUpdated(Happened):
    """`comment`: what a colleague wrote on it; untrusted text like every other."""

    kind: Literal["case_updated"] = "case_updated"
    case: Case
    comment: str = ""


class Asked(Happened):
    """A person asked the bot something in words (mention, direct message, slash command, console)."""

    kind: Literal["asked"] = "asked"
    actor: Actor
    place: Place
    text: str
    command: str | None = None


class Pressed(Happened):
    """A person pressed a button or submitted a form; `inputs` is what they typed, by input id."""

    kind: Literal["pressed"] = "pressed"
    actor: Actor
    place: Place
    press: Press
    inputs: tuple[tuple[str, str], ...] = ()
    message: MessageRef | None = None


class TimerDue(Happened):
    """A due time written down earlier has come."""

    kind: Literal["timer_due"] = "timer_due"
    timer: str


class ActionDone(Happened):
    """An action took effect. `result_id` is the vendor's id of what was made (part id, message id), if any.

    `unchanged`: it was so already, and nothing was written. `before`: how it was, for undoing it (`playbooks.undo`).
    """

    kind: Literal["action_done"] = "action_done"
    action: Action
    result_id: str | None = None
    message: MessageRef | None = None
    unchanged: bool = False
    before: str = ""


class CaseOpened(Happened):
    kind: Literal["case_opened"] = "case_opened"
    action: Action
    case: Case


class ActionFailed(Happened):
    """An action will not take effect: refused by a rule, or by the vendor for good. `reason` is fit to show.

    `doubtful`: it may have taken effect all the same.
    `fields`: the vendor's fields that were at fault, where it said so; `field` the first. `candidates`: people whom the CRM
    took the new one for; `may_insist`: it would make one more all the same.
    """

    kind: Literal["action_failed"] = "action_failed"
    action: Action
    reason: str
    remedy: str = ""
    field: str | None = None
    doubtful: bool = False
    fields: tuple[str, ...] = ()
    candidates: tuple[ContactChoice, ...] = ()
    may_insist: bool = False


Event = Annotated[
    ConversationEvent
    | ContactEvent
    | TicketEvent
    | ParcelMoved
    | PaymentEvent
    | CaseUpdated
    | Asked
    | Pressed
    | TimerDue
    | ActionDone
    | CaseOpened
    | ActionFailed,
    Field(discriminator="kind"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
