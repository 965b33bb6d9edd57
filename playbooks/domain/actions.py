"""What may be done to the world: every action the bot can perform, as data, each with the key that makes it happen once.

`once_key` is derived from the cause (an event id and the action's name in it), never random: the same cause gives the
same key, so a redelivery or a retry is recognised everywhere.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from playbooks.domain.base import Frozen, Instant
from playbooks.domain.card import Card
from playbooks.domain.case import CaseDraft
from playbooks.domain.content import MacroAction
from playbooks.domain.place import Place


class Doing(Frozen):
    """`on_behalf_of` is the agent_id who asked; None: the bot by a declared rule."""

    once_key: str
    on_behalf_of: str | None = None


class ShowCard(Doing):
    """Post the card, or update it in place where `card_key` was posted before (one cause, one message).

    `under_card_key` puts it into the thread of that card's message, which may not be posted yet when this is decided.
    """

    do: Literal["show_card"] = "show_card"
    place: Place
    card_key: str
    card: Card
    under_card_key: str | None = None
    conversation_id: str | None = None


class SendReply(Doing):
    """To the customer, as the agent. Refused when a newer public part than `written_for_part_id` exists (L10).

    `then` is what the macro it was made of does besides; it is done once the reply is sent, and not before.
    """

    do: Literal["send_reply"] = "send_reply"
    conversation_id: str
    text: str
    written_for_part_id: str | None
    draft_id: str | None = None
    shown_at: Place | None = None
    then: tuple[MacroAction, ...] = ()


class AddNote(Doing):
    """`draft_id` and `shown_at`: the draft it was made of, and where its card is, to be marked as sent."""

    do: Literal["add_note"] = "add_note"
    conversation_id: str
    text: str
    draft_id: str | None = None
    shown_at: Place | None = None


class AddTag(Doing):
    do: Literal["add_tag"] = "add_tag"
    conversation_id: str
    tag: str


class RemoveTag(Doing):
    do: Literal["remove_tag"] = "remove_tag"
    conversation_id: str
    tag: str


class AssignConversation(Doing):
    """`assignee_id` is an Intercom admin or team id; `to_team` says which."""

    do: Literal["assign"] = "assign"
    conversation_id: str
    assignee_id: str
    to_team: bool = False


class SnoozeConversation(Doing):
    do: Literal["snooze"] = "snooze"
    conversation_id: str
    until: Instant


class CloseConversation(Doing):
    do: Literal["close"] = "close"
    conversation_id: str


class ReopenConversation(Doing):
    do: Literal["reopen"] = "reopen"
    conversation_id: str


class OpenCase(Doing):
    do: Literal["open_case"] = "open_case"
    conversation_id: str
    draft: CaseDraft


class CommentCase(Doing):
    do: Literal["comment_case"] = "comment_case"
    conversation_id: str
    case_id: str
    text: str


Action = Annotated[
    ShowCard
    | SendReply
    | AddNote
    | AddTag
    | RemoveTag
    | AssignConversation
    | SnoozeConversation
    | CloseConversation
    | ReopenConversation
    | OpenCase
    | CommentCase,
    Field(discriminator="do"),
]

ACTION: TypeAdapter[Action] = TypeAdapter(Action)
