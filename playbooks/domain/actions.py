"""What may be done to the world: every action the bot can perform, as data, each with the key that makes it happen once.

`once_key` is derived from the cause (an event id and the action's name in it), never random: the same cause gives the
same key, so a redelivery or a retry is recognised everywhere.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from playbooks.domain.base import Frozen, Instant
from playbooks.domain.card import Card
from playbooks.domain.case import CaseDraft, ContactDraft
from playbooks.domain.content import MacroAction
from playbooks.domain.conversation import ConversationState
from playbooks.domain.place import Place


class Doing(Frozen):
    """`on_behalf_of` is the agent_id who asked; None: the bot by a declared rule."""

    once_key: str
    on_behalf_of: str | None = None


class Answer(Frozen):
    """Where a person waits to read what became of what they asked for, and what that was, in words."""

    place: Place
    card_key: str
    words: str


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
    answer: Answer | None = None


class Still(Frozen):
    """How a conversation must still be for a change to be made: what is undone is only what did not move since.

    `part_id`: the newest part that opened, closed, snoozed or assigned it.
    """

    state: ConversationState | None = None
    snoozed_until: Instant | None = None
    assignee_id: str | None = None
    part_id: str | None = None


class Changing(Doing):
    """A change that a conversation has or has not, whoever makes it.

    `seen_at` is the inbox's own time of the conversation as the person saw it: refused where the customer wrote since (L10).
    `answer` is where its outcome is told; without one, failures are told in the conversation's thread.
    """

    conversation_id: str
    seen_at: Instant | None = None
    only_if: Still | None = None
    answer: Answer | None = None


class AddTag(Changing):
    do: Literal["add_tag"] = "add_tag"
    tag: str


class RemoveTag(Changing):
    do: Literal["remove_tag"] = "remove_tag"
    tag: str


class AssignConversation(Changing):
    """`assignee_id` is an Intercom admin or team id, "0" for nobody; `to_team` says which."""

    do: Literal["assign"] = "assign"
    assignee_id: str
    to_team: bool = False


class SnoozeConversation(Changing):
    do: Literal["snooze"] = "snooze"
    until: Instant


class CloseConversation(Changing):
    do: Literal["close"] = "close"


class ReopenConversation(Changing):
    """Also ends a snooze."""

    do: Literal["reopen"] = "reopen"


class SetAttributes(Changing):
    do: Literal["set_attributes"] = "set_attributes"
    attributes: tuple[tuple[str, str], ...]


class ConvertToTicket(Changing):
    """`type_name` is for people."""

    do: Literal["convert"] = "convert"
    ticket_type_id: str
    type_name: str = ""


class NoteContact(Changing):
    """A permanent note on the person who writes in the conversation."""

    do: Literal["note_contact"] = "note_contact"
    contact_id: str
    text: str


class TagContact(Changing):
    do: Literal["tag_contact"] = "tag_contact"
    contact_id: str
    tag: str


class UntagContact(Changing):
    do: Literal["untag_contact"] = "untag_contact"
    contact_id: str
    tag: str


class OpenCase(Doing):
    do: Literal["open_case"] = "open_case"
    conversation_id: str
    draft: CaseDraft


class CommentCase(Doing):
    do: Literal["comment_case"] = "comment_case"
    conversation_id: str
    case_id: str
    text: str


class ReopenCase(Doing):
    """The same case again, rather than a second one. `note`: what the second line should know, from whoever reopened it."""

    do: Literal["reopen_case"] = "reopen_case"
    conversation_id: str
    case_id: str
    note: str = ""


class LinkContact(Doing):
    """Says whose case it is."""

    do: Literal["link_contact"] = "link_contact"
    conversation_id: str
    case_id: str
    contact_id: str


class CreateContact(Doing):
    """Makes the person in the CRM and says that it is their case. `insist`: although the CRM knows people like this one."""

    do: Literal["create_contact"] = "create_contact"
    conversation_id: str
    case_id: str
    contact: ContactDraft
    insist: bool = False


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
    | SetAttributes
    | ConvertToTicket
    | NoteContact
    | TagContact
    | UntagContact
    | OpenCase
    | CommentCase
    | ReopenCase
    | LinkContact
    | CreateContact,
    Field(discriminator="do"),
]

ACTION: TypeAdapter[Action] = TypeAdapter(Action)
