"""The console's own requests as JSON: sign in, read what changed, ask, press; every change goes through the front door."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.console.inbound import BadForm, asked, own_channel, pressed
from bot.console.session import Sessions
from bot.http import capped_body
from bot.memory import Connection, console_messages
from bot.memory.database import Database
from bot.surface import Intake
from playbooks.domain.events import Asked
from playbooks.domain.people import Agent

JSON_TYPE = "application/json"


@dataclass(frozen=True)
class Console:
    """What the console's routes work with."""

    sessions: Sessions
    database: Database
    intake: Intake
    clock: Callable[[], datetime]
    cap_bytes: int


def api_routes(console: Console) -> list[Route]:
    return [
        Route("/console/api/sign-in", _sign_in(console), methods=["POST"]),
        Route("/console/api/messages", _guarded(console, messages), methods=["GET"]),
        Route("/console/api/ask", _guarded(console, ask), methods=["POST"]),
        Route("/console/api/press", _guarded(console, press), methods=["POST"]),
    ]


Answer = Callable[[Console, Request, Agent], Awaitable[Response]]


def _guarded(console: Console, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Signed in, from our own page: a JSON body cannot be sent by another site's form, and the cookie is SameSite=Strict."""

    async def guarded(request: Request) -> Response:
        agent = console.sessions.agent(request, console.clock())
        if agent is None:
            return JSONResponse({"error": "Sign in first."}, 401)
        if request.method == "POST" and request.headers.get("content-type", "").split(";")[0] != JSON_TYPE:
            return JSONResponse({"error": "Send JSON."}, 415)
        try:
            return await answer(console, request, agent)
        except BadForm as error:
            return JSONResponse({"error": str(error)}, 400)

    return guarded


def _sign_in(console: Console) -> Callable[[Request], Awaitable[Response]]:
    async def signed_in(request: Request) -> Response:
        form = await json_body(request, console.cap_bytes)
        response = JSONResponse({"ok": True})
        email, token = str(form.get("agent_id", "")), str(form.get("token", ""))
        agent = console.sessions.sign_in(email, token, request, response, console.clock())
        return response if agent else JSONResponse({"error": "That e-mail and token do not go together."}, 401)

    return signed_in


async def json_body(request: Request, cap_bytes: int) -> dict[str, Any]:
    try:
        body = json.loads(await capped_body(request, cap_bytes))
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise BadForm("body: must be a JSON object.")
    return body


async def messages(console: Console, request: Request, agent: Agent) -> Response:
    """What changed in a channel after `after`, for this person."""
    channel, after = request.query_params.get("channel", ""), request.query_params.get("after", "0")
    if (channel.startswith("@") and channel != own_channel(agent)) or not after.isdigit():
        raise BadForm("channel: unknown.")
    rows = await console.database.read(lambda conn: console_messages.since(conn, channel, int(after), user_id=agent.agent_id))
    return JSONResponse({"messages": [_shown(one) for one in rows]})


def _shown(message: console_messages.ConsoleMessage) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "thread_id": message.thread_id,
        "author": message.author,
        "text": message.text,
        "card": message.card.model_dump(mode="json") if message.card else None,
        "position": message.position,
        "seq": message.seq,
        "at": message.created_at.isoformat(),
    }


async def ask(console: Console, request: Request, agent: Agent) -> Response:
    event = asked(await json_body(request, console.cap_bytes), agent, console.clock())
    is_new = await console.intake(event)
    await console.database.transact(lambda conn: _show_question(conn, event))
    return JSONResponse({"accepted": True, "new": is_new}, 202)


def _show_question(conn: Connection, event: Asked) -> None:
    """The person's own words appear in the thread, as in any chat."""
    message_id = f"q-{event.event_id}"
    console_messages.post(conn, event.place, message_id, event.actor.name, event.at, text=event.text)


async def press(console: Console, request: Request, agent: Agent) -> Response:
    event = pressed(await json_body(request, console.cap_bytes), agent, console.clock())
    return JSONResponse({"accepted": True, "new": await console.intake(event)}, 202)
