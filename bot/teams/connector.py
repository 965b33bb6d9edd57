"""The Bot Connector's REST calls with our four errors; it holds the token, decides nothing and never retries.

*Source:* bf-connector.swagger.json, v3. Not botbuilder's own connector client: that one runs each call in a thread, repeats
writes by itself (so a card could appear twice) and fetches its token in the event loop. Its successor fits here too.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp

from bot.pace import Pace, TooFast
from bot.teams.errors import LATER, READ, TEAMS, vendor_error
from retrieval.errors import Surprised, Throttled, Unavailable
from retrieval.http import Calls

Token = Callable[[], Awaitable[str | None]]
"""A bearer for the connector; None: send none (a local trial)."""

TIMEOUT_SECONDS = 10.0
PATIENCE_SECONDS = 5.0
OPERATIONS = {"POST": "send", "PUT": "update", "DELETE": "delete", "GET": "channels"}
RATES = ((7, 1.0), (60, 30.0))
"""Sends per conversation (msteams-docs rate-limit.md: 7 in 1 s, 60 in 30 s)."""


class Connector:
    def __init__(self, token: Token, calls: Calls | None = None) -> None:
        self._token, self._calls = token, calls or Calls()
        self._session: aiohttp.ClientSession | None = None
        self._paces: dict[str, list[Pace]] = {}

    async def send(self, service_url: str, conversation_id: str, activity: Mapping[str, Any]) -> str:
        """The new activity's id ("" where Teams names none)."""
        await self._turn(conversation_id)
        path = f"v3/conversations/{quote(conversation_id, safe='')}/activities"
        return str((await self._call("POST", service_url, path, activity)).get("id") or "")

    async def update(self, service_url: str, conversation_id: str, activity_id: str, activity: Mapping[str, Any]) -> None:
        await self._turn(conversation_id)
        await self._call("PUT", service_url, _activity(conversation_id, activity_id), activity)

    async def delete(self, service_url: str, conversation_id: str, activity_id: str) -> None:
        await self._turn(conversation_id)
        await self._call("DELETE", service_url, _activity(conversation_id, activity_id), None)

    async def open_personal(self, service_url: str, bot_id: str, member_id: str, tenant_id: str) -> str:
        """The personal chat with somebody, made where there is none yet; Teams gives the same one each time."""
        wanted = {
            "bot": {"id": bot_id},
            "members": [{"id": member_id}],
            "isGroup": False,
            "tenantId": tenant_id,
            "channelData": {"tenant": {"id": tenant_id}},
        }
        return str((await self._call("POST", service_url, "v3/conversations", wanted)).get("id") or "")

    async def team_channels(self, service_url: str, team_id: str) -> list[Mapping[str, Any]]:
        """The channels of one team with their types; empty where Teams names none."""
        answer = await self._call("GET", service_url, f"v3/teams/{quote(team_id, safe='')}/conversations", None)
        return [one for one in answer.get("conversations") or () if isinstance(one, dict)]

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _call(self, method: str, service_url: str, path: str, body: Mapping[str, Any] | None) -> Mapping[str, Any]:
        with self._calls.watched(TEAMS, OPERATIONS[method], method, urlsplit(service_url).hostname or ""):
            return await self._answered(method, service_url, path, body)

    async def _answered(self, method: str, service_url: str, path: str, body: Mapping[str, Any] | None) -> Mapping[str, Any]:
        is_write = method != "GET"
        token = await self._token()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            async with self._open().request(
                method, f"{service_url.rstrip('/')}/{path}", json=body, headers=headers, allow_redirects=False
            ) as response:
                said = await _json(response)
                status, sent = response.status, response.headers
        except aiohttp.ClientConnectorError as error:
            raise Unavailable(TEAMS, type(error).__name__, remedy=LATER) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unavailable(TEAMS, type(error).__name__, remedy=LATER, doubtful=is_write) from None
        if status not in (200, 201, 202, 204):
            code = str((said.get("error") or {}).get("code") or "") if isinstance(said, dict) else ""
            raise vendor_error(status, code, sent, is_write=is_write)
        if not isinstance(said, dict):
            raise Surprised(TEAMS, "not a JSON object", remedy=READ, doubtful=is_write)
        return said

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
        return self._session

    async def _turn(self, conversation_id: str) -> None:
        paces = self._paces.setdefault(conversation_id, [Pace(calls, seconds) for calls, seconds in RATES])
        try:
            for pace in paces:
                await pace.turn(PATIENCE_SECONDS)
        except TooFast as error:
            remedy = "Too many messages at once; it is tried again by itself."
            raise Throttled(TEAMS, "our own limit", remedy=remedy, retry_after_seconds=error.seconds) from None


def _activity(conversation_id: str, activity_id: str) -> str:
    return f"v3/conversations/{quote(conversation_id, safe='')}/activities/{quote(activity_id, safe='')}"


async def _json(response: aiohttp.ClientResponse) -> Any:
    """{} for an empty body; None for what is no JSON."""
    raw = await response.read()
    if not raw:
        return {}
    try:
        return await response.json(content_type=None)
    except ValueError:
        return None
