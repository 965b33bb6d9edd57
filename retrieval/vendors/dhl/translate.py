"""DHL's shipments as the house's parcels; pure. Where DHL contradicts itself, the parcel says both and claims neither."""

import re
from datetime import UTC, datetime

from playbooks.domain.facts import Parcel, ParcelEvent, ParcelStatus
from retrieval.carriers import normalised
from retrieval.vendors.dhl import wire

CODES = {
    "pre-transit": ParcelStatus.ANNOUNCED,
    "transit": ParcelStatus.IN_TRANSIT,
    "delivered": ParcelStatus.DELIVERED,
    "failure": ParcelStatus.EXCEPTION,
    "unknown": ParcelStatus.UNKNOWN,
}
# DHL's codes are coarse; its English texts tell more. The wordings are assumed from public examples.
FINER = (
    (ParcelStatus.IN_TRANSIT, re.compile(r"out for delivery|with delivery courier", re.I), ParcelStatus.OUT_FOR_DELIVERY),
    (ParcelStatus.EXCEPTION, re.compile(r"return", re.I), ParcelStatus.RETURNING),
    (ParcelStatus.EXCEPTION, re.compile(r"attempt|not home|unsuccessful", re.I), ParcelStatus.FAILED_ATTEMPT),
)
TRACKING_PAGE = "https://www.dhl.com/global-en/home/tracking.html?tracking-id="


def service_of(number: str) -> str | None:
    """DHL's `service` for a number whose form tells; without it another division's shipment may come back (DHL's KB)."""
    form = normalised(number)
    if re.fullmatch(r"\d{10}", form):
        return "express"
    if re.fullmatch(r"00340\d{15}", form):
        return "parcel-de"
    return "ecommerce" if form.startswith("GM") else None


def parcel(shipment: wire.Shipment, asked_number: str) -> Parcel:
    """`asked_number` stays the parcel's name: DHL answers a piece number with its shipment's."""
    status, words = _standing(shipment)
    said = shipment.status
    return Parcel(
        tracking_number=asked_number,
        carrier="dhl",
        service=_service(shipment),
        status=status,
        carrier_status=words,
        events=tuple(event for one in shipment.events if (event := _event(one))),
        promised_at=_promised(shipment),
        delivered_at=instant(said.timestamp) if status is ParcelStatus.DELIVERED else None,
        destination=place(shipment.destination),
        order_number=_order_number(shipment.details),
        url=f"{TRACKING_PAGE}{asked_number}",
    )


def _standing(shipment: wire.Shipment) -> tuple[ParcelStatus, str]:
    """The status; where the newest event tells another story, both stories and no claim."""
    said, words = _status(shipment.status), _words(shipment.status)
    newest = max(shipment.events, key=_when, default=None)
    if newest is None or newest.statusCode is None or (newest.statusCode == "delivered") == (said is ParcelStatus.DELIVERED):
        return said, words
    return ParcelStatus.UNKNOWN, f"DHL contradicts itself: status “{words}”, newest event “{_words(newest)}”"


def _status(event: wire.Event) -> ParcelStatus:
    coarse = CODES.get((event.statusCode or "").lower(), ParcelStatus.UNKNOWN)
    told = f"{event.status or ''} {event.description or ''} {event.remark or ''}"
    return next((finer for code, words, finer in FINER if code is coarse and words.search(told)), coarse)


def _words(event: wire.Event) -> str:
    return event.description or event.status or event.statusCode or "unknown"


def _event(event: wire.Event) -> ParcelEvent | None:
    at = instant(event.timestamp)
    return ParcelEvent(at=at, text=_words(event), place=place(event.location)) if at else None


def _when(event: wire.Event) -> datetime:
    return instant(event.timestamp) or datetime.min.replace(tzinfo=UTC)


def _service(shipment: wire.Shipment) -> str | None:
    product = shipment.details.product if shipment.details else None
    return (product.productName if product else None) or shipment.service


def _promised(shipment: wire.Shipment) -> datetime | None:
    frame = shipment.estimatedDeliveryTimeFrame
    return instant(shipment.estimatedTimeOfDelivery) or instant(frame.estimatedThrough if frame else None)


def _order_number(details: wire.Details | None) -> str | None:
    """The shipper's own reference (assumed: type `customer-reference`)."""
    references = details.references if details else ()
    return next((one.number for one in references if one.number and "customer" in (one.type or "")), None)


def place(where: wire.Place | None) -> str | None:
    address = where.address if where else None
    if address is None:
        return None
    parts = (address.addressLocality, address.postalCode, address.countryCode)
    return ", ".join(part for part in parts if part) or None


def instant(text: str | None) -> datetime | None:
    """DHL often leaves the zone out (local time of the place, which it does not name): read as UTC, assumed."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
