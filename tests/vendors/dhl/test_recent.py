"""DHL's small quota: what is known is not asked again too soon, and never beyond the day's allowance."""

from datetime import UTC, datetime, timedelta

from playbooks.domain.facts import Parcel, ParcelStatus
from retrieval.vendors.dhl.recent import PER_SHIPMENT, Answer, Recent

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NUMBER = "4819203756"


def parcel(status: ParcelStatus) -> Parcel:
    return Parcel(tracking_number=NUMBER, carrier="dhl", service=None, status=status, carrier_status="")


def kept(status: ParcelStatus = ParcelStatus.IN_TRANSIT, at: datetime = NOON) -> Recent:
    recent = Recent(calls_per_day=250)
    recent.keep(NUMBER, Answer((parcel(status),), at))
    return recent


def test_a_moving_parcel_is_asked_about_again_after_a_quarter_of_an_hour() -> None:
    assert kept().fresh(NUMBER, NOON + timedelta(minutes=14))
    assert kept().fresh(NUMBER, NOON + timedelta(minutes=15)) is None


def test_a_delivered_parcel_is_left_in_peace_for_half_a_day() -> None:
    assert kept(ParcelStatus.DELIVERED).fresh(NUMBER, NOON + timedelta(hours=11))
    assert kept(ParcelStatus.DELIVERED).fresh(NUMBER, NOON + timedelta(hours=12)) is None


def test_a_number_that_dhl_does_not_know_is_asked_about_again_too() -> None:
    recent = Recent(calls_per_day=250)
    recent.keep(NUMBER, Answer((), NOON))
    assert recent.fresh(NUMBER, NOON + timedelta(minutes=5)) == Answer((), NOON)
    assert recent.fresh(NUMBER, NOON + timedelta(minutes=20)) is None


def test_the_eleventh_fetch_of_a_shipment_in_a_day_is_not_made() -> None:
    recent = kept()
    for _ in range(PER_SHIPMENT):
        assert recent.may_fetch(NUMBER, NOON)
        recent.fetching(NUMBER, NOON)
    late = NOON + timedelta(hours=11)
    assert not recent.may_fetch(NUMBER, late)
    assert recent.fresh(NUMBER, late) == Answer((parcel(ParcelStatus.IN_TRANSIT),), NOON)


def test_the_day_begins_anew_at_midnight_gmt() -> None:
    recent = Recent(calls_per_day=1)
    recent.fetching(NUMBER, NOON)
    singapore_morning = datetime.fromisoformat("2026-11-23T07:59:00+08:00")
    assert not recent.may_fetch("7301844620", singapore_morning)
    assert recent.may_fetch("7301844620", singapore_morning + timedelta(minutes=1))


def test_only_so_many_answers_are_kept() -> None:
    recent = Recent(calls_per_day=250)
    for number in range(1001):
        recent.keep(str(number), Answer((), NOON))
    assert recent.last("0") is None
    assert recent.last("1000") is not None
