"""The sandbox account's door: key, version, permissions, rate, idempotency, and errors as Stripe words them."""

import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from retrieval.vendors.stripe.sandbox_ledger import API_VERSION, Ledger, Refusal

KEYS = ("rk_test_sandbox", "sk_test_sandbox")
Handler = Callable[[Request], Awaitable[Response]]


class Gate:
    """`limits`: calls `per_second`, and the kinds `denied` to the restricted key."""

    def __init__(self, ledger: Ledger) -> None:
        self.limits: dict[str, Any] = {"per_second": 100, "denied": []}
        self._ledger = ledger
        self._answers: dict[str, tuple[tuple[str, bytes], Response]] = {}
        self._requests, self._window, self._in_window = 0, 0, 0

    def guarded(self, handler: Handler) -> Handler:
        async def guarded(request: Request) -> Response:
            self._requests += 1
            try:
                self._admit(request)
                response = await self._once(request, handler)
            except Refusal as error:
                response = refused(error)
            response.headers["Request-Id"] = f"req_Sandbox{self._requests:08d}"
            response.headers["Stripe-Version"] = API_VERSION
            return response

        return guarded

    def _admit(self, request: Request) -> None:
        key = _key(request.headers.get("Authorization", ""))
        if not key:
            raise Refusal(401, "You did not provide an API key. You need to provide your API key in the Authorization header.")
        if key not in KEYS:
            raise Refusal(401, f"Invalid API Key provided: {key[:7]}****")
        kind = request.url.path.split("/")[2]
        if key.startswith("rk_") and kind in self.limits["denied"]:
            raise Refusal(403, f"The provided key '{key[:7]}****' does not have the required permissions for this endpoint.")
        version = request.headers.get("Stripe-Version", API_VERSION)
        if version != API_VERSION:
            raise Refusal(400, f"Invalid Stripe API version: {version}")
        self._count()

    def _count(self) -> None:
        second = self._ledger.seconds()
        self._in_window = self._in_window + 1 if second == self._window else 1
        self._window = second
        if self._in_window > self.limits["per_second"]:
            raise Refusal(429, "Request rate limit exceeded.", code="rate_limit")

    async def _once(self, request: Request, handler: Handler) -> Response:
        """A POST with an Idempotency-Key is done once; refused requests are not remembered, as at Stripe."""
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        if key is None:
            return await handler(request)
        asked = (request.url.path, await request.body())
        if key not in self._answers:
            self._answers[key] = (asked, await handler(request))
            return self._answers[key][1]
        first, answer = self._answers[key]
        if first != asked:
            raise Refusal(400, _reused(key), kind="idempotency_error")
        return Response(answer.body, answer.status_code, {"Idempotent-Replayed": "true"}, "application/json")

    async def set_limits(self, request: Request) -> Response:
        """`per_second`, and `denied`: kinds the restricted key may not read."""
        self.limits |= json.loads(await request.body())
        return JSONResponse(self.limits)


def refused(error: Refusal) -> Response:
    body: dict[str, Any] = {"message": error.message, "type": error.kind}
    if error.code:
        body |= {"code": error.code, "doc_url": f"https://stripe.com/docs/error-codes/{error.code.replace('_', '-')}"}
    if error.param:
        body["param"] = error.param
    return JSONResponse({"error": body}, error.status)


def _reused(key: str) -> str:
    return (
        "Keys for idempotent requests can only be used with the same parameters they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )


def _key(header: str) -> str:
    """From Bearer, or from Basic as the user name."""
    scheme, _, value = header.partition(" ")
    if scheme == "Bearer":
        return value
    if scheme != "Basic":
        return ""
    try:
        return base64.b64decode(value).decode().partition(":")[0]
    except ValueError:
        return ""
