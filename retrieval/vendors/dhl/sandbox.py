"""DHL's stand-in: unified tracking with key, quota, rate limit and DHL's problem bodies, seeded from the world's orders.

It can contradict itself: `delivered_but_moving` (status delivered, events in transit), `moving_but_delivered`.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from retrieval.connection import Sandbox
from retrieval.sandbox import Control, sandbox_app
from retrieval.sandbox_journey import Journey, Step, journeys
from retrieval.sandbox_rate import Window
from retrieval.world import World

API_KEY = "sandbox-dhl-key"
# Code, status and description as people see them; DHL's own wording is assumed from public examples.
WORDS: dict[str, tuple[str, str, str]] = {
    "announced": ("pre-transit", "LABEL CREATED", "Shipment information received"),
    "collected": ("transit", "PICKED UP", "Shipment picked up"),
    "origin_hub": ("transit", "PROCESSED", "Processed at origin facility"),
    "departed": ("transit", "DEPARTED", "Shipment has departed from a DHL facility"),
    "customs_held": ("failure", "CUSTOMS", "Clearance event: documents are being checked by customs"),
    "customs_cleared": ("transit", "CLEARED", "Customs clearance status updated"),
    "destination_hub": ("transit", "ARRIVED", "Arrived at destination facility"),
    "damaged": ("failure", "DAMAGED", "Shipment damage reported, under investigation"),
    "out_for_delivery": ("transit", "OUT FOR DELIVERY", "Shipment is out with courier: out for delivery"),
    "failed_attempt": ("failure", "NOT HOME", "Delivery attempted; consignee not home"),
    "returning": ("failure", "RETURNED", "Shipment is being returned to shipper"),
    "delivered": ("delivered", "DELIVERED", "Delivered"),
}


def sandbox(world: World, *, calls_per_day: int = 250, calls_per_second: int = 1) -> Sandbox:
    tracking = _Tracking(world, calls_per_day, calls_per_second)
    routes = [Route("/track/shipments", tracking.shipments, methods=["GET"])]
    app = sandbox_app(routes, tracking.control, tracking.state)
    return Sandbox(app=app, settings_at=lambda url: {"api_key": API_KEY, "base_url": url})


class _Tracking:
    def __init__(self, world: World, calls_per_day: int, calls_per_second: int) -> None:
        self.control = Control(error_body=lambda status: problem(status, "Error"))
        self._journeys = journeys(world, "dhl")
        self._quota = _Quota(calls_per_day)
        # A tenth of tolerance: a client that waits a second by its own clock is never refused here.
        self._rate = Window(calls_per_second, 0.9)

    def state(self) -> object:
        return {number: [step.kind for step in one.steps] for number, one in self._journeys.items()}

    async def shipments(self, request: Request) -> Response:
        if request.headers.get("DHL-API-Key") != API_KEY:
            return _refused(401, "Unauthorized", "Unauthorized for given resource.")
        if self._rate.over() or self._quota.over():
            return _refused(429, "Too many requests", "Too many requests within defined time period, please try again later.")
        number = request.query_params.get("trackingNumber", "")
        if not number:
            return _refused(400, "Bad request", "Missing mandatory parameter trackingNumber.")
        journey = self._journeys.get(number)
        if journey is None or request.query_params.get("service", "express") not in ("express", _service(number)):
            return _refused(404, "No result found", "No shipment with given tracking number found.")
        return JSONResponse({"url": f"/track/shipments?trackingNumber={number}", "shipments": [self._shipment(journey)]})

    def _shipment(self, journey: Journey) -> dict[str, Any]:
        order = journey.order
        steps = list(journey.steps)
        status = steps[-1]
        if self.control.contradicts("delivered_but_moving"):
            status = Step("delivered", status.at, journey.city, journey.country)
            steps = [step for step in steps if step.kind != "delivered"]
        if self.control.contradicts("moving_but_delivered"):
            steps.append(Step("delivered", status.at, journey.city, journey.country))
            status = Step("destination_hub", status.at, journey.city, journey.country)
        return {
            "id": order.tracking_number,
            "service": _service(order.tracking_number),
            "origin": _place("Singapore", "SG", ""),
            "destination": _place(journey.city, journey.country, journey.postal_code),
            "status": event(status),
            "details": {
                "product": {"productName": "EXPRESS WORLDWIDE"},
                "proofOfDeliverySignedAvailable": status.kind == "delivered",
                "references": [{"number": order.number, "type": "customer-reference"}],
                "totalNumberOfPieces": 1,
            },
            "events": [event(step) for step in reversed(steps)],
        } | ({"estimatedTimeOfDelivery": order.promised_at.isoformat()} if order.promised_at else {})


class _Quota:
    """So many calls from midnight to midnight GMT."""

    def __init__(self, calls: int, today: Callable[[], date] = lambda: datetime.now(UTC).date()) -> None:
        self._calls, self._today = calls, today
        self._day, self._used = today(), 0

    def over(self) -> bool:
        if self._day != self._today():
            self._day, self._used = self._today(), 0
        self._used += 1
        return self._used > self._calls


def event(step: Step) -> dict[str, Any]:
    code, status, description = WORDS[step.kind]
    return {
        "timestamp": step.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "location": _place(step.city, step.country, ""),
        "statusCode": code,
        "status": status,
        "description": description,
    }


def _place(city: str, country: str, postal_code: str) -> dict[str, Any]:
    address = {"countryCode": country, "addressLocality": city}
    return {"address": address | ({"postalCode": postal_code} if postal_code else {})}


def _service(number: str) -> str:
    return "express" if (number.isdigit() and len(number) == 10) or number.startswith("JD") else "ecommerce"


def problem(status: int, title: str, detail: str = "") -> dict[str, Any]:
    return {"title": title, "detail": detail or title, "status": status}


def _refused(status: int, title: str, detail: str) -> Response:
    return JSONResponse(problem(status, title, detail), status)
