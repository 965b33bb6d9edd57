"""Teams' way in: one HTTP route, through botbuilder's adapter to the turn. It caps, parses and authenticates, nothing else."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from botbuilder.core import InvokeResponse, TurnContext
from botbuilder.core.cloud_adapter_base import CloudAdapterBase
from botbuilder.schema import Activity
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.http import capped_body
from bot.surface import Intake
from bot.teams.authentication import Authentication, NotBelieved
from bot.teams.outbound import TeamsOut
from bot.teams.settings import Settings
from bot.teams.turn import Turn

log = logging.getLogger(__name__)

PATH = "/api/messages"
BODY_BYTES = 1_000_000
"""Teams' messages are at most some 100 KB."""


class Adapter(CloudAdapterBase):  # type: ignore[misc] # botbuilder carries no types
    """botbuilder's adapter as it is; its aiohttp subclass cannot answer an invoke with a plain object."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def teams_routes(settings: Settings, intake: Intake, out: TeamsOut, now: Callable[[], datetime] = utc_now) -> list[Route]:
    """The one address of messages, presses and installations."""
    authentication = Authentication(settings)
    adapter = Adapter(authentication.botbuilder)
    turn = Turn(settings, intake, out, now)

    async def receive(request: Request) -> Response:
        try:
            body, activity = _activity(await capped_body(request, BODY_BYTES))
        except HTTPException as error:
            return Response(status_code=error.status_code)
        try:
            believed = await authentication.believed(activity, request.headers.get("authorization"))
        except NotBelieved as error:
            log.info("teams request refused", extra={"reason": str(error)})
            return Response(status_code=error.status)
        return await _turned(adapter, believed, activity, body, turn)

    return [Route(PATH, receive, methods=["POST"])]


def _activity(raw: bytes) -> tuple[dict[str, Any], Activity]:
    """*Errors:* HTTPException 400 where it is no activity."""
    try:
        body = json.loads(raw)
        return dict(body), Activity().deserialize(body)
    except Exception:  # noqa: BLE001 - msrest raises all kinds at what is no activity
        raise HTTPException(400) from None


async def _turned(adapter: Adapter, believed: Any, activity: Activity, body: dict[str, Any], turn: Turn) -> Response:
    status = 200

    async def logic(context: TurnContext) -> None:
        nonlocal status
        status, answer = await turn.taken(body)
        if answer is not None:
            await context.send_activity(Activity(type="invokeResponse", value=InvokeResponse(status=200, body=answer)))

    try:
        invoked = await adapter.process_activity(believed, activity, logic)
    except Exception as error:  # noqa: BLE001 - the outermost: Teams gets an answer, the log a type and no customer text
        log.error("teams turn failed", extra={"error": type(error).__name__})
        return Response(status_code=500)
    if invoked is None:
        return Response(status_code=status)
    return (
        JSONResponse(invoked.body, int(invoked.status))
        if invoked.body is not None
        else Response(status_code=int(invoked.status))
    )
