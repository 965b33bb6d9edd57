"""One name for one gesture: Slack may deliver it twice, as two event types or even with two timestamps (L6).

(channel, ts) is the name, as Slack recommends; a client_msg_id seen before lends its first event's name to a second one with
another ts (typeclaw PR #49). Only events accepted as ours come here. This memory is one process's and helps it; what decides
is the inbox's key, so losing it can at worst answer such a rare double twice.
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from playbooks.domain.events import Asked

MOST = 10_000


class Twins:
    def __init__(self) -> None:
        self._names: OrderedDict[str, str] = OrderedDict()

    def named(self, event: Asked, payload: Mapping[str, Any]) -> Asked:
        """The event under the name its gesture first had."""
        sent = (payload.get("event") or {}).get("client_msg_id")
        if not sent:
            return event
        key = f"{event.place.channel_id}:{event.actor.user_id}:{sent}"
        name = self._names.setdefault(key, event.event_id)
        while len(self._names) > MOST:
            self._names.popitem(last=False)
        return event.model_copy(update={"event_id": name})
