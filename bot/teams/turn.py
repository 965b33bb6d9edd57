"""What is done with each authenticated activity: remember where it came from, read it, store it, answer. No desk logic."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot.surface import Intake
from bot.teams import inbound
from bot.teams.inbound import ACTION_INVOKE, KINDS, Ignored
from bot.teams.outbound import TeamsOut, looked_up
from bot.teams.references import reference
from bot.teams.settings import Settings
from playbooks.domain.events import Asked, Pressed
from playbooks.domain.place import ChannelKind, Place
from retrieval.errors import VendorError

log = logging.getLogger(__name__)

STORE_SECONDS = 5.0
LOOK_UP_SECONDS = 1.5
"""Teams gives a bot 10 to 15 seconds, a press less; both limits together leave room."""

ANSWER = "application/vnd.microsoft.activity.message"
Json = Mapping[str, Any]
Answer = tuple[int, dict[str, Any] | None]
"""The HTTP status, and the body for an invoke (None: no invoke response)."""


class Turn:
    def __init__(self, settings: Settings, intake: Intake, out: TeamsOut, now: Callable[[], datetime]) -> None:
        self._settings, self._intake, self._out, self._now = settings, intake, out, now
        self._kinds: dict[str, ChannelKind] = {}
        self._background: set[asyncio.Task[None]] = set()

    async def taken(self, activity: Json) -> Answer:
        kind = await self._kind(activity)
        tenant = inbound.tenant(activity, kind) if activity.get("from") else ""
        if self._settings.tenant_id and tenant != self._settings.tenant_id:
            return self._ignored(activity, Ignored("another tenant"))
        await self._remember(activity, tenant)
        read = inbound.read(activity, kind, self._now())
        if isinstance(read, Ignored):
            return self._ignored(activity, read)
        if await self._stored(read):
            return _said(activity, "Working on it …")
        return self._not_stored(activity, read)

    async def _stored(self, event: Asked | Pressed) -> bool:
        """Whatever goes wrong in storing, Teams gets its answer in time; the error's own text may hold customer data."""
        told = {"kind": event.kind, "reference": short(event.event_id)}
        try:
            async with asyncio.timeout(STORE_SECONDS):
                is_new = await self._intake(event)
        except Exception as error:  # noqa: BLE001
            log.error("teams event not stored", extra=told | {"error": type(error).__name__})
            return False
        log.info("teams event stored", extra=told | {"new": is_new})
        return True

    def _not_stored(self, activity: Json, event: Asked | Pressed) -> Answer:
        """A press is answered inside its card; whoever wrote is told, and Teams is, in case it tries again."""
        sorry = f"Deskside could not take this in just now. Please try again. (Reference {short(event.event_id)})"
        if activity.get("type") == "invoke":
            return _said(activity, sorry)
        self._later(self._told(event.place, event.actor.user_id, sorry))
        return 503, None

    def _ignored(self, activity: Json, ignored: Ignored) -> Answer:
        log.info("teams activity ignored", extra={"reason": ignored.reason})
        if ignored.tell and activity.get("type") == "message":
            author = inbound.actor(activity, ChannelKind.UNKNOWN).user_id
            kind = ChannelKind.DIRECT if inbound.is_direct(activity) else ChannelKind.UNKNOWN
            self._later(self._told(inbound.place(activity, kind), author, ignored.tell))
        return _said(activity, ignored.tell or "Deskside has nothing to do here.")

    async def _kind(self, activity: Json) -> ChannelKind:
        """Looked up once a channel where Teams leaves the type out; a failed look-up stays UNKNOWN and is tried again."""
        known = inbound.known_kind(activity)
        if known is not None:
            return known
        where = reference(activity, "", None)
        found = self._kinds.get(where.conversation_id)
        team = str(((activity.get("channelData") or {}).get("team") or {}).get("id") or "")
        if found is not None or not team:
            return found or ChannelKind.UNKNOWN
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS):
                kind = KINDS.get(await looked_up(self._out.connector, where, team), ChannelKind.UNKNOWN)
        except TimeoutError:
            return ChannelKind.UNKNOWN
        if kind is not ChannelKind.UNKNOWN:
            self._kinds[where.conversation_id] = kind
        return kind

    async def _remember(self, activity: Json, tenant: str) -> None:
        author = activity.get("from") or {}
        if not author.get("id") or not (activity.get("conversation") or {}).get("id"):
            return
        person = str(author.get("aadObjectId") or author["id"])
        await self._out.references.know(person, str(author["id"]))
        await self._out.references.remember(reference(activity, tenant, person if inbound.is_direct(activity) else None))

    async def _told(self, place: Place, user_id: str, text: str) -> None:
        try:
            await self._out.tell(place, user_id, text)
        except VendorError as error:
            log.warning("teams person not told", extra={"reason": error.reason})

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """After the answer; kept so that it is not collected while it runs."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def _said(activity: Json, text: str) -> Answer:
    """An invoke of ours is answered inside the card; one we do not know gets botbuilder's 501."""
    if activity.get("type") == "invoke" and activity.get("name") == ACTION_INVOKE:
        return 200, {"statusCode": 200, "type": ANSWER, "value": text}
    return 200, None


def short(event_id: str) -> str:
    """A short name of an event, to be said to a person and found in the log; the same for every retry."""
    return sha256(event_id.encode()).hexdigest()[:8]
