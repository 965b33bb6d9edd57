"""Runs the Intercom sandbox on a real socket and checks every exchange with it against Intercom's published file."""

import json
import queue
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from retrieval.connection import Connection
from retrieval.http import Calls
from retrieval.sandbox import SandboxServer
from retrieval.vendors.intercom import VENDOR
from retrieval.world import World
from tests.conformance import Checker

SPEC = "specs/intercom-2.16.yaml"
TEMPLATES = (
    "/me", "/admins", "/admins/{admin_id}", "/teams", "/teams/{team_id}", "/tags", "/tags/{tag_id}", "/events",
    "/ticket_types", "/tickets/{ticket_id}", "/conversations/{conversation_id}/convert",
    "/conversations", "/conversations/search", "/conversations/{conversation_id}", "/conversations/{conversation_id}/reply",
    "/conversations/{conversation_id}/parts", "/conversations/{conversation_id}/tags",
    "/conversations/{conversation_id}/tags/{tag_id}", "/contacts", "/contacts/search", "/contacts/merge",
    "/contacts/find_by_external_id/{external_id}", "/contacts/{contact_id}", "/contacts/{contact_id}/notes",
    "/contacts/{contact_id}/tags", "/contacts/{contact_id}/tags/{tag_id}", "/contacts/{contact_id}/companies",
    "/macros", "/macros/{id}", "/articles", "/articles/{article_id}", "/internal_articles",
    "/internal_articles/{internal_article_id}",
)  # fmt: skip


def template(path: str) -> str:
    """The documented path this one is an instance of; a literal one before one with parameters."""
    fitting = [one for one in TEMPLATES if re.fullmatch(re.sub(r"{\w+}", "[^/]+", one), path)]
    assert fitting, f"{path} is not documented"
    return min(fitting, key=lambda one: one.count("{"))


TRUST = ssl.create_default_context()
"""Made once: loopback needs none, but httpx would read all certificates for each client."""
CONFORMING: set[tuple[object, ...]] = set()
"""Exchanges that were found faultless once; the same bytes need no second look."""


@dataclass(frozen=True)
class Exchange:
    method: str
    path: str
    version: str | None
    asked: bytes
    status: int
    answered: bytes

    def faults(self, check: Checker, *, requests: bool) -> list[str]:
        """Against the file. A status it does not list for this path (most 400s, 404 of contacts, 429) must at least have
        its error list."""
        where = template(self.path)
        known = (self.method, where, self.asked if requests else None, self.status, self.answered)
        faults = [] if known in CONFORMING else self._checked(check, where, requests=requests)
        CONFORMING.update([known] if not faults else [])
        return faults

    def _checked(self, check: Checker, where: str, *, requests: bool) -> list[str]:
        at = f"{self.method} {self.path} {self.status}"
        found = check.request(self.method, where, json.loads(self.asked)) if requests and self.asked else []
        body = json.loads(self.answered) if self.answered else None
        answer = check.response(self.method, where, self.status, body)
        if answer and self.status >= 400 and answer[0].endswith(f"documents no answer {self.status}"):
            answer = check.response("get", "/conversations/{conversation_id}", 404, body)
        return [f"{at}: {one}" for one in (*found, *answer)]


@dataclass
class Recorder:
    exchanges: list[Exchange] = field(default_factory=list)

    def note(self, request: httpx.Request, response: httpx.Response) -> None:
        version = request.headers.get("Intercom-Version")
        self.exchanges.append(
            Exchange(request.method, request.url.path, version, request.content, response.status_code, response.content)
        )

    def faults(self, check: Checker, *, requests: bool = True) -> list[str]:
        """Well-meant refusals included; what a fault of the shell answered (garbage) is not JSON and is left out."""
        whole = [one for one in self.exchanges if not one.answered or one.answered[:1] in (b"{", b"[")]
        return [fault for one in whole for fault in one.faults(check, requests=requests)]


class Recording(httpx.AsyncBaseTransport):
    def __init__(self, recorder: Recorder) -> None:
        self._inner, self._recorder = httpx.AsyncHTTPTransport(verify=TRUST), recorder

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        await response.aread()
        self._recorder.note(request, response)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


@dataclass
class Served:
    """A running sandbox; `tell` and `ask` are the person's control calls, `raw` is a call without our client."""

    url: str
    settings: dict[str, str]
    recorder: Recorder = field(default_factory=Recorder)

    def __post_init__(self) -> None:
        self._client = httpx.Client(base_url=self.url, verify=TRUST)

    def connected(self, **more: Any) -> Connection:
        settings = VENDOR.settings.model_validate({**self.settings, **more})
        return VENDOR.connect(settings, Calls(), Recording(self.recorder))

    def tell(self, path: str, **body: Any) -> Any:
        response = self._client.post(f"/_sandbox/{path}", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    def ask(self, path: str) -> Any:
        return self._client.get(f"/_sandbox/{path}").json()

    def fault(self, kind: str, **more: Any) -> None:
        self.tell("faults", kind=kind, **more)

    def calm(self) -> None:
        self._client.delete("/_sandbox/faults")

    def raw(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        known = {"Authorization": f"Bearer {self.settings['access_token']}", "Intercom-Version": "2.16"}
        sent = {name: value for name, value in (known | headers).items() if value}
        response = self._client.request(method, path, json=body, headers=sent)
        self.recorder.note(response.request, response)
        return response

    def close(self) -> None:
        self._client.close()


@dataclass
class Stage:
    """One server for all tests, since stopping one takes longer than a test: each test puts its own app on it."""

    app: ASGIApp | None = None
    url: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)


@contextmanager
def staged() -> Iterator[Stage]:
    stage = Stage()
    with SandboxServer(stage) as server:
        stage.url = server.url
        yield stage


@contextmanager
def serving(stage: Stage, world: World) -> Iterator[Served]:
    built = VENDOR.sandbox(world)
    stage.app = built.app
    one = Served(stage.url, built.settings_at(stage.url))
    yield one
    one.close()


@dataclass
class Receiver:
    """A webhook endpoint: keeps what came, answers with the next of `statuses` (then 200)."""

    url: str
    came: "queue.Queue[tuple[dict[str, str], bytes]]"
    statuses: list[int]

    def next(self) -> tuple[dict[str, str], bytes]:
        return self.came.get(timeout=5)

    def topic(self) -> tuple[str, dict[str, Any]]:
        note = json.loads(self.next()[1])
        return note["topic"], note


def receiving(stage: Stage) -> Receiver:
    came: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()
    statuses: list[int] = []

    async def hook(request: Request) -> Response:
        came.put((dict(request.headers), await request.body()))
        return Response(status_code=statuses.pop(0) if statuses else 200)

    stage.app = Starlette(routes=[Route("/hooks/intercom", hook, methods=["POST"])])
    return Receiver(f"{stage.url}/hooks/intercom", came, statuses)
