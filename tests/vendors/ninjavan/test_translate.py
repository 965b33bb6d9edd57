"""Ninja Van's histories in our words, status by status."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from playbooks.domain.facts import ParcelStatus
from retrieval.vendors.ninjavan import translate, wire

FIXTURES = Path(__file__).parent / "fixtures"


def history() -> wire.History:
    return wire.Histories.model_validate_json((FIXTURES / "tracking_events.json").read_bytes()).data[0]


def event(status: str, timestamp: str = "2026-11-22T08:00:00+0800", back: bool = False) -> wire.Event:
    return wire.Event(timestamp=timestamp, status=status, is_parcel_on_rts_leg=back)


def with_events(*events: wire.Event) -> wire.History:
    return history().model_copy(update={"events": events})


def test_a_history_becomes_a_parcel_with_hubs_and_our_order_number() -> None:
    parcel = translate.parcel(history(), "NVSGSOLVN000204188", "sg")
    assert (parcel.status, parcel.carrier_status) == (ParcelStatus.OUT_FOR_DELIVERY, "On Vehicle for Delivery")
    assert parcel.order_number == "SV-20418"
    assert [one.at for one in parcel.events] == [
        datetime(2026, 11, 21, 3, 30, tzinfo=UTC),
        datetime(2026, 11, 20, 12, 10, tzinfo=UTC),
        datetime(2026, 11, 19, 7, 1, 45, tzinfo=UTC),
    ]
    assert parcel.events[1].place == "NINJAVAN-HUB, Singapore, SG"
    assert parcel.url == "https://www.ninjavan.co/en-sg/tracking?id=NVSGSOLVN000204188"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("Pending Pickup", ParcelStatus.ANNOUNCED),
        ("Driver dispatched for Pickup", ParcelStatus.ANNOUNCED),
        ("Picked Up, In Transit to Origin Hub", ParcelStatus.IN_TRANSIT),
        ("Arrived at Destination Hub", ParcelStatus.IN_TRANSIT),
        ("International Transit, Customs Held", ParcelStatus.EXCEPTION),
        ("On Vehicle for Delivery", ParcelStatus.OUT_FOR_DELIVERY),
        ("At PUDO", ParcelStatus.OUT_FOR_DELIVERY),
        ("Delivered", ParcelStatus.DELIVERED),
        ("Delivered, Left at Doorstep", ParcelStatus.DELIVERED),
        ("Completed", ParcelStatus.DELIVERED),
        ("Delivery Exception", ParcelStatus.FAILED_ATTEMPT),
        ("Returned to Sender", ParcelStatus.RETURNING),
        ("Return to Shipper Exception", ParcelStatus.RETURNING),
        ("Cancelled", ParcelStatus.EXCEPTION),
        ("Parcel Damaged", ParcelStatus.EXCEPTION),
        ("Something new", ParcelStatus.UNKNOWN),
    ],
)
def test_each_status_has_its_meaning(words: str, status: ParcelStatus) -> None:
    assert translate.status_of(words) is status


def test_a_delivery_on_the_way_back_is_no_delivery() -> None:
    parcel = translate.parcel(with_events(event("Delivered", back=True)), "x", "sg")
    assert (parcel.status, parcel.delivered_at) == (ParcelStatus.RETURNING, None)


def test_the_moment_of_delivery_is_that_of_the_event() -> None:
    parcel = translate.parcel(with_events(event("Delivered")), "x", "sg")
    assert parcel.delivered_at == datetime(2026, 11, 22, 0, 0, tzinfo=UTC)


def test_a_scan_after_the_delivery_is_a_contradiction() -> None:
    told = with_events(event("Delivered", "2026-11-21T08:00:00+0800"), event("Arrived at Destination Hub"))
    parcel = translate.parcel(told, "x", "sg")
    assert (parcel.status, parcel.delivered_at) == (ParcelStatus.UNKNOWN, None)
    assert "contradicts itself" in parcel.carrier_status


def test_a_return_after_a_delivery_is_none() -> None:
    told = with_events(event("Delivered", "2026-11-21T08:00:00+0800"), event("Returned to Sender", back=True))
    assert translate.parcel(told, "x", "sg").status is ParcelStatus.RETURNING
