"""What is to be done to conversations, in the asker's words, and one such thing done to many of them."""

from typing import Literal

from playbooks.domain.base import Frozen, Instant
from playbooks.domain.place import Place

DeedName = Literal[
    "tag",
    "untag",
    "assign",
    "snooze",
    "unsnooze",
    "close",
    "reopen",
    "note",
    "set",
    "convert",
    "note_contact",
    "tag_contact",
    "untag_contact",
]


class Deed(Frozen):
    """`value` is the tag, the person, the time, the text or the ticket type as it was typed; `name` an attribute's."""

    do: DeedName
    value: str = ""
    name: str = ""


class BulkItem(Frozen):
    """One of many: `seen_at` is the inbox's own time of it when it was listed. `once_key`: of what is taken back."""

    conversation_id: str
    label: str
    seen_at: Instant | None = None
    once_key: str = ""


class Bulk(Frozen):
    """One deed for many conversations, or, with `undoes`, the taking back of such a one. `words` say it to people."""

    bulk_id: str
    agent_id: str
    words: str
    items: tuple[BulkItem, ...]
    place: Place
    deed: Deed | None = None
    undoes: str | None = None


class ItemOutcome(Frozen):
    """What became of one of many. `doing`: decided, the result is to come; `left`: it was so already, or was moved since."""

    bulk_id: str
    number: int
    state: Literal["waiting", "doing", "done", "left", "failed"]
    reason: str = ""
    once_key: str = ""
