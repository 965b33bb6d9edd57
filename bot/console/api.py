"""The console's own requests as JSON: sign in, read what changed, ask, press; every change goes through the front door."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.console.feed import STREAM_SECONDS, changed, stream
from bot.console.inbound import BadForm, asked, pressed, question_id, question_place, question_text
from bot.console.messages import MessageView, event
from bot.console.security import secured
from bot.console.site import Console, Site
from bot.http import capped_body
from bot.memory import Connection, console_feed, console_messages
from playbooks.domain.events import Asked
from playbooks.domain.people import Agent

__all__ = ["Console", "api_routes"]

JSON_TYPE = "application/json"

Answer = Callable[[Site, Request, Agent], Awaitable[Response]]


def api_routes(site: Site) -> list[Route]:
    signed_in: list[tuple[str, Answer, str]] = [
        ("messages", messages, "GET"),
        ("changes", changes, "GET"),
        ("stream", live, "GET"),
        ("unread", unread, "POST"),
        ("outcome", outcome, "GET"),
        ("ask", ask, "POST"),
        ("press", press, "POST"),
    ]
    return [
        Route("/console/api/sign-in", secured(_sign_in(site)), methods=["POST"]),
        Route("/console/api/me", secured(_me(site)), methods=["GET"]),
        *(
            Route(f"/console/api/{name}", secured(_guarded(site, answer)), methods=[method])
            for name, answer, method in signed_in
        ),
    ]


def _guarded(site: Site, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Signed in, from our own page: a JSON body cannot be sent by another site's form, and the cookie is SameSite=Strict."""

    async def guarded(request: Request) -> Response:
        agent = site.console.sessions.agent(request, site.now)
        if agent is None:
            return JSONResponse({"error": "Sign in first."}, 401)
        if request.method == "POST" and request.headers.get("content-type", "").split(";")[0] != JSON_TYPE:
            return JSONResponse({"error": "Send JSON."}, 415)
        try:
            return await answer(site, request, agent)
        except BadForm as error:
            return JSONResponse({"error": str(error)}, 400)

    return guarded


def _sign_in(site: Site) -> Callable[[Request], Awaitable[Response]]:
    async def signed_in(request: Request) -> Response:
        try:
            form = await json_body(request, site.console.cap_bytes)
        except BadForm as error:
            return JSONResponse({"error": str(error)}, 400)
        response = JSONResponse({"ok": True})
        email, token = str(form.get("agent_id", "")), str(form.get("token", ""))
        agent = site.console.sessions.sign_in(email, token, request, response, site.now)
        return response if agent else JSONResponse({"error": "That e-mail and token do not go together."}, 401)

    return signed_in


def _me(site: Site) -> Callable[[Request], Awaitable[Response]]:
    """A link from another site arrives without the Strict cookie; the sign-in page asks from our own site before it shows."""

    async def me(request: Request) -> Response:
        return JSONResponse({"signed_in": site.console.sessions.agent(request, site.now) is not None})

    return me


async def json_body(request: Request, cap_bytes: int) -> dict[str, Any]:
    try:
        body = json.loads(await capped_body(request, cap_bytes))
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise BadForm("body: must be a JSON object.")
    return body


async def messages(site: Site, request: Request, agent: Agent) -> Response:
    """What changed in a channel after `after`, for this person, as cards; for programs (the demo acts an agent with it)."""
    channel, after = request.query_params.get("channel", ""), _number(request, "after")
    if channel not in site.reader(agent).channel_ids:
        raise BadForm("channel: unknown.")
    rows = await site.console.database.read(lambda conn: console_messages.since(conn, channel, after, user_id=agent.agent_id))
    return JSONResponse({"messages": [_plain(one) for one in rows]})


def _plain(message: console_messages.ConsoleMessage) -> dict[str, Any]:
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


async def live(site: Site, request: Request, agent: Agent) -> Response:
    """Server-Sent Events; a browser that connects again says where it stopped."""
    last = request.headers.get("last-event-id", "")
    after = int(last) if last.isdigit() else _number(request, "after")
    ends = site.now.timestamp() + STREAM_SECONDS
    events = stream(
        site.console.database,
        site.pulse,
        site.reader(agent),
        view_of(site, agent),
        after,
        lambda: site.now.timestamp() > ends,
    )
    return StreamingResponse(events, media_type="text/event-stream", headers={"x-accel-buffering": "no"})


async def changes(site: Site, request: Request, agent: Agent) -> Response:
    """The same, once: for a browser that streams do not reach."""
    after, reader, view = _number(request, "after"), site.reader(agent), view_of(site, agent)
    rows, counts = await site.console.database.read(lambda conn: changed(conn, reader, after))
    return JSONResponse({"changes": [event(one, counts, view) for one in rows]})


async def unread(site: Site, request: Request, agent: Agent) -> Response:
    """`seen` maps channels to the position that this browser saw last."""
    form = await json_body(request, site.console.cap_bytes)
    seen = {str(name): at for name, at in form.items() if isinstance(at, int)}
    reader = site.reader(agent)
    numbers = await site.console.database.read(lambda conn: console_feed.unread(conn, reader, seen, agent.name))
    return JSONResponse({"unread": numbers})


async def outcome(site: Site, request: Request, agent: Agent) -> Response:
    """Whether everything that a request of this page led to has ended."""
    event_id = request.query_params.get("event_id", "")
    done = await site.console.database.read(lambda conn: console_feed.settled(conn, "console", event_id))
    return JSONResponse({"settled": done})


def view_of(site: Site, agent: Agent) -> MessageView:
    return MessageView(reader_name=agent.name, zone=site.office.zone_of(agent), now=site.now, reader_id=agent.agent_id)


async def ask(site: Site, request: Request, agent: Agent) -> Response:
    form = await json_body(request, site.console.cap_bytes)
    event = asked(form, agent, site.now, site.reader(agent).channel_ids)
    is_new = await site.console.intake(event)
    await site.console.database.transact(lambda conn: _show_question(conn, event))
    opens_thread = event.place.thread_id == question_id(event.event_id)
    return JSONResponse({"accepted": True, "new": is_new, "opens_thread": opens_thread}, 202)


def _show_question(conn: Connection, event: Asked) -> None:
    """The person's own words appear in the thread, as in any chat."""
    message_id = question_id(event.event_id)
    text = question_text(event)
    console_messages.post(conn, question_place(event), message_id, event.actor.name, event.at, text=text)


async def press(site: Site, request: Request, agent: Agent) -> Response:
    form = await json_body(request, site.console.cap_bytes)
    event = pressed(form, agent, site.now, site.reader(agent).channel_ids)
    return JSONResponse({"accepted": True, "new": await site.console.intake(event)}, 202)


def _number(request: Request, name: str) -> int:
    value = request.query_params.get(name, "0")
    if not value.isascii() or not value.isdigit():
        raise BadForm(f"{name}: must be a number.")
    return int(value)
