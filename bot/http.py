"""The service's HTTP front: webhooks as raw bytes to the front door, health, readiness and metrics; no decision is made here.

Order for a webhook, always: cap → signature on the raw bytes → envelope → store → acknowledge (design.md D7, mission S6).
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.memory.errors import StorageUnavailable
from bot.metrics import Metrics
from retrieval.ports import BadSignature, Envelope, MalformedPayload, Webhook

log = logging.getLogger(__name__)


class FrontDoor(Protocol):
    """Stores a verified delivery durably; True where it is new. The caller acknowledges only after it returned."""

    async def receive(self, source: str, envelope: Envelope, payload: bytes) -> bool: ...


Readiness = Callable[[], Awaitable[dict[str, object]]]
"""What depends on what: {"ready": bool, "parts": {name: {...}}}."""


async def capped_body(request: Request, cap_bytes: int) -> bytes:
    """The raw body. *Errors:* HTTPException 413 as soon as the cap is passed, whatever Content-Length claimed."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > cap_bytes:
            raise HTTPException(413, f"The body is larger than {cap_bytes} bytes.")
        chunks.append(chunk)
    return b"".join(chunks)


class WebhookEndpoint:
    """One vendor's webhook address."""

    def __init__(
        self, webhook: Webhook, door: FrontDoor, metrics: Metrics, clock: Callable[[], datetime], cap_bytes: int
    ) -> None:
        self._webhook, self._door, self._clock, self._cap = webhook, door, clock, cap_bytes
        self._counter = cache(lambda outcome: metrics.received.labels(webhook.source, outcome))

    async def answer(self, request: Request) -> Response:
        if request.method == "HEAD":  # how Intercom tries an address out before it saves it
            return Response()
        outcome, response = await self._answered(request)
        self._counter(outcome).inc()
        return response

    async def _answered(self, request: Request) -> tuple[str, Response]:
        try:
            body = await capped_body(request, self._cap)
            self._webhook.verify(request.headers, body, self._clock())
            envelope = self._webhook.envelope(body)
        except HTTPException as error:
            return "too_large", _problem(error.status_code, error.detail)
        except BadSignature:
            return "bad_signature", _problem(401, "The signature does not match the body.")
        except MalformedPayload as error:
            log.warning("malformed webhook", extra={"source": self._webhook.source})
            return "malformed", _problem(400, str(error))
        return await self._stored(envelope, body)

    async def _stored(self, envelope: Envelope, body: bytes) -> tuple[str, Response]:
        try:
            is_new = await self._door.receive(self._webhook.source, envelope, body)
        except StorageUnavailable as error:
            log.error("webhook not stored", extra={"source": self._webhook.source, "why": str(error), "remedy": error.remedy})
            return "not_stored", _not_stored()
        outcome = "unknown_topic" if not envelope.is_known else "accepted" if is_new else "duplicate"
        return outcome, JSONResponse({"received": outcome, "topic": envelope.topic})


def _problem(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status)


def _not_stored() -> Response:
    """Nothing was kept of it, so it must come again: every sender we have repeats what is answered with 503."""
    response = _problem(503, "It could not be stored just now. Please send it again.")
    response.headers["Retry-After"] = "5"
    return response


def service_routes(readiness: Readiness, metrics: Metrics) -> list[Route]:
    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(_: Request) -> Response:
        report = await readiness()
        return JSONResponse(report, 200 if report["ready"] else 503)

    async def numbers(_: Request) -> Response:
        await readiness()  # it brings the gauges up to date
        return Response(metrics.text(), media_type="text/plain; version=0.0.4")

    return [Route("/health", health), Route("/ready", ready), Route("/metrics", numbers)]


def webhook_routes(
    webhooks: Mapping[str, Webhook], door: FrontDoor, metrics: Metrics, clock: Callable[[], datetime], cap_bytes: int
) -> list[Route]:
    return [
        Route(f"/webhooks/{name}", WebhookEndpoint(webhook, door, metrics, clock, cap_bytes).answer, methods=["POST", "HEAD"])
        for name, webhook in webhooks.items()
    ]


def web_app(routes: Sequence[BaseRoute]) -> Starlette:
    async def unexpected(_: Request, error: Exception) -> Response:
        reference = f"{id(error):x}"
        log.error("request failed", exc_info=error, extra={"reference": reference})
        return _problem(500, f"Something went wrong on our side. Reference {reference}.")

    async def not_stored(_: Request, error: Exception) -> Response:
        log.error("request not stored", extra={"why": str(error), "remedy": getattr(error, "remedy", "")})
        return _not_stored()

    return Starlette(routes=routes, exception_handlers={Exception: unexpected, StorageUnavailable: not_stored})
