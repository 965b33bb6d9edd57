"""SingPost's stand-in: item tracking in XML behind a key, with a rate limit, seeded from the world's orders.

It can contradict itself: `delivered_but_moving` puts a delivery between two later scans.
"""

from datetime import UTC, timedelta, timezone
from typing import Any
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from retrieval.connection import Sandbox
from retrieval.sandbox import Control, sandbox_app
from retrieval.sandbox_journey import Journey, Step, journeys
from retrieval.sandbox_rate import Window
from retrieval.world import World

API_KEY = "sandbox-singpost-key"
NS = "http://singpost.com/paw/ns"
LOCAL = timezone(timedelta(hours=8))
# Code and description; all codes but IR are invented here, SingPost publishes none.
WORDS = {
    "announced": ("IR", "Information Received"),
    "collected": ("AC", "Item accepted at post office"),
    "origin_hub": ("HQ", "Item received at processing centre"),
    "departed": ("DP", "Despatched from Singapore"),
    "customs_held": ("CH", "Held by customs for clearance"),
    "customs_cleared": ("CC", "Released by customs"),
    "destination_hub": ("AL", "Arrived at delivery base"),
    "damaged": ("DM", "Item found with damage"),
    "out_for_delivery": ("OD", "Out for delivery with the postman"),
    "failed_attempt": ("UD", "Unsuccessful delivery: recipient not in"),
    "returning": ("RS", "Item being returned to sender"),
    "delivered": ("DF", "Delivered to recipient"),
}


def sandbox(world: World, *, calls_per_second: int = 5) -> Sandbox:
    tracking = _Tracking(world, calls_per_second)
    app = sandbox_app([Route("/sp/tracking", tracking.track, methods=["POST"])], tracking.control, tracking.state)
    return Sandbox(app=app, settings_at=lambda url: {"api_key": API_KEY, "base_url": url})


class _Tracking:
    def __init__(self, world: World, calls_per_second: int) -> None:
        self.control = Control(error_body=lambda status: gateway_error(status, "Error"))
        self._journeys = journeys(world, "singpost")
        self._rate = Window(calls_per_second, 1.0)

    def state(self) -> object:
        return {number: [step.kind for step in one.steps] for number, one in self._journeys.items()}

    async def track(self, request: Request) -> Response:
        if request.headers.get("Authorization") != API_KEY:
            return JSONResponse(gateway_error(401, "Access denied due to invalid subscription key."), 401)
        if wait := self._rate.over():
            seconds = str(int(wait) + 1)
            body = gateway_error(429, f"Rate limit is exceeded. Try again in {seconds} seconds.")
            return JSONResponse(body, 429, headers={"Retry-After": seconds})
        try:
            asked = fromstring(await request.body(), forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError):
            return _answer("", "1", "Invalid request")
        numbers = [(one.text or "").strip() for one in asked.iter(f"{{{NS}}}TrackingNumber")]
        if asked.tag != f"{{{NS}}}ItemTrackingDetailsRequest" or not numbers:
            return _answer("", "1", "Invalid request")
        return _answer("".join(self._item(number) for number in numbers), "0", "Success")

    def _item(self, number: str) -> str:
        journey = self._journeys.get(number)
        if journey is None:
            return (
                f"<ItemTrackingDetail><TrackingNumber>{escape(number)}</TrackingNumber>"
                "<TrackingNumberFound>false</TrackingNumberFound><OriginalCountry>-</OriginalCountry>"
                "<DestinationCountry>-</DestinationCountry><PostingDate>-</PostingDate></ItemTrackingDetail>"
            )
        details = "".join(_detail(step) for step in reversed(self._steps(journey)))
        return (
            f"<ItemTrackingDetail><TrackingNumber>{escape(number)}</TrackingNumber>"
            "<TrackingNumberFound>true</TrackingNumberFound><OriginalCountry>SG</OriginalCountry>"
            f"<DestinationCountry>{escape(journey.country)}</DestinationCountry><PostingDate>{_local(journey.steps[0])}</PostingDate>"
            f"<DeliveryStatusDetails>{details}</DeliveryStatusDetails></ItemTrackingDetail>"
        )

    def _steps(self, journey: Journey) -> list[Step]:
        steps = list(journey.steps)
        if self.control.contradicts("delivered_but_moving"):
            at = journey.last.at - timedelta(minutes=30)
            steps.insert(len(steps) - 1, Step("delivered", at, journey.city, journey.country))
        return steps


def _detail(step: Step) -> str:
    code, words = WORDS[step.kind]
    return (
        f"<DeliveryStatusDetail><StatusDescription>{escape(words)}</StatusDescription><Date>{_local(step)}</Date>"
        f"<StatusCode>{code}</StatusCode><ReasonCode>-</ReasonCode></DeliveryStatusDetail>"
    )


def _local(step: Step) -> str:
    return step.at.astimezone(UTC).astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M:%S")


def _answer(items: str, code: str, words: str) -> Response:
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?><ItemTrackingDetailsResponse xmlns="{NS}"><Status><ErrorCode>{code}</ErrorCode>'
        f"<ErrorDesc>{escape(words)}</ErrorDesc></Status><ItemsTrackingDetailList>{items}</ItemsTrackingDetailList>"
        "</ItemTrackingDetailsResponse>"
    )
    return Response(body, media_type="application/xml")


def gateway_error(status: int, message: str) -> dict[str, Any]:
    """As Azure API Management answers; that SingPost's gateway is one is assumed from its address."""
    return {"statusCode": status, "message": message}
