"""A scripted OpenAI-compatible server on a real socket: what it says, how fast, and how it fails are knobs. Test material.

`with FakeLlm() as llm:` serves `POST {llm.base_url}/chat/completions`; `llm.asked` is the journal of request bodies.
"""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from retrieval.sandbox import SandboxServer

Say = str | Mapping[str, Any] | Callable[[dict[str, Any]], str | Mapping[str, Any]]


@dataclass
class Knobs:
    """`cut_after` characters the connection ends; `formats` are the response formats it takes ("" is none at all)."""

    first_token_seconds: float = 0.0
    tokens_per_second: float = 10_000.0
    status: int = 200
    code: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    refusal: str = ""
    finish: str | None = "stop"
    cut_after: int | None = None
    formats: frozenset[str] = frozenset({"json_schema", "json_object", ""})
    counts_tokens: bool = True


class FakeLlm:
    def __init__(self) -> None:
        self.knobs, self.asked = Knobs(), list[dict[str, Any]]()
        self.authorizations: list[str] = []
        self._says: deque[Say] = deque()
        self._server = SandboxServer(Starlette(routes=[Route("/v1/chat/completions", self._chat, methods=["POST"])]))

    def __enter__(self) -> "FakeLlm":
        self._server.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.__exit__(*error)

    @property
    def base_url(self) -> str:
        return f"{self._server.url}/v1"

    def reset(self, **knobs: Any) -> None:
        self.knobs = Knobs(**knobs)
        self.asked.clear()
        self.authorizations.clear()
        self._says.clear()

    def says(self, *answers: Say) -> None:
        """One answer a question, in order; the last one stays."""
        self._says.extend(answers)

    @property
    def prompt(self) -> str:
        """All that the last question told the model."""
        return "\n".join(str(one["content"]) for one in self.asked[-1]["messages"])

    async def _chat(self, request: Request) -> Response:
        body = await request.json()
        self.asked.append(body)
        self.authorizations.append(request.headers.get("authorization", ""))
        wanted = (body.get("response_format") or {}).get("type", "")
        if self.knobs.status != 200:
            return _error(self.knobs.status, self.knobs.code, self.knobs.headers)
        if wanted not in self.knobs.formats:
            return _error(400, "unsupported_parameter", {})
        return StreamingResponse(self._stream(self._text(body), body), media_type="text/event-stream")

    def _text(self, body: dict[str, Any]) -> str:
        said: Say = self._says[0] if len(self._says) == 1 else self._says.popleft() if self._says else "{}"
        told = said(body) if callable(said) else said
        return told if isinstance(told, str) else json.dumps(told)

    async def _stream(self, text: str, body: dict[str, Any]) -> AsyncIterator[bytes]:
        knobs = self.knobs
        await asyncio.sleep(knobs.first_token_seconds)
        if knobs.refusal:
            yield _event({"refusal": knobs.refusal})
            text = ""
        for start in range(0, len(text), 12):
            if knobs.cut_after is not None and start >= knobs.cut_after:
                raise ConnectionResetError("cut by the test")
            await asyncio.sleep(1 / knobs.tokens_per_second)
            yield _event({"content": text[start : start + 12]})
        if knobs.finish:
            yield _event({}, knobs.finish)
        if knobs.counts_tokens and (body.get("stream_options") or {}).get("include_usage"):
            yield _usage(len(str(body["messages"])) // 4, len(text) // 4)
        yield b"data: [DONE]\n\n"


def _event(delta: dict[str, Any], finish: str | None = None) -> bytes:
    return _data({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def _usage(asked: int, answered: int) -> bytes:
    counted = {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered}
    return _data({"choices": [], "usage": {**counted, "prompt_tokens_details": {"cached_tokens": asked // 2}}})


def _data(body: dict[str, Any]) -> bytes:
    whole = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "fake", **body}
    return f"data: {json.dumps(whole)}\n\n".encode()


def _error(status: int, code: str | None, headers: dict[str, str]) -> Response:
    error = {"message": "scripted failure that quotes secret words of the prompt", "type": "error", "code": code}
    return JSONResponse({"error": error}, status_code=status, headers=headers)


@contextlib.contextmanager
def dead_address() -> Any:
    """An address that nobody listens on."""
    with FakeLlm() as llm:
        url = llm.base_url
    yield url
