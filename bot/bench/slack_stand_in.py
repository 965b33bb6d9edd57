"""A Slack of two methods for `bench road`: takes cards and says when; it checks nothing (tests/surfaces/fake_slack.py does)."""

import itertools
import time

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class SlackStandIn:
    """`posts`: (moment, what was said) of every new message, moments by time.time()."""

    def __init__(self) -> None:
        self.posts: list[tuple[float, str]] = []
        self._numbers = itertools.count(1)
        self.app = Starlette(routes=[Route("/api/{method:path}", self._answer, methods=["GET", "POST"])])

    async def _answer(self, request: Request) -> Response:
        method, body = request.path_params["method"], await request.body()
        if method == "chat.postMessage":
            self.posts.append((time.time(), body.decode(errors="replace")))
        number = next(self._numbers)
        return JSONResponse(
            {"ok": True, "channel": "C0BENCH001", "ts": f"{1_795_000_000 + number}.{number:06}", "messages": []}
        )

    def first(self, words: str) -> float | None:
        return next((at for at, said in self.posts if words in said), None)
