"""What a button, menu or form asks for: typed arguments that travel inside a card and come back in an event.

A press names records by id only; the text a person typed arrives beside it as inputs. Kept small: a serialised press
must fit a Slack button value (2,000 characters).
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from playbooks.domain.base import Frozen
from playbooks.domain.customer import Lookup


class ShowCustomer(Frozen):
    do: Literal["show_customer"] = "show_customer"
    lookup: Lookup


class SuggestReply(Frozen):
    """`style` is "", shorter, friendlier, plainer or translated. `draft_id`: the draft that is to be translated."""

    do: Literal["suggest_reply"] = "suggest_reply"
    conversation_id: str
    style: str = ""
    draft_id: str = ""


class EditDraft(Frozen):
    """Open the draft for editing (a form with input `reply_text`)."""

    do: Literal["edit_draft"] = "edit_draft"
    conversation_id: str
    draft_id: str


class SendDraft(Frozen):
    """Send to the customer: the text is input `reply_text`, or the draft's own where there is no such input."""

    do: Literal["send_draft"] = "send_draft"
    conversation_id: str
    draft_id: str
    written_for_part_id: str | None = None
    as_note: bool = False


class RateDraft(Frozen):
    """`reason` is one of `playbooks.feedback.REASONS`, "" where none was given (yet)."""

    do: Literal["rate_draft"] = "rate_draft"
    draft_id: str
    useful: bool
    reason: str = ""


class UseMacro(Frozen):
    """Fill it for this chat, as a draft. `asked`: what it asks for was given; `run`: do what it does, where it has no text."""

    do: Literal["use_macro"] = "use_macro"
    conversation_id: str
    macro_id: str
    asked: bool = False
    run: bool = False


class Summarise(Frozen):
    """The conversation in few words."""

    do: Literal["summarise"] = "summarise"
    conversation_id: str


class TakeConversation(Frozen):
    """Become the owner: the first to answer owns it (P2)."""

    do: Literal["take"] = "take"
    conversation_id: str


class AcknowledgeAlert(Frozen):
    do: Literal["acknowledge_alert"] = "acknowledge_alert"
    conversation_id: str
    alert: str


class SnoozeAlert(Frozen):
    """The alert alone, not the chat; `minutes` None: until the presser's shift ends."""

    do: Literal["snooze_alert"] = "snooze_alert"
    conversation_id: str
    alert: str
    minutes: int | None = None


class TakeAlert(Frozen):
    """An alert that belongs to no conversation is looked after by whoever presses first."""

    do: Literal["take_alert"] = "take_alert"
    conversation_id: str = ""
    alert: str


class HandOverAlert(Frozen):
    """To the colleague in input `colleague`; without one, the form with those who are there. The chat keeps its owner."""

    do: Literal["hand_over_alert"] = "hand_over_alert"
    conversation_id: str
    alert: str


class SettleAlert(Frozen):
    """Over, because somebody says so: for what cannot end by itself."""

    do: Literal["settle_alert"] = "settle_alert"
    conversation_id: str = ""
    alert: str


AlertPress = AcknowledgeAlert | SnoozeAlert | TakeAlert | HandOverAlert | SettleAlert


class Escalate(Frozen):
    """Open a case; optional inputs `case_subject`, `case_priority`, `case_note`. `anew`: a second one, though one is closed."""

    do: Literal["escalate"] = "escalate"
    conversation_id: str
    anew: bool = False


class ReopenCase(Frozen):
    """Go on with the chat's closed case; optional input `case_note`."""

    do: Literal["reopen_case"] = "reopen_case"
    conversation_id: str


class Resolve(Frozen):
    """Close as resolved."""

    do: Literal["resolve"] = "resolve"
    conversation_id: str


class Snooze(Frozen):
    do: Literal["snooze"] = "snooze"
    conversation_id: str
    minutes: int


class TagConversation(Frozen):
    do: Literal["tag"] = "tag"
    conversation_id: str
    tag: str


class WayOut(Frozen):
    """Another declared way out of the SOP (phone call, remote session, ESC/RFA) by its transition name."""

    do: Literal["way_out"] = "way_out"
    conversation_id: str
    transition: str


class ShowSteps(Frozen):
    """Where the chat stands in its procedure."""

    do: Literal["show_steps"] = "show_steps"
    conversation_id: str


class ConfirmBulk(Frozen):
    """Do it to all of the list that was shown."""

    do: Literal["confirm_bulk"] = "confirm_bulk"
    bulk_id: str


class DropBulk(Frozen):
    do: Literal["drop_bulk"] = "drop_bulk"
    bulk_id: str


class UndoBulk(Frozen):
    do: Literal["undo_bulk"] = "undo_bulk"
    bulk_id: str


class LinkContact(Frozen):
    """It is this person's case."""

    do: Literal["link_contact"] = "link_contact"
    conversation_id: str
    contact_id: str


class CreateContact(Frozen):
    """Make the person of the form (inputs `contact_first_name`, `contact_last_name`, `contact_email`, `contact_phone`)."""

    do: Literal["create_contact"] = "create_contact"
    conversation_id: str
    insist: bool = False


class Undo(Frozen):
    """Take one change back, by its action's key."""

    do: Literal["undo"] = "undo"
    once_key: str


Press = Annotated[
    ShowCustomer
    | SuggestReply
    | EditDraft
    | SendDraft
    | RateDraft
    | UseMacro
    | Summarise
    | TakeConversation
    | AcknowledgeAlert
    | SnoozeAlert
    | TakeAlert
    | HandOverAlert
    | SettleAlert
    | Escalate
    | Resolve
    | Snooze
    | TagConversation
    | WayOut
    | ShowSteps
    | ConfirmBulk
    | DropBulk
    | UndoBulk
    | LinkContact
    | CreateContact
    | ReopenCase
    | Undo,
    Field(discriminator="do"),
]

PRESS: TypeAdapter[Press] = TypeAdapter(Press)
"""Reads a press back from JSON; raises pydantic.ValidationError where it is not one of ours."""
