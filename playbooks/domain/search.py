"""What conversations are looked for by: words, tags, people, inbox, state and dates; everything given must hold."""

from playbooks.domain.base import Frozen, Instant
from playbooks.domain.conversation import ConversationState

NOBODY = "0"
"""As an assignee's id: the conversation is assigned to nobody."""


class ConversationSearch(Frozen):
    """`tags` are names and `email` an address: the source finds their ids. `assignee_admin_id` "0": nobody's."""

    keyword: str = ""
    tags: tuple[str, ...] = ()
    email: str = ""
    contact_id: str = ""
    assignee_admin_id: str = ""
    inbox_id: str = ""
    state: ConversationState | None = None
    updated_after: Instant | None = None
    updated_before: Instant | None = None
    created_after: Instant | None = None
    created_before: Instant | None = None


class Admin(Frozen):
    """A teammate as the inbox knows them; `email` in lower case."""

    admin_id: str
    name: str
    email: str = ""


class TicketType(Frozen):
    """What a conversation can be converted to."""

    ticket_type_id: str
    name: str
