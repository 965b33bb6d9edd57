"""SingPost's XML: what it says, what "-" means, and that hostile documents do nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.facts import ParcelStatus
from retrieval.errors import Surprised
from retrieval.vendors.singpost import translate, wire

FIXTURES = Path(__file__).parent / "fixtures"
BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><ItemTrackingDetailsResponse xmlns="http://singpost.com/paw/ns">
<Status><ErrorCode>&c;</ErrorCode></Status></ItemTrackingDetailsResponse>"""
THIEF = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<ItemTrackingDetailsResponse xmlns="http://singpost.com/paw/ns"><Status><ErrorCode>0</ErrorCode></Status>
<ItemsTrackingDetailList><ItemTrackingDetail><TrackingNumber>&secret;</TrackingNumber></ItemTrackingDetail>
</ItemsTrackingDetailList></ItemTrackingDetailsResponse>"""

GOOD = (FIXTURES / "two_items.xml").read_bytes()


def item() -> wire.Item:
    return wire.items((FIXTURES / "two_items.xml").read_bytes())[0]


def detail(code: str, words: str, date: str = "2026-11-21T09:00:00") -> wire.StatusDetail:
    return wire.StatusDetail(StatusDescription=words, StatusCode=code, Date=date)


def test_an_item_has_its_history_and_minus_means_nothing() -> None:
    found, missing = wire.items((FIXTURES / "two_items.xml").read_bytes())
    assert (found.found, found.OriginCountry, found.DestinationCountry) == (True, "SINGAPORE", "MALAYSIA")
    assert found.history[2] == wire.StatusDetail()
    assert (missing.found, missing.OriginCountry, missing.PostingDate) == (False, None, None)


def test_an_item_becomes_a_parcel_with_times_of_singapore_newest_first() -> None:
    parcel = translate.parcel(item(), "RR481205731SG")
    assert (parcel.status, parcel.carrier_status) == (ParcelStatus.IN_TRANSIT, "Arrived at delivery base")
    assert [one.at for one in parcel.events] == [
        datetime(2026, 11, 20, 2, 56, tzinfo=UTC),
        datetime(2026, 11, 18, 1, 0, tzinfo=UTC),
    ]


def test_singposts_own_error_is_a_surprise_with_its_code() -> None:
    with pytest.raises(Surprised) as error:
        wire.items((FIXTURES / "error.xml").read_bytes())
    assert error.value.code == "4"


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        THIEF,
        b"",
        b"<html>maintenance",
        b"<a/>",
        b'{"shipments": []}',
        b"\xff\xfe\x00",
        b"<a>" * 50_000,
        GOOD.replace(b"?>", b"?><!DOCTYPE ItemTrackingDetailsResponse>", 1),
        GOOD + b" " * 1_000_000,
    ],
    ids=[
        "entity bomb",
        "external entity",
        "nothing",
        "cut off",
        "a stranger",
        "json",
        "no text",
        "deep",
        "a harmless DTD",
        "huge",
    ],
)
def test_hostile_and_strange_documents_are_surprises(body: bytes) -> None:
    with pytest.raises(Surprised):
        wire.items(body)


@given(st.binary())
def test_no_bytes_whatever_raise_anything_else(body: bytes) -> None:
    with pytest.raises(Surprised):
        wire.items(body)


def test_a_number_cannot_break_out_of_the_request() -> None:
    body = wire.request(["</TrackingNumber><Evil/>"], "-").decode()
    assert "<Evil/>" not in body
    assert "&lt;Evil/&gt;" in body


@pytest.mark.parametrize(
    ("code", "words", "status"),
    [
        ("IR", "Information Received", ParcelStatus.ANNOUNCED),
        ("AC", "Item accepted at post office", ParcelStatus.IN_TRANSIT),
        ("OD", "Out for delivery", ParcelStatus.OUT_FOR_DELIVERY),
        ("DF", "Delivered to recipient", ParcelStatus.DELIVERED),
        ("UD", "Unsuccessful delivery: recipient not in", ParcelStatus.FAILED_ATTEMPT),
        ("RS", "Item being returned to sender", ParcelStatus.RETURNING),
        ("CH", "Held by Customs", ParcelStatus.EXCEPTION),
        ("ZZ", "Something new", ParcelStatus.IN_TRANSIT),
        ("AL", "To be delivered tomorrow", ParcelStatus.IN_TRANSIT),
        ("AL", "Not yet delivered", ParcelStatus.IN_TRANSIT),
        ("AL", "Undelivered", ParcelStatus.IN_TRANSIT),
    ],
)
def test_each_description_has_its_meaning(code: str, words: str, status: ParcelStatus) -> None:
    assert translate.status_of(detail(code, words)) is status


def test_an_item_without_events_is_unknown() -> None:
    parcel = translate.parcel(wire.Item(TrackingNumber="RR481205731SG", TrackingNumberFound="true"), "RR481205731SG")
    assert (parcel.status, parcel.events) == (ParcelStatus.UNKNOWN, ())


def test_a_scan_after_the_delivery_is_a_contradiction() -> None:
    history = (detail("DF", "Delivered to recipient"), detail("AL", "Arrived at delivery base", "2026-11-21T12:00:00"))
    parcel = translate.parcel(wire.Item(TrackingNumber="x", history=history), "x")
    assert (parcel.status, parcel.delivered_at) == (ParcelStatus.UNKNOWN, None)
    assert "contradicts itself" in parcel.carrier_status
