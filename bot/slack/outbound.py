"""Shows cards in Slack: posts, updates in place, whispers, fills dialogs. It decides nothing about who may see what.

How a place becomes a call (L1): a channel → chat.postMessage(channel) · a thread → …(channel, thread_ts) · one person →
chat.postEphemeral(channel, user[, thread_ts]), or a direct message to them where Deskside is not in the channel · a direct
channel → chat.postMessage · a dialog → views.update. A card's further pages are replies below its first.

Once-only: Slack promises no deduplication of posts (its client_msg_id is for Slack's own clients; java-slack-sdk #852). Each
message therefore carries a digest of the once_key in its metadata, and `find` reads a doubtful post back before it is repeated.
Ephemeral messages and dialogs cannot be read back; repeating one shows one person the same thing twice and nothing worse.
"""

import hashlib
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from bot.slack.channels import ChannelKinds
from bot.slack.dialogs import dialog, dialog_of, loading, notice
from bot.slack.errors import NOT_A_MEMBER, SLACK, UPDATE_IMPOSSIBLE, SlackRefused
from bot.slack.limits import message_problems, view_problems
from bot.slack.overflow import EVENT, Overflow, metadata_of
from bot.slack.render import SlackMessage, blocks
from bot.slack.settings import Settings
from bot.slack.web import SlackWeb
from playbooks.domain.card import Card
from playbooks.domain.people import Surface
from playbooks.domain.place import ChannelKind, MessageRef, Place
from retrieval.errors import Surprised, VendorError

OPEN_SECONDS = 1.5
PAGES_READ = 5
"""Of 200 messages each: how far back a doubtful post is looked for."""


