"""Slack's Web API with its rate tiers and our four errors; it holds the token, decides nothing and never retries.

Retrying is `perform`'s: only it knows whether a write may be repeated. *Limits:* contracts.md §4 and
specs/slack_rate_limit_tiers.json (calls a minute per method and workspace; posting about one a second per channel).
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.web.async_client import AsyncWebClient

from bot.pace import Pace, TooFast
from bot.slack.errors import SLACK, vendor_error
from bot.slack.settings import Settings
from retrieval.errors import Surprised, Throttled
from retrieval.http import Calls

CALLS_A_MINUTE = {
    "chat.postMessage": 100,  # special: about one a second per channel, which `_channel` keeps
    "chat.update": 50,
    "chat.delete": 50,
    "chat.postEphemeral": 100,
    "conversations.history": 50,
    "conversations.replies": 50,
    "conversations.info": 50,
    "users.info": 100,
    "users.getPresence": 50,
    "views.open": 100,
    "views.update": 100,
    "views.publish": 100,
    "auth.test": 600,
}
READS = frozenset(
    {"conversations.history", "conversations.replies", "conversations.info", "users.info", "users.getPresence", "auth.test"}
)
PATIENCE_SECONDS = 5.0
TIMEOUT_SECONDS = 8
PER_CHANNEL = (5, 5.0)
"""Five posts at once, then one a second: Slack tolerates short bursts."""

Json = Mapping[str, Any]


class SlackWeb:
    """One workspace's Web API."""

    def __init__(self, settings: Settings, calls: Calls | None = None) -> None:
        self._calls, self._host = calls or Calls(), urlsplit(settings.base_url).hostname or ""
        logging.getLogger("slack_sdk").setLevel(logging.INFO)  # at DEBUG it logs bodies (L21)
        base_url = settings.base_url.rstrip("/") + "/"
        self.client = AsyncWebClient(
            token=settings.bot_token.get_secret_value(), base_url=base_url, timeout=TIMEOUT_SECONDS, retry_handlers=[]
        )
        self._paces: dict[str, Pace] = {}

    async def call(self, method: str, *, seconds: float | None = None, **arguments: Any) -> Json:
        """The answer's body. *Errors:* all four; `doubtful` where a write may have taken effect."""
        await self._turn(method, str(arguments.get("channel", "")))
        wanted = {name: value for name, value in arguments.items() if value is not None}
        with self._calls.watched(SLACK, method, "GET" if method in READS else "POST", self._host):
            return await self._answered(method, wanted, seconds)

    async def _answered(self, method: str, wanted: dict[str, Any], seconds: float | None) -> Json:
        try:
            async with asyncio.timeout(seconds):
                response = await self.client.api_call(method, **_body(method, wanted))
        except Exception as error:  # noqa: BLE001 - translated by remedy, nothing is swallowed
            raise vendor_error(error, is_write=method not in READS) from None
        if not isinstance(response.data, dict):
            raise Surprised(
                SLACK, "not a JSON object", remedy="Read Slack's documentation again.", doubtful=method not in READS
            )
        return response.data

    async def _turn(self, method: str, channel: str) -> None:
        keys = [(method, (CALLS_A_MINUTE.get(method, 20), 60.0))]
        if method == "chat.postMessage":
            keys.append((f"{method} {channel}", PER_CHANNEL))
        try:
            for key, (calls, seconds) in keys:
                await self._paces.setdefault(key, Pace(calls, seconds)).turn(PATIENCE_SECONDS)
        except TooFast as error:
            remedy = "Too many messages at once; it is tried again by itself."
            raise Throttled(SLACK, f"our own limit for {method}", remedy=remedy, retry_after_seconds=error.seconds) from None


def _body(method: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Reading methods take a query, writing methods JSON (docs.slack.dev "Using the Web API")."""
    if method not in READS:
        return {"json": arguments}
    texts = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in arguments.items()}
    return {"params": texts, "http_verb": "GET"}
