"""A past conversation as it was recorded: what the inbox kept, and, where our own memory has it, the run's trail."""

from playbooks.domain.base import Frozen
from playbooks.domain.conversation import Conversation
from playbooks.domain.run import TrailEntry


class Recorded(Frozen):
    """`trail` tells the presses and the cases' results, which the inbox does not know; () where only the inbox was asked."""

    conversation: Conversation
    sop: str = ""
    sop_version: str = ""
    trail: tuple[TrailEntry, ...] = ()
