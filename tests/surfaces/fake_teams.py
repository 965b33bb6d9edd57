"""Teams on a real socket, both ways: Bot Connector and the issuer's keys for the bot, and people who type. Test material.

`with FakeTeams() as teams:`; `teams.settings()` are the bot's settings, `teams.deliver_to(url)` says where the bot listens.
Every request carries a real RS256 token that the bot verifies against the keys served here.
"""

import itertools
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from retrieval.sandbox import SandboxServer

Json = dict[str, Any]
APP_ID, TENANT, BOT, ISSUER = "a1b2c3d4-0000-4000-8000-000000000001", "t-solvane", "28:a1b2c3d4", "https://api.botframework.com"
CHANNEL, GROUP, TEAM = "19:alerts@thread.tacv2", "19:group@thread.v2", "19:team@thread.tacv2"
KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


@dataclass
class Answer:
    status: int
    body: Any
    again: Callable[[], "Answer"]
    activity: Json = field(default_factory=dict)


class FakeTeams:
    """`calls` is the journal of (method, conversation, body); `messages` what each conversation shows, by activity id."""

    def __init__(self) -> None:
        self.reset()
        self.http = httpx.Client(timeout=20, trust_env=False, verify=False)  # loopback only; made once, a context is slow
        self._server = SandboxServer(
            Starlette(
                routes=[
                    Route("/openid", self._openid),
                    Route("/keys", self._keys),
                    Route("/v3/conversations", self._open, methods=["POST"]),
                    Route("/v3/conversations/{conversation}/activities", self._send, methods=["POST"]),
                    Route("/v3/conversations/{conversation}/activities/{activity}", self._change, methods=["PUT", "DELETE"]),
                    Route("/v3/teams/{team}/conversations", self._team),
                ]
            )
        )

    def reset(self) -> None:
        self.bot_url = ""
        self.calls: list[tuple[str, str, Json]] = []
        self.messages: dict[str, dict[str, Json]] = {}
        self.failures: list[tuple[int, str, dict[str, str]]] = []
        self.channel_types: dict[str, str] = {CHANNEL: "standard"}
        self.published = {"k1": ["msteams"], "bare": []}
        self.key_fetches = 0
        self.keys_down = False
        self._ids = itertools.count(1)

    def __enter__(self) -> "FakeTeams":
        self._server.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.__exit__(*error)
        self.http.close()

    @property
    def url(self) -> str:
        return self._server.url

    def settings(self, **more: Any) -> Json:
        """The fields of bot.teams.settings.Settings that reach this Teams."""
        return {
            "app_id": APP_ID,
            "app_password": "secret",
            "service_url": self.url,
            "openid_metadata_url": f"{self.url}/openid",
            **more,
        }

    def deliver_to(self, url: str) -> None:
        self.bot_url = url

    def fail(self, status: int, code: str = "", **headers: str) -> None:
        """The next call to the connector."""
        self.failures.append((status, code, {name.replace("_", "-"): value for name, value in headers.items()}))

    # --- the bot's side -------------------------------------------------------------------------------------------

    async def _openid(self, _: Request) -> Response:
        self.key_fetches += 1
        return JSONResponse({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"}, 503 if self.keys_down else 200)

    async def _keys(self, _: Request) -> Response:
        public = json.loads(RSAAlgorithm.to_jwk(KEY.public_key()))
        keys = [{**public, "kid": kid, "endorsements": endorsed} for kid, endorsed in self.published.items()]
        return JSONResponse({"keys": keys})

    async def _open(self, request: Request) -> Response:
        body = await request.json()
        self.calls.append(("OPEN", body["members"][0]["id"], body))
        return self._failed() or JSONResponse({"id": f"a:{body['members'][0]['id']}"}, 201)

    async def _send(self, request: Request) -> Response:
        conversation, body = request.path_params["conversation"], await request.json()
        self.calls.append(("POST", conversation, body))
        refused = self._failed() or _too_large(body)
        if refused:
            return refused
        activity_id = f"act{next(self._ids)}"
        self.messages.setdefault(conversation, {})[activity_id] = body
        return JSONResponse({"id": activity_id}, 201)

    async def _change(self, request: Request) -> Response:
        conversation, activity_id = request.path_params["conversation"], request.path_params["activity"]
        body = await request.json() if request.method == "PUT" else {}
        self.calls.append((request.method, conversation, body))
        shown = self.messages.get(conversation, {})
        refused = self._failed() or _too_large(body)
        if refused:
            return refused
        if activity_id not in shown:
            return JSONResponse({"error": {"code": "ActivityNotFoundInConversation"}}, 404)
        if request.method == "PUT":
            shown[activity_id] = body
            return JSONResponse({"id": activity_id})
        del shown[activity_id]
        return Response(status_code=200)

    async def _team(self, request: Request) -> Response:
        self.calls.append(("TEAM", request.path_params["team"], {}))
        channels = [{"id": channel, "type": kind} for channel, kind in self.channel_types.items()]
        return self._failed() or JSONResponse({"conversations": channels})

    def _failed(self) -> Response | None:
        if not self.failures:
            return None
        status, code, headers = self.failures.pop(0)
        return JSONResponse({"error": {"code": code, "message": "no"}}, status, headers=headers)

    # --- people ---------------------------------------------------------------------------------------------------

    def message(self, text: str, user: str = "mei", **more: Any) -> Answer:
        """In the person's own chat with the bot."""
        return self.deliver(self.activity(user, type="message", text=text, textFormat="plain", **more))

    def mention(self, text: str, user: str = "mei", conversation: str = CHANNEL, **more: Any) -> Answer:
        """In a channel (or group), naming the bot."""
        named = {"type": "mention", "text": "<at>Deskside</at>", "mentioned": {"id": BOT, "name": "Deskside"}}
        said = {"type": "message", "text": f"<at>Deskside</at> {text}", "entities": [named], **more}
        return self.deliver(self.activity(user, conversation, **said))

    def press(self, title: str, user: str = "mei", inputs: dict[str, str] | None = None, *, old_client: bool = False) -> Answer:
        """The newest button of this title anywhere; an old client knows only the fallback, which comes as a message."""
        conversation, activity_id, action = self._button(title)
        if old_client:
            said: Json = {"type": "message", "value": {**action["fallback"]["data"], **(inputs or {})}}
        else:
            data = {**action["data"], **(inputs or {})}
            pressed = {"action": {"type": "Action.Execute", "verb": action["verb"], "data": data}, "trigger": "manual"}
            said = {"type": "invoke", "name": "adaptiveCard/action", "value": pressed}
        return self.deliver(self.activity(user, conversation, replyToId=activity_id, **said))

    def activity(self, user: str, conversation: str = "", **more: Any) -> Json:
        where = conversation or f"a:{user}"
        kind = "personal" if where.startswith("a:") else "groupChat" if where.startswith(GROUP) else "channel"
        data: Json = {"tenant": {"id": TENANT}}
        if kind == "channel":
            data |= {"team": {"id": TEAM}, "channel": {"id": where.partition(";")[0]}}
        return {
            "id": f"in{next(self._ids)}",
            "timestamp": "2026-11-22T12:00:00.0000000Z",
            "channelId": "msteams",
            "serviceUrl": self.url,
            "from": {"id": f"29:{user}", "aadObjectId": f"aad-{user}", "name": user.title()},
            "recipient": {"id": BOT, "name": "Deskside"},
            "conversation": {"id": where, "conversationType": kind, "tenantId": TENANT},
            "channelData": data,
            **more,
        }

    def token(self, key: Any = KEY, kid: str | None = "k1", **claims: Any) -> str:
        good = {"iss": ISSUER, "aud": APP_ID, "serviceurl": self.url, "exp": time.time() + 600, "nbf": time.time() - 60}
        kept = {name: value for name, value in {**good, **claims}.items() if value is not None}
        return jwt.encode(kept, key, algorithm="RS256", headers={"kid": kid} if kid else {})

    def deliver(self, activity: Json, header: str | None = "") -> Answer:
        """`header` "" signs it as Teams does; None sends no Authorization at all."""
        authorization = f"Bearer {self.token()}" if header == "" else header
        headers = {"Authorization": authorization} if authorization is not None else {}
        got = self.http.post(f"{self.bot_url}/api/messages", json=activity, headers=headers)
        said = got.json() if got.headers.get("content-type", "").startswith("application/json") else got.text
        return Answer(got.status_code, said, lambda: self.deliver(activity, header), activity)

    def _button(self, title: str) -> tuple[str, str, Json]:
        for conversation, shown in reversed(list(self.messages.items())):
            for activity_id, body in reversed(list(shown.items())):
                for action in _executes(body):
                    if action["title"] == title:
                        return conversation, activity_id, action
        raise AssertionError(f"nobody sees a button {title!r}")


def _executes(value: Any) -> Iterator[Json]:
    if isinstance(value, dict) and value.get("type") == "Action.Execute":
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _executes(one)


def _too_large(body: Json) -> Response | None:
    if len(json.dumps(body, ensure_ascii=False).encode("utf-16-le")) > 100 * 1024:
        return JSONResponse({"error": {"code": "MessageSizeTooBig"}}, 413)
    return None
