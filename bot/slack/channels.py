"""What kind of channel a channel is, asked of Slack one by one and remembered for a while; a failed look-up says UNKNOWN.

UNKNOWN is treated like a channel shared with strangers (L8). Nothing here lists a workspace (L16).
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from bot.slack.web import SlackWeb
from playbooks.domain.place import ChannelKind
from retrieval.errors import VendorError

LOOK_UP_SECONDS = 0.8
"""An event must be acknowledged within three seconds; the rest is for storing it."""

REMEMBERED_SECONDS = 60.0
"""A channel can be opened to another company at any time; its events then say so at once (`learn`)."""

MOST = 10_000


class ChannelKinds:
    def __init__(self, web: SlackWeb, clock: Callable[[], float] = time.monotonic) -> None:
        self._web, self._clock = web, clock
        self._known: OrderedDict[str, tuple[float, ChannelKind]] = OrderedDict()

    async def kind(self, channel_id: str) -> ChannelKind:
        """*Source:* conversations.info (tier 3; scopes channels:read, groups:read, im:read, mpim:read)."""
        until, known = self._known.get(channel_id, (0.0, ChannelKind.UNKNOWN))
        if self._clock() < until:
            return known
        if not channel_id.startswith(("C", "G")):
            return ChannelKind.DIRECT if channel_id.startswith(("D", "U", "W")) else ChannelKind.UNKNOWN
        try:
            answer = await self._web.call("conversations.info", channel=channel_id, seconds=LOOK_UP_SECONDS)
        except VendorError:
            return ChannelKind.UNKNOWN
        return self.learn(channel_id, channel_kind(answer.get("channel") or {}))

    def learn(self, channel_id: str, kind: ChannelKind) -> ChannelKind:
        self._known[channel_id] = (self._clock() + REMEMBERED_SECONDS, kind)
        self._known.move_to_end(channel_id)
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        return kind


def channel_kind(channel: Mapping[str, Any]) -> ChannelKind:
    """Of a conversation object. `is_org_shared` stays inside one company's grid, so it is not SHARED."""
    if channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"):
        return ChannelKind.SHARED
    if channel.get("is_im"):
        return ChannelKind.DIRECT
    if channel.get("is_private") or channel.get("is_mpim") or channel.get("is_group"):
        return ChannelKind.PRIVATE
    return ChannelKind.PUBLIC if channel.get("is_channel") else ChannelKind.UNKNOWN