class SlackOut:
    """A `bot.surface.SurfaceOut`."""

    def __init__(self, settings: Settings, web: SlackWeb | None = None) -> None:
        self.web = web or SlackWeb(settings)
        self.kinds = ChannelKinds(self.web)
        self._zone: tzinfo = ZoneInfo(settings.time_zone)
        self._overflow = Overflow(self.web)

    @property
    def name(self) -> Surface:
        return Surface.SLACK

    async def show(self, place: Place, card: Card, *, existing: MessageRef | None, once_key: str) -> MessageRef:
        """*Errors:* all four; a channel that is archived, gone or closed to us raises Refused."""
        opened = dialog_of(place)
        if opened:
            return await self._fill(*opened, place, card, once_key)
        message = checked(blocks(card, self._zone))
        if place.only_user_id and place.channel_kind is not ChannelKind.DIRECT:
            return await self._whisper(place, place.only_user_id, message, digest(once_key))
        if existing and not existing.channel_id.startswith("view:"):
            return await self._update(existing, message, digest(once_key)) or await self._post(place, message, digest(once_key))
        return await self._post(place, message, digest(once_key))

    async def find(self, place: Place, once_key: str) -> MessageRef | None:
        """The message posted for this key, where Slack has it. *Source:* conversations.replies / .history with metadata."""
        if dialog_of(place) or (place.only_user_id and place.channel_kind is not ChannelKind.DIRECT):
            return None
        method = "conversations.replies" if place.thread_id else "conversations.history"
        wanted, cursor = digest(once_key), None
        for _ in range(PAGES_READ):
            answer = await self.web.call(
                method, channel=place.channel_id, ts=place.thread_id, limit=200, cursor=cursor, include_all_metadata=True
            )
            for one in answer.get("messages", []):
                told = metadata_of(one)
                if told.get("key") == wanted and told.get("page") == 1:
                    return _ref(place.channel_id, one["ts"], place.thread_id)
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return None
        return None

    async def place(self, channel_id: str, thread_id: str | None = None) -> Place:
        """A destination with its kind looked up, as for an alert's channel."""
        kind = await self.kinds.kind(channel_id)
        return Place(surface=Surface.SLACK, channel_id=channel_id, thread_id=thread_id, channel_kind=kind)

    async def open_dialog(self, trigger_id: str, origin: Place) -> str | None:
        """The id of a dialog that says it is loading; None where Slack did not open one (an expired trigger)."""
        try:
            answer = await self.web.call("views.open", trigger_id=trigger_id, view=loading(origin), seconds=OPEN_SECONDS)
        except VendorError:
            return None
        return str((answer.get("view") or {}).get("id") or "") or None

    async def tell(self, place: Place, user_id: str, text: str) -> None:
        """A line for one person: why nothing came of what they did."""
        opened = dialog_of(place)
        if opened:
            await self.web.call("views.update", view_id=opened[0], view=notice(text, opened[1]))
        elif place.channel_kind is ChannelKind.DIRECT:
            await self.web.call("chat.postMessage", channel=place.channel_id, thread_ts=place.thread_id, text=text)
        else:
            await self.web.call(
                "chat.postEphemeral", channel=place.channel_id, user=user_id, thread_ts=place.thread_id, text=text
            )

    async def close(self) -> None:
        if self.web.client.session is not None:
            await self.web.client.session.close()

    async def _post(self, place: Place, message: SlackMessage, key: str) -> MessageRef:
        answer = await self.web.call(
            "chat.postMessage", channel=place.channel_id, thread_ts=place.thread_id, **said(message, key), **QUIET
        )
        ref = _ref(answer["channel"], answer["ts"], place.thread_id)
        await self._overflow.settle(ref, message.overflow, key, is_new=True)
        return ref

    async def _update(self, existing: MessageRef, message: SlackMessage, key: str) -> MessageRef | None:
        """None where the message is gone, so that it is posted anew."""
        try:
            await self.web.call("chat.update", channel=existing.channel_id, ts=existing.message_id, **said(message, key))
        except Surprised as error:
            if error.code in UPDATE_IMPOSSIBLE:
                return None
            raise
        await self._overflow.settle(existing, message.overflow, key, is_new=False)
        return existing

    async def _whisper(self, place: Place, user_id: str, message: SlackMessage, key: str) -> MessageRef:
        try:
            sent = [
                await self.web.call(
                    "chat.postEphemeral",
                    channel=place.channel_id,
                    user=user_id,
                    thread_ts=place.thread_id,
                    text=page.text,
                    blocks=list(page.blocks),
                )
                for page in message.pages
            ]
        except SlackRefused as error:
            if error.code not in NOT_A_MEMBER:
                raise
            direct = Place(surface=Surface.SLACK, channel_id=user_id, channel_kind=ChannelKind.DIRECT)
            return await self._post(direct, message, key)
        return _ref(place.channel_id, sent[0]["message_ts"], place.thread_id)

    async def _fill(self, view_id: str, origin: Place, place: Place, card: Card, once_key: str) -> MessageRef:
        view = dialog(card, self._zone, origin)
        alone = origin.model_copy(update={"only_user_id": place.only_user_id})
        if view is None or view_problems(view):
            ref = await self.show(alone, card, existing=None, once_key=once_key)
            await self.tell(place, place.only_user_id or "", "This is too long for a dialog; it is shown in the conversation.")
            return ref
        try:
            await self.web.call("views.update", view_id=view_id, view=view)
        except Surprised as error:
            if error.code != "not_found":
                raise
            return await self.show(alone, card, existing=None, once_key=once_key)
        return MessageRef(surface=Surface.SLACK, channel_id=place.channel_id, message_id=view_id, thread_id=place.thread_id)


QUIET = {"unfurl_links": False, "unfurl_media": False}


def said(message: SlackMessage, key: str) -> dict[str, Any]:
    metadata = {"event_type": EVENT, "event_payload": {"key": key, "page": 1}}
    return {"text": message.text, "blocks": list(message.blocks), "metadata": metadata}


def checked(message: SlackMessage) -> SlackMessage:
    """*Errors:* Surprised, before Slack says invalid_blocks, naming what is too long: a fault of ours."""
    for page in message.pages:
        problems = message_problems(page.text, page.blocks)
        if problems:
            raise Surprised(
                SLACK, f"our card breaks Slack's limits: {problems[0]}", remedy="Report this card.", code="own_limits"
            )
    return message


def digest(once_key: str) -> str:
    """Message metadata can be read by every member and app of the workspace, so the key itself is not put there."""
    return hashlib.sha256(once_key.encode()).hexdigest()[:40]


def _ref(channel: str, ts: str, thread: str | None) -> MessageRef:
    return MessageRef(surface=Surface.SLACK, channel_id=channel, message_id=ts, thread_id=thread)
