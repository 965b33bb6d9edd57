"""Ninja Van's histories as the house's parcels; pure. A delivery on the way back to the shipper is no delivery."""

import re
from datetime import UTC, datetime

from playbooks.domain.facts import Parcel, ParcelEvent, ParcelStatus
from retrieval.vendors.ninjavan import wire

VENDOR = "ninjavan"
# The first that begins the status counts. Words of webhook v2, from public handlers.
STATUSES = (
    (r"pending pickup|driver dispatched for pickup|pickup exception|staging", ParcelStatus.ANNOUNCED),
    (r"on vehicle for delivery", ParcelStatus.OUT_FOR_DELIVERY),
    (r"at pudo", ParcelStatus.OUT_FOR_DELIVERY),
    (r"delivered|completed|successful delivery", ParcelStatus.DELIVERED),
    (r"delivery exception|pending reschedule|first attempt delivery fail", ParcelStatus.FAILED_ATTEMPT),
    (r"return(ed)? to (sender|shipper)", ParcelStatus.RETURNING),
    (r"international transit.*\bheld|cancelled|parcel lost|parcel damaged|on hold", ParcelStatus.EXCEPTION),
    (r"picked up|arrived at|in transit|international transit|van en-?route|en-?route", ParcelStatus.IN_TRANSIT),
)
TRACKING_PAGE = "https://www.ninjavan.co/en-{country}/tracking?id="


def parcel(history: wire.History, asked_number: str, country: str) -> Parcel:
    told = sorted(
        ((at, one) for one in history.events if (at := instant(one.timestamp))), key=lambda pair: pair[0], reverse=True
    )
    status, words = _standing([one for _, one in told])
    reference = next((one.shipper_order_ref_no for _, one in told if one.shipper_order_ref_no), None)
    return Parcel(
        tracking_number=asked_number,
        carrier=VENDOR,
        service=None,
        status=status,
        carrier_status=words,
        events=tuple(ParcelEvent(at=at, text=_words(one), place=_place(one)) for at, one in told),
        delivered_at=told[0][0] if status is ParcelStatus.DELIVERED else None,
        order_number=reference,
        url=f"{TRACKING_PAGE.format(country=country)}{asked_number}",
    )


def status_of(words: str, on_the_way_back: bool = False) -> ParcelStatus:
    found = next((status for pattern, status in STATUSES if re.match(pattern, words.strip(), re.I)), ParcelStatus.UNKNOWN)
    return ParcelStatus.RETURNING if on_the_way_back and found is not ParcelStatus.EXCEPTION else found


def _standing(newest_first: list[wire.Event]) -> tuple[ParcelStatus, str]:
    """The newest event's status; where an older one says delivered, both in words and no claim."""
    if not newest_first:
        return ParcelStatus.UNKNOWN, "no events yet"
    statuses = [status_of(one.status, one.is_parcel_on_rts_leg) for one in newest_first]
    words = _words(newest_first[0])
    if statuses[0] in (ParcelStatus.DELIVERED, ParcelStatus.RETURNING) or ParcelStatus.DELIVERED not in statuses:
        return statuses[0], words
    return ParcelStatus.UNKNOWN, f"Ninja Van contradicts itself: delivered, and after that “{words}”"


def _words(event: wire.Event) -> str:
    return f"{event.status} (on its way back)" if event.is_parcel_on_rts_leg else event.status


def _place(event: wire.Event) -> str | None:
    hub = event.hub
    parts = (str(hub[name]) for name in ("hub", "city", "country") if hub.get(name))
    return ", ".join(dict.fromkeys(parts)) or None


def instant(text: str) -> datetime | None:
    """ "2026-11-21T15:01:45+0800"; without a zone read as UTC, assumed."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
