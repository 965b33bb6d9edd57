"""Slack's other way in: a connection that we open, for a company whose network lets nothing in. It decides nothing."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.app import silent_logger, slack_app, utc_now
from bot.slack.errors import SLACK
from bot.slack.outbound import SlackOut
from bot.slack.settings import Settings
from bot.surface import Intake
from retrieval.errors import Refused, Unavailable

CONNECT_SECONDS = 15.0


class SocketMode:
    """A second environment on the same app token is refused at start (L19): each would get every other event."""

    def __init__(self, settings: Settings, intake: Intake, out: SlackOut, now: Callable[[], datetime] = utc_now) -> None:
        if settings.app_token is None:
            raise Refused(SLACK, "no app token", remedy="Set DESKSIDE_SLACK_APP_TOKEN (xapp-…) to use Socket Mode.")
        token = settings.app_token.get_secret_value()
        self._settings = settings
        self._web = AsyncWebClient(token=token, base_url=settings.base_url.rstrip("/") + "/")
        app = slack_app(settings, intake, out, now)
        self._handler = AsyncSocketModeHandler(app, token, logger=silent_logger(), web_client=self._web)
        self._handler.client.message_listeners.append(self._heard)
        self._connections: asyncio.Future[int] | None = None

    async def start(self) -> None:
        """*Errors:* Refused where somebody else is connected; Unavailable where no connection comes about."""
        self._connections = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._handler.client.connect()  # type: ignore[no-untyped-call]
                connections = await self._connections
        except TimeoutError:
            await self.stop()
            raise Unavailable(
                SLACK, "no Socket Mode connection", remedy="Check the app token and that Socket Mode is on."
            ) from None
        if connections > 1 and not self._settings.share_app_token:
            await self.stop()
            raise Refused(SLACK, "the app token is in use", remedy=IN_USE)

    async def stop(self) -> None:
        await self._handler.client.close()  # type: ignore[no-untyped-call]

    async def _heard(self, _client: object, message: dict[str, Any], _raw: str | None) -> None:
        """*Source:* Socket Mode's hello message, whose num_connections counts this app token's connections, ours included."""
        if message.get("type") == "hello" and self._connections is not None and not self._connections.done():
            self._connections.set_result(int(message.get("num_connections") or 1))


IN_USE = (
    "Another process uses this app token; each would get every other event. Use an app of its own for each environment, "
    "or set DESKSIDE_SLACK_SHARE_APP_TOKEN=true where both belong to one."
)
