"""SingPost's own words: the tracking request and its answer as XML; hostile XML is refused before it can do harm.

Documents with a DTD (entity bombs, external entities) are never read. "-" is SingPost's word for an empty value.
"""

from collections.abc import Iterable
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from pydantic import BaseModel, ConfigDict, ValidationError

from retrieval.errors import Surprised

VENDOR = "singpost"
NAMESPACE = "http://singpost.com/paw/ns"
LARGEST_BYTES = 1_000_000
"""Ten items with long histories are some 50 kB."""


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class StatusDetail(Wire):
    StatusDescription: str | None = None
    Date: str | None = None
    Location: str | None = None
    StatusCode: str | None = None
    ReasonCode: str | None = None


class Item(Wire):
    TrackingNumber: str
    TrackingNumberFound: str | None = None
    OriginCountry: str | None = None
    DestinationCountry: str | None = None
    PostingDate: str | None = None
    history: tuple[StatusDetail, ...] = ()

    @property
    def found(self) -> bool:
        return (self.TrackingNumberFound or "").lower() == "true"


def request(numbers: Iterable[str], system_id: str) -> bytes:
    items = "".join(f"<TrackingNumber>{escape(number)}</TrackingNumber>" for number in numbers)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ItemTrackingDetailsRequest xmlns="{NAMESPACE}">'
        f"<SystemID>{escape(system_id)}</SystemID><ItemTrackingNumbers>{items}</ItemTrackingNumbers>"
        "</ItemTrackingDetailsRequest>"
    ).encode()


def items(body: bytes) -> tuple[Item, ...]:
    """*Errors:* Surprised for what is no such document, is hostile or too large, and for SingPost's own error codes."""
    root = _document(body)
    code = _text(root, "Status/ErrorCode")
    if code != "0":
        raise Surprised(VENDOR, f"error code {code or 'missing'}", remedy="Ask SingPost what the code means.", code=code)
    return tuple(_item(one) for one in root.iterfind(_path("ItemsTrackingDetailList/ItemTrackingDetail")))


def _document(body: bytes) -> Element:
    if len(body) > LARGEST_BYTES:
        raise _surprised(f"an answer of {len(body)} bytes")
    try:
        return fromstring(body, forbid_dtd=True)
    except (DefusedXmlException, ParseError, ValueError, RecursionError) as error:
        raise _surprised(f"not its XML: {type(error).__name__}") from None


def _item(element: Element) -> Item:
    fields = {name: _text(element, name) for name in Item.model_fields if name != "history"}
    fields["OriginCountry"] = fields["OriginCountry"] or _text(element, "OriginalCountry")
    history = [
        StatusDetail(**{name: _text(one, name) for name in StatusDetail.model_fields})
        for one in element.iterfind(_path("DeliveryStatusDetails/DeliveryStatusDetail"))
    ]
    try:
        return Item.model_validate({**fields, "history": history})
    except ValidationError:
        raise _surprised("an item without its tracking number") from None


def _text(element: Element, path: str) -> str | None:
    value = (element.findtext(_path(path)) or "").strip()
    return value if value and value != "-" else None


def _path(path: str) -> str:
    return "/".join(f"{{{NAMESPACE}}}{step}" for step in path.split("/"))


def _surprised(what: str) -> Surprised:
    return Surprised(VENDOR, what, remedy="SingPost answered with something else than its tracking XML; check the base URL.")
