"""An order on the card: where its parcel is and when it came, nothing said twice."""

from datetime import timedelta

import pytest

from playbooks.cards.orders import order_facts
from playbooks.domain.facts import Parcel, ParcelEvent, ParcelStatus
from tests.playbooks.cast import CUSTOMER, DAY, NOW

HANDED_OVER = ParcelEvent(at=NOW - DAY, text="Delivered to recipient", place=None)
PARCEL = Parcel(
    tracking_number="RR1SG",
    carrier="singpost",
    service=None,
    status=ParcelStatus.DELIVERED,
    carrier_status="Delivered to recipient",
    events=(ParcelEvent(at=NOW - 2 * DAY, text="Sorted", place="Paya Lebar"), HANDED_OVER),
    promised_at=NOW - DAY,
    delivered_at=HANDED_OVER.at,
    order_number="SV-1",
)


def told(parcel: Parcel) -> dict[str, str]:
    source = CUSTOMER.sources[0].model_copy(update={"charges": (), "parcels": (parcel,)})
    [block] = order_facts(CUSTOMER.model_copy(update={"sources": (source,)}), NOW, "UTC")
    return {one.label: one.value for one in block.items}


def test_a_delivered_parcel_says_when_it_came_and_when_it_was_promised() -> None:
    assert told(PARCEL) == {
        "Order": "SV-1",
        "Parcel": "SingPost RR1SG",
        "Status": "Delivered · Delivered to recipient",
        "Promised": "21 Nov 2026",
        "Delivered": "21 Nov 2026, 03:00",
    }


@pytest.mark.parametrize(
    ("event", "seen"),
    [
        (ParcelEvent(at=NOW, text="Delivered to recipient", place="Bedok"), "Bedok (22 Nov 2026, 03:00)"),
        (ParcelEvent(at=NOW, text="Delivered to recipient", place=None), "22 Nov 2026, 03:00"),
        (ParcelEvent(at=NOW, text="Signed by a neighbour", place=None), "Signed by a neighbour (22 Nov 2026, 03:00)"),
        (ParcelEvent(at=NOW, text="Sent back", place="Bedok"), "Sent back, Bedok (22 Nov 2026, 03:00)"),
    ],
)
def test_last_seen_adds_what_the_status_does_not_say(event: ParcelEvent, seen: str) -> None:
    assert told(PARCEL.model_copy(update={"events": (*PARCEL.events, event)}))["Last seen"] == seen


def test_a_parcel_that_nobody_has_scanned_is_not_said_to_be_seen() -> None:
    bare = PARCEL.model_copy(update={"events": (), "delivered_at": None, "promised_at": NOW + timedelta(days=1)})
    assert told(bare).keys() == {"Order", "Parcel", "Status", "Promised"}
