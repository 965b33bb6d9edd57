"""DHL's answers in our words, fixture by fixture and code by code."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from playbooks.domain.facts import ParcelStatus
from retrieval.vendors.dhl import translate, wire

FIXTURES = Path(__file__).parent / "fixtures"


def shipment(**changes: object) -> wire.Shipment:
    found = wire.Shipments.model_validate_json((FIXTURES / "in_transit.json").read_bytes()).shipments[0]
    return wire.Shipment.model_validate(found.model_dump() | changes)


def test_a_shipment_becomes_a_parcel_with_its_promise_history_and_order() -> None:
    parcel = translate.parcel(shipment(), "4819203756")
    assert (parcel.status, parcel.carrier_status) == (
        ParcelStatus.IN_TRANSIT,
        "Shipment has departed from a DHL facility",
    )
    assert parcel.promised_at == datetime(2026, 11, 17, 10, 0, tzinfo=UTC)
    assert parcel.delivered_at is None
    assert parcel.service == "EXPRESS DOMESTIC"
    assert parcel.destination == "SINGAPORE - SINGAPORE, 456082, SG"
    assert parcel.order_number == "SV-20417"


def test_an_event_without_a_zone_is_utc_and_one_without_a_time_is_left_out() -> None:
    first, second = translate.parcel(shipment(), "4819203756").events
    assert first.place == "SINGAPORE - SINGAPORE, SG"
    assert second.at == datetime(2026, 11, 13, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "words", "status"),
    [
        ("pre-transit", "Label created", ParcelStatus.ANNOUNCED),
        ("transit", "Processed at facility", ParcelStatus.IN_TRANSIT),
        ("transit", "Shipment is out for delivery", ParcelStatus.OUT_FOR_DELIVERY),
        ("transit", "With delivery courier", ParcelStatus.OUT_FOR_DELIVERY),
        ("delivered", "Delivered", ParcelStatus.DELIVERED),
        ("failure", "Delivery attempted; consignee not home", ParcelStatus.FAILED_ATTEMPT),
        ("failure", "Returned to shipper", ParcelStatus.RETURNING),
        ("failure", "Damaged", ParcelStatus.EXCEPTION),
        ("unknown", "?", ParcelStatus.UNKNOWN),
        ("a code of tomorrow", "?", ParcelStatus.UNKNOWN),
    ],
)
def test_each_status_code_has_its_meaning(code: str, words: str, status: ParcelStatus) -> None:
    told = {"timestamp": "2026-11-15T09:00:00Z", "statusCode": code, "description": words}
    parcel = translate.parcel(shipment(status=told, events=[told]), "4819203756")
    assert (parcel.status, parcel.carrier_status) == (status, words)
    assert (parcel.delivered_at is not None) is (status is ParcelStatus.DELIVERED)


def test_a_status_that_its_newest_event_denies_is_no_claim_but_both_stories() -> None:
    told = {"timestamp": "2026-11-15T09:00:00Z", "statusCode": "delivered", "description": "Delivered"}
    parcel = translate.parcel(shipment(status=told), "4819203756")
    assert (parcel.status, parcel.delivered_at) == (ParcelStatus.UNKNOWN, None)
    assert "Delivered" in parcel.carrier_status
    assert "departed" in parcel.carrier_status


def test_a_promise_given_as_a_time_frame_counts_to_its_end() -> None:
    parcel = translate.parcel(shipment(estimatedTimeOfDelivery=None), "4819203756")
    assert parcel.promised_at == datetime(2026, 11, 17, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "service"),
    [
        ("4819203756", "express"),
        ("00340434292135100162", "parcel-de"),
        ("GM6051123456789012345", "ecommerce"),
        ("JD014600003128845512", None),
    ],
)
def test_the_service_is_named_where_the_number_tells_it(number: str, service: str | None) -> None:
    assert translate.service_of(number) == service
