"""What is done with each kind of Slack request: read it, store it, acknowledge it. No desk logic, no answer, is here.

Slack waits three seconds. Everything that can be slow has a limit of its own below, so an answer is given in time whatever
happens: an acknowledgement once the event is stored, otherwise a refusal, after which Slack delivers events again (and a
person who pressed or typed is told, with a reference).
"""

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Any

from slack_bolt import BoltResponse

from bot.slack import inbound, presses
from bot.slack.dialogs import dialog_place, notice
from bot.slack.inbound import Ignored
from bot.slack.outbound import SlackOut
from bot.slack.settings import Settings
from bot.slack.twins import Twins
from bot.surface import Intake
from playbooks.domain.events import Asked, Pressed
from playbooks.domain.place import ChannelKind, Place
from retrieval.errors import VendorError

log = logging.getLogger(__name__)

ANSWER_SECONDS = 2.7
"""Of Slack's 3, less the way there and back."""

Payload = Mapping[str, Any]


class Listeners:
    def __init__(self, settings: Settings, intake: Intake, out: SlackOut, now: Callable[[], datetime]) -> None:
        self._settings, self._intake, self._out, self._now = settings, intake, out, now
        self._twins = Twins()
        self._background: set[asyncio.Task[None]] = set()

    async def event(self, body: Payload) -> BoltResponse:
        """Mentions and messages. Not stored means not acknowledged: Slack tries again, up to three times."""
        until = self._deadline()
        if not self._is_ours(str(body.get("team_id") or "")):
            return self._ignored(Ignored("another workspace"))
        read = inbound.asked(body, ChannelKind.UNKNOWN)
        if isinstance(read, Ignored):
            return self._ignored(read)
        kind = await self._kind(body, read.place.channel_id)
        read = read.model_copy(update={"place": read.place.model_copy(update={"channel_kind": kind})})
        return _ok() if await self._stored(self._twins.named(read, body), until) else _later()

    async def command(self, body: Payload) -> BoltResponse:
        until = self._deadline()
        if not self._is_ours(str(body.get("team_id") or "")):
            return _whisper("This app belongs to another workspace.")
        event = inbound.command_asked(body, await self._kind(body, body["channel_id"]), self._now())
        return _ok() if await self._stored(event, until) else _whisper(apology(event.event_id))

    async def shortcut(self, body: Payload) -> BoltResponse:
        until = self._deadline()
        event = inbound.shortcut_asked(body, await self._kind(body, body["channel"]["id"]))
        return _ok() if await self._stored(event, until) else self._apologised(event)

    async def action(self, body: Payload) -> BoltResponse:
        """A press. One that asks for a form gets its dialog before anything else happens (L13)."""
        until = self._deadline()
        read = presses.pressed(body, ChannelKind.UNKNOWN)
        if isinstance(read, Ignored):
            if read.tell:
                self._tell(presses.place(body, ChannelKind.UNKNOWN), body["user"]["id"], read.tell)
            return self._ignored(read)
        if presses.opens_dialog(read):
            read = await self._with_dialog(read, body)
        elif read.place.channel_kind is ChannelKind.UNKNOWN:
            kind = await self._kind(body, read.place.channel_id)
            read = read.model_copy(update={"place": read.place.model_copy(update={"channel_kind": kind})})
        return _ok() if await self._stored(read, until) else self._apologised(read)

    async def submission(self, body: Payload) -> BoltResponse:
        """A dialog sent. It closes once it is stored; otherwise it says so itself."""
        until = self._deadline()
        read = presses.submitted(body, await self._kind(body, presses.channel_of(body)), self._now())
        if isinstance(read, Ignored):
            self._ignored(read)
            return _dialog_says(read.tell, body)
        return _ok() if await self._stored(read, until) else _dialog_says(apology(read.event_id), body)

    async def ignored_event(self, body: Payload) -> BoltResponse:
        """Whatever else Slack sends: acknowledged, so that it is not sent again."""
        return self._ignored(Ignored(f"an event of type {(body.get('event') or {}).get('type') or body.get('type')}"))

    async def _with_dialog(self, read: Pressed, body: Payload) -> Pressed:
        """The press with its dialog as the place to answer; where none opened, the person alone, in the conversation."""
        origin, user = read.place, body["user"]["id"]
        view_id = await self._out.open_dialog(str(body.get("trigger_id") or ""), origin)
        alone = origin.model_copy(update={"only_user_id": user})
        return read.model_copy(update={"place": dialog_place(view_id, origin, user) if view_id else alone})

    async def _kind(self, body: Payload, channel_id: str) -> ChannelKind:
        known = inbound.known_kind(body, channel_id)
        if known is not None:
            return self._out.kinds.learn(channel_id, known)
        return await self._out.kinds.kind(channel_id)

    async def _stored(self, event: Asked | Pressed, until: float) -> bool:
        """Whatever goes wrong in storing, Slack gets its answer in time; the error's own text may hold customer data."""
        told = {"kind": event.kind, "reference": presses.reference(event.event_id)}
        try:
            async with asyncio.timeout_at(until):
                is_new = await self._intake(event)
        except Exception as error:  # noqa: BLE001
            log.error("slack event not stored", extra=told | {"error": type(error).__name__})
            return False
        log.info("slack event stored", extra=told | {"new": is_new})
        return True

    def _deadline(self) -> float:
        return asyncio.get_running_loop().time() + ANSWER_SECONDS

    def _is_ours(self, team_id: str) -> bool:
        return self._settings.workspace_id in (None, team_id)

    def _ignored(self, ignored: Ignored) -> BoltResponse:
        log.info("slack event ignored", extra={"reason": ignored.reason})
        return _ok()

    def _apologised(self, event: Asked | Pressed) -> BoltResponse:
        self._tell(event.place, event.actor.user_id, apology(event.event_id))
        return _ok()

    def _tell(self, place: Place, user_id: str, text: str) -> None:
        self._later(self._told(place, user_id, text))

    async def _told(self, place: Place, user_id: str, text: str) -> None:
        try:
            await self._out.tell(place, user_id, text)
        except VendorError as error:
            log.warning("slack person not told", extra={"reason": error.reason})

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """After the acknowledgement; kept so that it is not collected while it runs."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def apology(event_id: str) -> str:
    return f"Deskside could not take this in just now. Please try again. (Reference {presses.reference(event_id)})"


def _ok() -> BoltResponse:
    return BoltResponse(status=200, body="")


def _later() -> BoltResponse:
    return BoltResponse(status=503, body="")


def _whisper(text: str) -> BoltResponse:
    return _json({"response_type": "ephemeral", "text": text})


def _dialog_says(text: str, body: Payload) -> BoltResponse:
    origin = presses.place(body, ChannelKind.UNKNOWN)
    return _json({"response_action": "update", "view": notice(text or "There is nothing to send here.", origin)})


def _json(body: Mapping[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(body), headers={"content-type": ["application/json; charset=utf-8"]})
