"""Ninja Van's stand-in: OAuth2 tokens that expire, tracking events, webhook bodies signed as Ninja Van does.

It can contradict itself: `delivered_but_moving` puts a delivery before the newest scan. `/_sandbox/webhook/{number}` gives
the newest event of a parcel as a signed webhook: body, header and signature, ready to be posted to the product.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import UTC, timedelta, timezone
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from retrieval.connection import Sandbox
from retrieval.sandbox import Control, sandbox_app
from retrieval.sandbox_journey import Journey, Step, journeys
from retrieval.sandbox_rate import Window
from retrieval.world import World

CLIENT_ID, CLIENT_SECRET = "sandbox-client", "sandbox-ninjavan-client-key"
TOKEN_SECONDS = 3600
LOCAL = timezone(timedelta(hours=8))
SHIPPER_ID = 14002
# Status and, where there is one, the name of its detail field.
WORDS = {
    "announced": ("Pending Pickup", ""),
    "collected": ("Picked Up, In Transit to Origin Hub", ""),
    "origin_hub": ("Arrived at Origin Hub", "arrived_at_origin_hub_information"),
    "departed": ("In Transit to Next Sorting Hub", "in_transit_to_next_sorting_hub_information"),
    "customs_held": ("International Transit, Customs Held", ""),
    "customs_cleared": ("International Transit, Customs Cleared", ""),
    "destination_hub": ("Arrived at Destination Hub", "arrived_at_destination_hub_information"),
    "damaged": ("Parcel Damaged", ""),
    "out_for_delivery": ("On Vehicle for Delivery", ""),
    "failed_attempt": ("Delivery Exception, Pending Reschedule", ""),
    "returning": ("Returned to Sender", ""),
    "delivered": ("Delivered, Received by Customer", ""),
}


def sandbox(world: World, *, calls_per_second: int = 20, clock: Callable[[], float] = time.time) -> Sandbox:
    van = _Van(world, calls_per_second, clock)
    routes = [
        Route("/_sandbox/webhook/{number}", van.webhook, methods=["GET"]),
        Route("/{country}/2.0/oauth/access_token", van.token, methods=["POST"]),
        Route("/{country}/1.0/orders/tracking-events", van.list_events, methods=["GET"]),
        Route("/{country}/1.0/orders/tracking-events/{number}", van.one_history, methods=["GET"]),
    ]

    def settings_at(url: str) -> dict[str, str]:
        return {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "country": "sg", "base_url": url}

    return Sandbox(app=sandbox_app(routes, van.control, van.state), settings_at=settings_at)


class _Van:
    def __init__(self, world: World, calls_per_second: int, clock: Callable[[], float]) -> None:
        self.control = Control(error_body=lambda status: problem(str(status), "Error"))
        self._journeys = journeys(world, "ninjavan")
        self._rate, self._clock = Window(calls_per_second, 1.0), clock
        self._tokens: dict[str, float] = {}

    def state(self) -> object:
        parcels = {number: [step.kind for step in one.steps] for number, one in self._journeys.items()}
        return {"parcels": parcels, "tokens": len(self._tokens)}

    async def token(self, request: Request) -> Response:
        try:
            asked = json.loads(await request.body())
        except ValueError:
            asked = None
        if not isinstance(asked, dict) or asked.get("grant_type") != "client_credentials":
            return _refused(400, "INVALID_REQUEST", "grant_type must be client_credentials")
        if (asked.get("client_id"), asked.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _refused(401, "UNAUTHORIZED", "Invalid client credentials")
        token = hashlib.sha256(f"token {len(self._tokens)}".encode()).hexdigest()
        self._tokens[token] = self._clock() + TOKEN_SECONDS
        return JSONResponse(
            {
                "access_token": token,
                "expires": int(self._tokens[token]),
                "expires_in": TOKEN_SECONDS,
                "token_type": "bearer",
            }
        )

    async def list_events(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        numbers = request.query_params.getlist("tracking_number")
        if not numbers:
            return _refused(400, "BAD_REQUEST", "tracking_number is required")
        known = [self._journeys[number] for number in numbers if number in self._journeys]
        return JSONResponse({"data": [self._history(one) for one in known]})

    async def one_history(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        journey = self._journeys.get(request.path_params["number"])
        return JSONResponse(self._history(journey)) if journey else _refused(404, "NOT_FOUND", "Order not found")

    async def webhook(self, request: Request) -> Response:
        journey = self._journeys.get(request.path_params["number"])
        if journey is None:
            return _refused(404, "NOT_FOUND", "Order not found")
        told = event(journey, journey.last)
        body = json.dumps(
            {
                "tracking_id": told.pop("tracking_number"),
                "event": told["status"],
                **told,
            }
        )
        signature = base64.b64encode(hmac.new(CLIENT_SECRET.encode(), body.encode(), hashlib.sha256).digest()).decode()
        return JSONResponse({"body": body, "headers": {"X-Ninjavan-Hmac-Sha256": signature}})

    def _refusal(self, request: Request) -> Response | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or self._tokens.get(token, 0) <= self._clock():
            return _refused(401, "UNAUTHORIZED", "Access token is missing, unknown or expired")
        if wait := self._rate.over():
            headers = {"Retry-After": str(int(wait) + 1)}
            return JSONResponse(problem("TOO_MANY_REQUESTS", "Rate limit exceeded"), 429, headers=headers)
        return None

    def _history(self, journey: Journey) -> dict[str, Any]:
        events = [event(journey, step) for step in journey.steps]
        if self.control.contradicts("delivered_but_moving"):
            before = journey.last.at - timedelta(minutes=30)
            events.insert(len(events) - 1, event(journey, Step("delivered", before, journey.city, journey.country)))
        return {
            "tracking_number": journey.order.tracking_number,
            "is_full_history_available": True,
            "events": events,
        }


def event(journey: Journey, step: Step) -> dict[str, Any]:
    status, detail = WORDS[step.kind]
    hub = {detail: {"country": step.country, "city": step.city, "hub": f"{step.city.upper()[:3]}-HUB"}} if detail else {}
    return {
        "shipper_id": SHIPPER_ID,
        "tracking_number": journey.order.tracking_number,
        "shipper_order_ref_no": journey.order.number,
        "timestamp": step.at.astimezone(UTC).astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M:%S%z"),
        "status": status,
        "is_parcel_on_rts_leg": step.kind == "returning",
    } | hub


def problem(title: str, message: str) -> dict[str, Any]:
    return {"error": {"title": title, "message": message, "details": []}}


def _refused(status: int, title: str, message: str) -> Response:
    return JSONResponse(problem(title, message), status)
