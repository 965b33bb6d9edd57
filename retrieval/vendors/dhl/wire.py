"""DHL's own words: the answer of GET /track/shipments (Shipment Tracking - Unified 1.5.8), unknown fields ignored."""

from pydantic import BaseModel, ConfigDict, Field


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Address(Wire):
    countryCode: str | None = None
    postalCode: str | None = None
    addressLocality: str | None = None


class Place(Wire):
    address: Address | None = None


class Event(Wire):
    """`statusCode` is pre-transit, transit, delivered, failure or unknown; the other texts are for people."""

    timestamp: str | None = None
    location: Place | None = None
    statusCode: str | None = None
    status: str | None = None
    description: str | None = None
    remark: str | None = None


class TimeFrame(Wire):
    estimatedFrom: str | None = None
    estimatedThrough: str | None = None


class Product(Wire):
    productName: str | None = None


class Reference(Wire):
    number: str | None = None
    type: str | None = None


class Details(Wire):
    product: Product | None = None
    references: tuple[Reference, ...] = ()


class Shipment(Wire):
    id: str
    service: str | None = None
    destination: Place | None = None
    status: Event
    estimatedTimeOfDelivery: str | None = None
    estimatedDeliveryTimeFrame: TimeFrame | None = None
    details: Details | None = None
    events: tuple[Event, ...] = ()


class Shipments(Wire):
    shipments: tuple[Shipment, ...]


class Problem(Wire):
    """RFC 7807, as DHL sends it."""

    title: str
    status: int
    detail: str = Field(default="")
