"""Shows cards in Teams: sends, updates in place, whispers as a personal message. It decides nothing about who may see what.

How a place becomes a call (L1): a channel → POST to its conversation · a thread → POST to conversation;messageid=thread · one
person → POST to their personal chat with the bot (Teams has no ephemeral messages) · a personal or group chat → POST to it.

Once-only: the connector neither deduplicates sends nor lets a bot read its own messages back. A doubtful send is repeated,
because an alert that nobody sees is worse than one seen twice; the second one says so (ADR 016). Updates are idempotent.
"""

from collections import OrderedDict
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from bot.surface import CannotTell
from bot.teams.connector import Connector
from bot.teams.credentials import app_token
from bot.teams.errors import TEAMS, Dead
from bot.teams.inbound import THREAD
from bot.teams.pages import MESSAGE_BYTES
from bot.teams.references import MemoryReferences, Reference, References
from bot.teams.render import adaptive_cards, summary
from bot.teams.settings import Settings
from bot.teams.text import size
from playbooks.domain.card import Card
from playbooks.domain.people import Surface
from playbooks.domain.place import ChannelKind, MessageRef, Place
from retrieval.errors import Surprised, VendorError

CARD_TYPE = "application/vnd.microsoft.card.adaptive"
MOST = 5_000


class TeamsOut:
    """A `bot.surface.SurfaceOut`."""

    def __init__(self, settings: Settings, references: References | None = None, connector: Connector | None = None) -> None:
        self.references: References = references or MemoryReferences()
        self.connector = connector or Connector(app_token(settings))
        self._settings = settings
        self._zone: tzinfo = ZoneInfo(settings.time_zone)
        self._further: OrderedDict[tuple[str, str], list[str]] = OrderedDict()

    @property
    def name(self) -> Surface:
        return Surface.TEAMS

    async def show(self, place: Place, card: Card, *, existing: MessageRef | None, once_key: str) -> MessageRef:
        """*Errors:* all four; a conversation that is gone raises Refused and its reference is marked dead."""
        activities = [activity(card, page) for page in checked(adaptive_cards(card, self._zone))]
        if existing:
            try:
                return await self._update(existing, activities)
            except Dead:  # that message is gone, or its conversation: posting tells which
                pass
        where = await self._destination(place)
        thread = place.thread_id if where.conversation_id == place.channel_id else None
        first, *rest = [await self._send(where, thread, one) for one in activities]
        return self._kept(_ref(where.conversation_id, first, thread), rest)

    async def find(self, place: Place, once_key: str) -> MessageRef | None:
        """*Errors:* CannotTell, always: the Bot Connector lists no messages and takes no key of ours (ADR 016)."""
        raise CannotTell

    async def tell(self, place: Place, user_id: str, text: str) -> None:
        """A line for one person: why nothing came of what they did."""
        alone = place if place.channel_kind is ChannelKind.DIRECT else place.model_copy(update={"only_user_id": user_id})
        where = await self._destination(alone)
        await self._send(where, None, {"type": "message", "textFormat": "plain", "text": text})

    async def close(self) -> None:
        await self.connector.close()

    async def _update(self, existing: MessageRef, activities: list[dict[str, Any]]) -> MessageRef:
        """Further pages are remembered by this process only; those of an earlier one stay, and new ones follow."""
        where = await self._reference(existing.channel_id)
        conversation = _conversation(where, existing.thread_id)
        known = self._further.get((existing.channel_id, existing.message_id), [])
        await self.connector.update(where.service_url, conversation, existing.message_id, activities[0])
        kept = []
        for number, one in enumerate(activities[1:]):
            if number < len(known):
                await self.connector.update(where.service_url, conversation, known[number], one)
                kept.append(known[number])
            else:
                kept.append(await self._send(where, existing.thread_id, one))
        for extra in known[len(kept) :]:
            await self.connector.delete(where.service_url, conversation, extra)
        return self._kept(existing, kept)

    def _kept(self, ref: MessageRef, further: list[str]) -> MessageRef:
        self._further[(ref.channel_id, ref.message_id)] = further
        while len(self._further) > MOST:
            self._further.popitem(last=False)
        return ref

    async def _send(self, where: Reference, thread_id: str | None, said: dict[str, Any]) -> str:
        if where.dead:
            raise Dead(where.dead)
        try:
            return await self.connector.send(where.service_url, _conversation(where, thread_id), said)
        except Dead as error:
            await self.references.bury(where.conversation_id, error.code)
            raise

    async def _destination(self, place: Place) -> Reference:
        if place.only_user_id and place.channel_kind is not ChannelKind.DIRECT:
            return await self._personal(place)
        return await self._reference(place.channel_id)

    async def _reference(self, conversation_id: str) -> Reference:
        found = await self.references.find(conversation_id)
        return found or Reference(
            conversation_id=conversation_id,
            service_url=self._settings.service_url,
            bot_id=f"28:{self._settings.app_id}",
            tenant_id=self._settings.tenant_id or "",
        )

    async def _personal(self, place: Place) -> Reference:
        """Never the channel itself: what is for one person alone must not be seen there."""
        person = place.only_user_id or ""
        known = await self.references.personal(person)
        if known:
            return known
        around = await self._reference(place.channel_id)
        member = await self.references.member_id(person) or person
        opened = await self.connector.open_personal(around.service_url, around.bot_id, member, around.tenant_id)
        made = around.model_copy(update={"conversation_id": opened, "person_id": person, "dead": None})
        await self.references.remember(made)
        return made


async def looked_up(connector: Connector, where: Reference, team_id: str) -> str:
    """The type of a channel ("" unknown). *Source:* GET v3/teams/{id}/conversations; the General channel's id is its team's."""
    try:
        channels = await connector.team_channels(where.service_url, team_id)
    except VendorError:
        return ""
    return next((str(one.get("type") or "") for one in channels if one.get("id") == where.conversation_id), "").lower()


def activity(card: Card, page: dict[str, Any]) -> dict[str, Any]:
    return {"type": "message", "summary": summary(card), "attachments": [{"contentType": CARD_TYPE, "content": page}]}


def checked(pages: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
    """*Errors:* Surprised, before Teams says 413: a form, which cannot be cut, is larger than a message may be."""
    for page in pages:
        if 2 * size(page) > MESSAGE_BYTES:  # UTF-16 is at most twice UTF-8
            raise Surprised(TEAMS, f"our card has {size(page)} bytes", remedy="Report this card.", code="own_limits")
    return pages


def _conversation(where: Reference, thread_id: str | None) -> str:
    return where.conversation_id + (f"{THREAD}{thread_id}" if thread_id else "")


def _ref(conversation_id: str, activity_id: str, thread_id: str | None) -> MessageRef:
    return MessageRef(surface=Surface.TEAMS, channel_id=conversation_id, message_id=activity_id, thread_id=thread_id)
