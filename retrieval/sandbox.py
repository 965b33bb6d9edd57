"""What the vendors' sandboxes share: a loopback server, a journal of calls, and faults that can be ordered by a person.

A sandbox is a stand-in with state. It never imports client code (one mistake must not hide in both). Every sandbox answers
`/_sandbox/faults` (GET, POST one, DELETE all), `/_sandbox/calls` (GET, DELETE) and `/_sandbox/state` (GET).
"""

import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FaultKind = Literal["slow", "hang", "status", "garbage", "reset", "after_commit", "contradict"]


@dataclass
class Fault:
    """An order to misbehave, for calls whose "METHOD /path" matches `match` (a regular expression), `times` times.

    slow: answer after `seconds` · hang: never answer · status: answer `status` (with Retry-After `retry_after`) without
    doing it · garbage: a 200 that is not JSON, without doing it · reset: drop the connection in mid-answer without doing it ·
    after_commit: do it, then never answer · contradict: the sandbox's own lie (`detail` says which), asked by its handlers.
    """

    kind: FaultKind
    match: str = ".*"
    times: int = 1_000_000
    seconds: float = 0.0
    status: int = 500
    retry_after: str | None = None
    detail: str = ""


@dataclass
class Control:
    """The sandbox's orders and journal; shared by its handlers and the shell around them."""

    error_body: Callable[[int], object]
    faults: list[Fault] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)

    def take(self, call: str, *kinds: FaultKind) -> Fault | None:
        """The first matching fault of these kinds, used up by one."""
        for fault in self.faults:
            if fault.times > 0 and fault.kind in kinds and re.search(fault.match, call):
                fault.times -= 1
                return fault
        return None

    def contradicts(self, detail: str) -> bool:
        return any(one.kind == "contradict" and one.detail == detail and one.times > 0 for one in self.faults)


class Shell:
    """ASGI around a sandbox: journal first, then the ordered fault, then the vendor's own behaviour."""

    def __init__(self, app: ASGIApp, control: Control) -> None:
        self._app, self._control = app, control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/_sandbox"):
            await self._app(scope, receive, send)
            return
        call = f"{scope['method']} {scope['path']}"
        entry: dict[str, Any] = {"call": call, "status": 0}
        self._control.calls.append(entry)
        fault = self._control.take(call, "slow", "hang", "status", "garbage", "reset", "after_commit")
        await self._behave(fault, scope, receive, self._noting(entry, send))

    def _noting(self, entry: dict[str, Any], send: Send) -> Send:
        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry["status"] = message["status"]
            await send(message)

        return noted

    async def _behave(self, fault: Fault | None, scope: Scope, receive: Receive, send: Send) -> None:
        match fault.kind if fault else None:
            case "slow":
                await asyncio.sleep(fault.seconds if fault else 0)
                await self._app(scope, receive, send)
            case "hang":
                await _until_gone(receive)
            case "status":
                await self._refusal(fault or Fault("status"))(scope, receive, send)
            case "garbage":
                await Response("<html>maintenance", media_type="text/html")(scope, receive, send)
            case "reset":
                await _cut_off(send)
            case "after_commit":
                await self._app(scope, receive, _nowhere)
                await _until_gone(receive)
            case _:
                await self._app(scope, receive, send)

    def _refusal(self, fault: Fault) -> Response:
        headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        return JSONResponse(self._control.error_body(fault.status), fault.status, headers=headers)


async def _cut_off(send: Send) -> None:
    """Promises a body and returns without it: the server then closes the connection."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"64")]})


async def _nowhere(_: Message) -> None:
    return


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def sandbox_app(routes: list[Route], control: Control, state: Callable[[], object]) -> ASGIApp:
    """The vendor's routes inside the shell, with the control routes beside them."""

    async def faults(request: Request) -> Response:
        if request.method == "DELETE":
            control.faults.clear()
        elif request.method == "POST":
            try:
                control.faults.append(Fault(**json.loads(await request.body())))
            except (TypeError, ValueError) as error:
                return JSONResponse({"error": f"not a fault: {error}"}, 400)
        return JSONResponse([asdict(one) for one in control.faults])

    async def calls(request: Request) -> Response:
        if request.method == "DELETE":
            control.calls.clear()
        return JSONResponse(control.calls)

    async def whole_state(_: Request) -> Response:
        return Response(json.dumps(state(), default=str), media_type="application/json")

    steering = [
        Route("/_sandbox/faults", faults, methods=["GET", "POST", "DELETE"]),
        Route("/_sandbox/calls", calls, methods=["GET", "DELETE"]),
        Route("/_sandbox/state", whole_state, methods=["GET"]),
    ]
    return Shell(Starlette(routes=[*steering, *routes]), control)


class SandboxServer:
    """Serves one ASGI app on 127.0.0.1 in a thread of its own, so that a sandbox never shares the product's event loop.

    Use as a context manager; `url` is known once entered. Port 0 takes any free port.
    """

    def __init__(self, app: ASGIApp, port: int = 0) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )  # or each small answer waits 40 ms to be acknowledged
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1, date_header=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> "SandboxServer":
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError("the sandbox's server did not start")
            time.sleep(0.005)
        return self

    def leave(self) -> None:
        """Told to several before the first is waited for, they end at the same time."""
        self._server.should_exit = True

    def __exit__(self, *_: object) -> None:
        self.leave()
        self._thread.join(timeout=5)
        self._socket.close()
