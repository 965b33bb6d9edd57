"""Where something is said: a channel, a thread in it, or one person only."""

from enum import StrEnum

from playbooks.domain.base import Frozen
from playbooks.domain.people import Surface


class ChannelKind(StrEnum):
    """Unknown is treated like an externally shared channel: no internal data is posted there (L8)."""

    DIRECT = "direct"
    PRIVATE = "private"
    PUBLIC = "public"
    SHARED = "shared"
    UNKNOWN = "unknown"


class Place(Frozen):
    """A destination. `thread_id` answers inside a thread; `only_user_id` shows it to that person alone (ephemeral)."""

    surface: Surface
    channel_id: str
    thread_id: str | None = None
    only_user_id: str | None = None
    channel_kind: ChannelKind = ChannelKind.UNKNOWN


class MessageRef(Frozen):
    """A message that was posted and can be updated in place."""

    surface: Surface
    channel_id: str
    message_id: str
    thread_id: str | None = None
