"""Slack's way in: one HTTP route, through Bolt to the listeners. It verifies, caps and parses, nothing else.

Bolt runs with `process_before_response`, since it would otherwise acknowledge events before their listener has stored
them. Its own logger is silent: it writes bodies of requests it cannot place (L21).
"""

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime

from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.http import capped_body
from bot.slack.dialogs import CALLBACK
from bot.slack.inbound import SUGGEST_REPLY
from bot.slack.listeners import Listeners
from bot.slack.manifest import COMMANDS
from bot.slack.outbound import SlackOut
from bot.slack.settings import Settings
from bot.slack.signature import is_signed
from bot.surface import Intake

log = logging.getLogger(__name__)

PATH = "/slack/events"
BODY_BYTES = 1_000_000
"""Slack's payloads are far smaller; a view is at most 250 KB."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def slack_routes(settings: Settings, intake: Intake, out: SlackOut, now: Callable[[], datetime] = utc_now) -> list[Route]:
    """The one address of events, commands, interactions and shortcuts."""
    app = slack_app(settings, intake, out, now)
    secret = settings.signing_secret.get_secret_value()

    async def receive(request: Request) -> Response:
        try:
            body = await capped_body(request, BODY_BYTES)
        except HTTPException as error:
            return Response(status_code=error.status_code)
        if not is_signed(secret, request.headers, body, now()):
            log.info("slack request refused", extra={"reason": "signature"})
            return Response(status_code=401)
        return await _dispatched(app, request, body)

    return [Route(PATH, receive, methods=["POST"])]


async def _dispatched(app: AsyncApp, request: Request, body: bytes) -> Response:
    """400 for a signed body that is not what Slack documents."""
    try:
        answer = await app.async_dispatch(to_async_bolt_request(request, body))
    except (ValueError, AttributeError, TypeError):
        log.warning("slack request malformed")
        return Response(status_code=400)
    return to_starlette_response(answer)


def slack_app(settings: Settings, intake: Intake, out: SlackOut, now: Callable[[], datetime] = utc_now) -> AsyncApp:
    """Bolt with our listeners. The signature is checked before it, on the raw bytes."""
    app = AsyncApp(
        client=out.web.client,
        authorize=_installed,
        logger=silent_logger(),
        process_before_response=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    listeners = Listeners(settings, intake, out, now)
    app.event("app_mention")(listeners.event)
    app.event("message")(listeners.event)
    app.event(re.compile(".+"))(listeners.ignored_event)
    for name, _, _ in COMMANDS:
        app.command(name)(listeners.command)
    app.action(re.compile("^(press|submit|link):"))(listeners.action)
    app.view(CALLBACK)(listeners.submission)
    app.shortcut(SUGGEST_REPLY)(listeners.shortcut)
    app.error(_failed)
    return app


async def _installed(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Without a call to Slack: nothing slow may happen before an event is stored. Outgoing calls carry their own token."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="held-by-SlackWeb")  # noqa: S106 - no token


async def _failed(error: Exception) -> BoltResponse:
    """A signed payload without what Slack documents is a 400; anything else is ours, and Slack may deliver again."""
    log.error("slack request failed", extra={"error": type(error).__name__})
    return BoltResponse(status=400 if isinstance(error, KeyError | ValueError) else 500, body="")


def silent_logger() -> logging.Logger:
    logger = logging.Logger("bot.slack.bolt")
    logger.disabled = True
    return logger
