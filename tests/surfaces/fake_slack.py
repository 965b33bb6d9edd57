"""Slack on a real socket, both ways: its Web API for the bot, and people who type and press, as signed requests. Test material.

`with FakeSlack() as slack:` serves the Web API at `slack.api_url`; `slack.deliver_to(url)` says where the bot listens, or the
bot connects by Socket Mode. Then `mention`, `direct`, `slash`, `press`, `submit` and `shortcut` act as a person would.
"""

import asyncio
import contextlib
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from retrieval.sandbox import SandboxServer
from tests.surfaces.slack_shapes import buttons_of, message_box, state
from tests.surfaces.slack_workspace import APP_ID, BOT_USER, TEAM, Failure, Json, SlackError, Workspace

SECRET, TOKEN, APP_TOKEN = "8f742231b10e8888abcd99yyyzzz85a5", "xoxb-fake", "xapp-fake"


@dataclass
class Answer:
    """What the bot said to a delivery, and the delivery itself so that it can come again."""

    status: int
    body: Any
    seconds: float
    again: Callable[[], "Answer"]
    ts: str = ""


class FakeSlack(Workspace):
    def __init__(self, secret: str = SECRET) -> None:
        self._sockets: list[tuple[asyncio.AbstractEventLoop, WebSocket]] = []
        self.reset(secret)
        self.http = httpx.Client(timeout=20, trust_env=False, verify=False)  # loopback only; made once, a context is slow
        self._server = SandboxServer(
            Starlette(
                routes=[
                    Route("/api/{method}", self._api, methods=["GET", "POST"]),
                    WebSocketRoute("/link", self._link),
                ]
            )
        )

    def reset(self, secret: str = SECRET) -> None:
        """A new workspace on the same socket."""
        Workspace.__init__(self)
        self.secret, self.bot_url = secret, ""
        self._ids = itertools.count(1)
        self.acknowledged: list[Json] = []

    def __enter__(self) -> "FakeSlack":
        self._server.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.__exit__(*error)
        self.http.close()

    @property
    def api_url(self) -> str:
        return f"{self._server.url}/api/"

    def settings(self, **more: Any) -> Json:
        """The fields of bot.slack.settings.Settings that reach this workspace."""
        return {"bot_token": TOKEN, "signing_secret": self.secret, "base_url": self.api_url, **more}

    def deliver_to(self, url: str) -> None:
        self.bot_url = url

    def fail(self, method: str, error: str = "", **order: Any) -> None:
        self.failures.append(Failure(method, error, **order))

    # --- the bot's side -------------------------------------------------------------------------------------------

    async def _api(self, request: Request) -> Response:
        method = request.path_params["method"]
        given = await _arguments(request)
        self.calls.append((method, given))
        if method == "apps.connections.open":
            return JSONResponse({"ok": True, "url": self._server.url.replace("http", "ws") + "/link"})
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return JSONResponse({"ok": False, "error": "invalid_auth"})
        failure = self.failure(method)
        if failure and not failure.after_commit:
            return await _failed(failure)
        answer = self._done(method, given)
        if failure:
            await asyncio.sleep(failure.seconds)
            return Response("<html>", 502, media_type="text/html")
        return JSONResponse(answer)

    def _done(self, method: str, given: Json) -> Json:
        if method not in self.methods:
            return {"ok": False, "error": "unknown_method"}
        try:
            return {"ok": True, **self.methods[method](given)}
        except SlackError as error:
            return {"ok": False, "error": str(error)}

    async def _link(self, socket: WebSocket) -> None:
        await socket.accept()
        self._sockets.append((asyncio.get_running_loop(), socket))
        await socket.send_json({"type": "hello", "num_connections": len(self._sockets), "connection_info": {"app_id": APP_ID}})
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                self.acknowledged.append(await socket.receive_json())
        self._sockets = [one for one in self._sockets if one[1] is not socket]

    # --- people ---------------------------------------------------------------------------------------------------

    def mention(self, text: str, user: str = "U0MEI", channel: str = "C0SUPPORT", **more: Any) -> Answer:
        return self.say(f"<@{BOT_USER}> {text}", user, channel, kind="app_mention", **more)

    def direct_message(self, text: str, user: str = "U0MEI", **more: Any) -> Answer:
        return self.say(text, user, self.direct(user), kind="message", **more)

    def say(self, text: str, user: str, channel: str, kind: str = "message", **more: Any) -> Answer:
        """A message and the event it causes; `more` are fields of the event."""
        payload = self.event(text, user, channel, kind, **more)
        self.channels[channel].messages.append({one: payload["event"][one] for one in ("ts", "user", "text")} | more)
        answer = self.deliver(payload)
        answer.ts = payload["event"]["ts"]
        return answer

    def event(self, text: str, user: str, channel: str, kind: str, **more: Any) -> Json:
        team = self.users.get(user, {}).get("team_id", TEAM)
        said = {"type": kind, "user": user, "text": text, "channel": channel, "ts": self.stamp(), "team": team, **more}
        if kind == "message":
            said["channel_type"] = "im" if channel.startswith("D") else "channel"
        return {
            "type": "event_callback",
            "event_id": f"Ev{next(self._ids)}",
            "event_time": int(time.time()),
            "team_id": TEAM,
            "api_app_id": APP_ID,
            "is_ext_shared_channel": bool(self.channels[channel].flags.get("is_ext_shared")),
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True, "is_enterprise_install": False}],
            "event": said,
        }

    def slash(self, command: str, text: str = "", user: str = "U0MEI", channel: str = "C0SUPPORT") -> Answer:
        form = {
            "command": command,
            "text": text,
            "user_id": user,
            "user_name": self.users[user]["name"],
            "team_id": TEAM,
            "channel_id": channel,
            "trigger_id": self.trigger(),
            "api_app_id": APP_ID,
        }
        return self.deliver(form, form=True, socket_type="slash_commands")

    def press(
        self, label: str, user: str = "U0MEI", inputs: dict[str, str] | None = None, trigger: str | None = None
    ) -> Answer:
        """Presses the newest button of this label that the person sees."""
        box, holder, button = self._button(label, user)
        payload: Json = {
            **self._person(user),
            "type": "block_actions",
            "trigger_id": self.trigger() if trigger is None else trigger,
            "container": box,
            "actions": [{**button, "action_ts": f"{time.time():.6f}", "block_id": "b"}],
        }
        if box["type"] == "view":
            payload["view"] = {**holder, "state": {"values": state(holder, inputs)}}
        else:
            payload |= {"channel": {"id": box["channel_id"]}, "message": holder, "state": {"values": state(holder, inputs)}}
        return self.interact(payload)

    def submit(self, user: str = "U0MEI", inputs: dict[str, str] | None = None) -> Answer:
        """Sends the newest dialog."""
        view = list(self.views.values())[-1]
        sent = {**view, "state": {"values": state(view, inputs)}}
        return self.interact({**self._person(user), "type": "view_submission", "trigger_id": self.trigger(), "view": sent})

    def shortcut(self, ts: str, user: str = "U0MEI", channel: str = "C0SUPPORT") -> Answer:
        return self.interact(
            {
                **self._person(user),
                "type": "message_action",
                "callback_id": "suggest_reply",
                "trigger_id": self.trigger(),
                "action_ts": f"{time.time():.6f}",
                "channel": {"id": channel},
                "message": self.find(channel, ts),
            }
        )

    def interact(self, payload: Json) -> Answer:
        return self.deliver({"payload": json.dumps(payload)}, form=True, socket_type="interactive", socket_payload=payload)

    def trigger(self) -> str:
        trigger = f"trigger{next(self._ids)}"
        self.triggers[trigger] = True
        return trigger

    def _person(self, user: str) -> Json:
        who = self.users[user]
        team = {"id": TEAM, "domain": "solvane"}
        return {"user": {"id": user, "username": who["name"], "team_id": who["team_id"]}, "team": team, "api_app_id": APP_ID}

    def _button(self, label: str, user: str) -> tuple[Json, Json, Json]:
        for box, holder in self._seen(user):
            for button in buttons_of(holder):
                if button["text"]["text"] == label:
                    return box, holder, {one: button[one] for one in ("type", "action_id", "value", "text") if one in button}
        raise AssertionError(f"{user} sees no button {label!r}")

    def _seen(self, user: str) -> Iterator[tuple[Json, Json]]:
        """What a person has before them, newest first: dialogs, whispers, messages."""
        for view in reversed(list(self.views.values())):
            yield {"type": "view", "view_id": view["id"]}, view
        for whisper in reversed(self.ephemerals):
            if whisper["user"] == user:
                yield message_box(whisper["channel"], whisper, alone=True), whisper
        everything = [(one.channel_id, message) for one in self.channels.values() for message in one.messages]
        for channel_id, message in sorted(everything, key=lambda pair: str(pair[1]["ts"]), reverse=True):
            yield message_box(channel_id, message, alone=False), message

    # --- the wire -------------------------------------------------------------------------------------------------

    def deliver(
        self, body: Json, *, form: bool = False, socket_type: str = "events_api", socket_payload: Json | None = None
    ) -> Answer:
        if not self.bot_url:
            return self._through_socket(socket_type, socket_payload or body)
        raw = (urlencode(body) if form else json.dumps(body)).encode()
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        return self.send(raw, {"content-type": kind, **self.signed(raw)})

    def signed(self, raw: bytes, at: float | None = None) -> dict[str, str]:
        stamp = str(int(time.time() if at is None else at))
        digest = hmac.new(self.secret.encode(), b"v0:" + stamp.encode() + b":" + raw, hashlib.sha256).hexdigest()
        return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}

    def send(self, raw: bytes, headers: dict[str, str]) -> Answer:
        started = time.monotonic()
        got = self.http.post(f"{self.bot_url}/slack/events", content=raw, headers=headers)
        said = got.json() if got.headers.get("content-type", "").startswith("application/json") else got.text
        return Answer(got.status_code, said, time.monotonic() - started, lambda: self.send(raw, headers))

    def _through_socket(self, kind: str, payload: Json) -> Answer:
        """Acknowledged when the bot sends the envelope's id back; asked for at most three seconds, as Slack does."""
        envelope = {"type": kind, "envelope_id": f"E{next(self._ids)}", "payload": payload, "accepts_response_payload": True}
        loop, socket = self._sockets[0]
        asyncio.run_coroutine_threadsafe(socket.send_json(envelope), loop).result(3)
        started = time.monotonic()
        while time.monotonic() - started < 3:
            if any(one.get("envelope_id") == envelope["envelope_id"] for one in self.acknowledged):
                return Answer(200, "", time.monotonic() - started, lambda: self._through_socket(kind, payload))
            time.sleep(0.005)
        return Answer(504, "", 3.0, lambda: self._through_socket(kind, payload))


async def _arguments(request: Request) -> Json:
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        return dict(json.loads(body))
    return dict(request.query_params) | dict(parse_qsl(body.decode()))


async def _failed(failure: Failure) -> Response:
    await asyncio.sleep(failure.seconds)
    headers = {"Retry-After": str(failure.retry_after)} if failure.retry_after is not None else {}
    if failure.status >= 500:
        return Response("<html>", failure.status, headers=headers, media_type="text/html")
    return JSONResponse({"ok": False, "error": failure.error or "ratelimited"}, failure.status, headers=headers)
