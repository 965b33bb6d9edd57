"""The further pages of a card that needs several messages: posted below the first, updated with it, removed when it shrinks."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from bot.slack.render import SlackMessage
from bot.slack.web import SlackWeb
from playbooks.domain.place import MessageRef
from retrieval.errors import VendorError

EVENT = "deskside_card"
MOST = 5_000


class Overflow:
    """Remembers which messages continue which; after a restart it reads them back from the thread."""

    def __init__(self, web: SlackWeb) -> None:
        self._web = web
        self._known: OrderedDict[tuple[str, str], list[str]] = OrderedDict()

    async def settle(self, first: MessageRef, pages: Sequence[SlackMessage], key: str, *, is_new: bool) -> None:
        """Makes the messages below `first` be these pages and no others."""
        known = [] if is_new else await self._pages_of(first)
        kept = [await self._put(first, page, key, number, known) for number, page in enumerate(pages)]
        for ts in known[len(pages) :]:
            await self._web.call("chat.delete", channel=first.channel_id, ts=ts)
        self._remember(first, kept)

    async def _put(self, first: MessageRef, page: SlackMessage, key: str, number: int, known: list[str]) -> str:
        payload = {"key": key, "page": number + 2, "of": first.message_id}
        said: dict[str, Any] = {
            "channel": first.channel_id,
            "text": page.text,
            "blocks": list(page.blocks),
            "metadata": {"event_type": EVENT, "event_payload": payload},
        }
        if number < len(known):
            await self._web.call("chat.update", ts=known[number], **said)
            return known[number]
        answer = await self._web.call(
            "chat.postMessage", thread_ts=first.thread_id or first.message_id, unfurl_links=False, **said
        )
        return str(answer["ts"])

    async def _pages_of(self, first: MessageRef) -> list[str]:
        found = self._known.get((first.channel_id, first.message_id))
        return found if found is not None else await self._read(first)

    async def _read(self, first: MessageRef) -> list[str]:
        """[] where they cannot be read: then at worst an old page stays below the card."""
        thread = first.thread_id or first.message_id
        try:
            answer = await self._web.call(
                "conversations.replies", channel=first.channel_id, ts=thread, limit=200, include_all_metadata=True
            )
        except VendorError:
            return []
        pages = [(metadata_of(one).get("page", 0), one["ts"]) for one in answer.get("messages", []) if _continues(one, first)]
        return [ts for _, ts in sorted(pages)]

    def _remember(self, first: MessageRef, pages: list[str]) -> None:
        self._known[(first.channel_id, first.message_id)] = pages
        while len(self._known) > MOST:
            self._known.popitem(last=False)


def metadata_of(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """Our own metadata of a message; {} where it carries none or another app's."""
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") if metadata.get("event_type") == EVENT else None
    return payload if isinstance(payload, dict) else {}


def _continues(message: Mapping[str, Any], first: MessageRef) -> bool:
    return metadata_of(message).get("of") == first.message_id
