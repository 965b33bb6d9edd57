"""SingPost's items as the house's parcels; pure. Of its codes only IR is known, the rest is read from the descriptions."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

from playbooks.domain.facts import Parcel, ParcelEvent, ParcelStatus
from retrieval.vendors.singpost import wire

SINGAPORE = timezone(timedelta(hours=8))
INFORMATION_RECEIVED = "IR"
# First match counts; "unsuccessful delivery" must not read as a delivery. Wordings assumed from public examples.
WORDS = (
    (re.compile(r"unsuccessful|attempt|not home|unable to deliver", re.I), ParcelStatus.FAILED_ATTEMPT),
    (re.compile(r"return", re.I), ParcelStatus.RETURNING),
    (re.compile(r"out for delivery|with (the )?(postman|delivery)", re.I), ParcelStatus.OUT_FOR_DELIVERY),
    (re.compile(r"(?<!be )(?<!not )(?<!yet )\bdelivered\b|successful delivery", re.I), ParcelStatus.DELIVERED),
    (re.compile(r"damage|held by customs|detained|lost", re.I), ParcelStatus.EXCEPTION),
)
TRACKING_PAGE = "https://www.singpost.com/track-items?trackingid="


def parcel(item: wire.Item, asked_number: str) -> Parcel:
    history = sorted((one for one in item.history if instant(one.Date)), key=_when, reverse=True)
    newest = history[0] if history else None
    status, words = _standing(history)
    return Parcel(
        tracking_number=asked_number,
        carrier=wire.VENDOR,
        service=None,
        status=status,
        carrier_status=words,
        events=tuple(ParcelEvent(at=_when(one), text=_words(one), place=one.Location) for one in history),
        delivered_at=_when(newest) if newest and status is ParcelStatus.DELIVERED else None,
        destination=item.DestinationCountry,
        url=f"{TRACKING_PAGE}{asked_number}",
    )


def _standing(history: Sequence[wire.StatusDetail]) -> tuple[ParcelStatus, str]:
    """The newest event's status; where an older one says delivered, both in words and no claim."""
    if not history:
        return ParcelStatus.UNKNOWN, "no events yet"
    status, words = status_of(history[0]), _words(history[0])
    if status is ParcelStatus.DELIVERED or ParcelStatus.DELIVERED not in map(status_of, history):
        return status, words
    return ParcelStatus.UNKNOWN, f"SingPost contradicts itself: delivered, and after that “{words}”"


def _words(detail: wire.StatusDetail) -> str:
    return detail.StatusDescription or detail.StatusCode or "unknown"


def status_of(newest: wire.StatusDetail) -> ParcelStatus:
    """IR means that SingPost has the data, not the item; any other code that it has the item (public client code)."""
    if newest.StatusCode == INFORMATION_RECEIVED:
        return ParcelStatus.ANNOUNCED
    told = newest.StatusDescription or ""
    return next((status for words, status in WORDS if words.search(told)), ParcelStatus.IN_TRANSIT)


def instant(text: str | None) -> datetime | None:
    """Times without a zone are Singapore's (assumed)."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=SINGAPORE)).astimezone(UTC)


def _when(detail: wire.StatusDetail) -> datetime:
    return instant(detail.Date) or datetime.min.replace(tzinfo=UTC)
