"""Flags, contradictions and the timeline: what the sources say together, with reasons."""

from datetime import timedelta

import pytest

from playbooks.contradictions import contradictions
from playbooks.domain.customer import Identity
from playbooks.domain.facts import Customer360, FlagKind, ParcelStatus, SourceFacts
from playbooks.flags import FlagRules, flags, late
from playbooks.timeline import timeline
from playbooks.words import ago, length, listed, money, plural, shortened, titled
from tests.playbooks.cast import CUSTOMER, DAY, DHL, HOUR, NOBODY_SPECIAL, NOW, STRIPE, dollars

PARCEL = DHL.parcels[0]


def with_source(**changed: object) -> Customer360:
    source = SourceFacts.model_validate({"source": "x", "as_of": NOW, **changed})
    return Customer360(identity=Identity(), sources=(source,))


def reasons(customer: Customer360) -> dict[FlagKind, str]:
    return {one.kind: one.reason for one in flags(customer, NOW)}


WANTED = {
    FlagKind.VIP: "Platinum customer, Nair Residences; account owner Tom Becker",
    FlagKind.OPEN_DISPUTE: "Dispute dp_1 of S$4,200.00 (product not received), answer by 3 Dec 2026",
    FlagKind.LATE_PARCEL: "SV-20417 with DHL: promised 18 Nov 2026, 4 days late (Held in customs)",
    FlagKind.OVERDUE_INVOICE: "Invoice INV-7 of S$90.00, due 12 Nov 2026",
    FlagKind.LOW_RATING: "Rated us 2 of 5 on 12 Nov 2026: “Slow”",
    FlagKind.REPEAT_CONTACT: "3 conversations in the last 30 days",
    FlagKind.AT_RISK: "An open dispute, an overdue invoice, a late parcel, repeated contact and a low rating",
}


@pytest.mark.parametrize("kind", list(WANTED))
def test_a_flag_says_its_reason(kind: FlagKind) -> None:
    assert reasons(CUSTOMER)[kind] == WANTED[kind]


def test_a_customer_without_trouble_has_no_flag() -> None:
    assert flags(NOBODY_SPECIAL, NOW) == ()


def test_a_closed_dispute_and_a_paid_invoice_are_no_flags() -> None:
    closed = STRIPE.model_copy(
        update={
            "disputes": (STRIPE.disputes[0].model_copy(update={"is_open": False}),),
            "invoices": (STRIPE.invoices[0].model_copy(update={"overdue": False}),),
        }
    )
    assert reasons(Customer360(identity=Identity(), sources=(closed,))) == {}


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"status": ParcelStatus.DELIVERED, "delivered_at": NOW - 2 * DAY}, "delivered 20 Nov 2026, 2 days after"),
        ({"status": ParcelStatus.DELIVERED, "delivered_at": NOW - 5 * DAY}, None),
        ({"status": ParcelStatus.IN_TRANSIT, "promised_at": NOW + HOUR}, None),
        ({"status": ParcelStatus.IN_TRANSIT, "promised_at": NOW - HOUR}, "1 h late"),
        ({"status": ParcelStatus.EXCEPTION, "promised_at": None}, "Held in customs"),
        ({"status": ParcelStatus.IN_TRANSIT, "promised_at": None}, None),
        ({"status": ParcelStatus.DELIVERED, "promised_at": NOW - 40 * DAY, "delivered_at": NOW - 30 * DAY}, None),
    ],
)
def test_a_parcel_is_late_by_its_promise(changed: dict[str, object], wanted: str | None) -> None:
    told = late(PARCEL.model_copy(update=changed), NOW)
    assert (told is None) == (wanted is None)
    assert wanted is None or (told is not None and wanted in told)


def test_a_regular_buyer_in_no_trouble_may_want_a_plan() -> None:
    paid = tuple(
        STRIPE.charges[0].model_copy(update={"charge_id": f"ch_{n}", "disputed": False, "created_at": NOW - n * 60 * DAY})
        for n in (1, 2, 3)
    )
    assert reasons(with_source(charges=paid)) == {FlagKind.UPSELL: "3 paid orders in a year and no plan"}
    assert reasons(with_source(charges=paid, subscriptions=STRIPE.subscriptions)) == {}


def test_the_thresholds_are_rules_not_code() -> None:
    strict = FlagRules(repeat_contacts=2, low_rating_below=1, rating_within=timedelta(days=1))
    kinds = {one.kind for one in flags(CUSTOMER, NOW, strict)}
    assert FlagKind.REPEAT_CONTACT in kinds
    assert FlagKind.LOW_RATING not in kinds


def test_sources_that_disagree_are_both_named() -> None:
    told = contradictions(CUSTOMER, NOW)
    assert told == ("The tier differs: the account says Platinum, Intercom says Gold.",)


def test_a_delivered_parcel_contradicts_a_dispute_about_not_receiving_it() -> None:
    came = DHL.model_copy(
        update={"parcels": (PARCEL.model_copy(update={"status": ParcelStatus.DELIVERED, "delivered_at": NOW - DAY}),)}
    )
    told = contradictions(Customer360(identity=Identity(), sources=(STRIPE, came)), NOW)
    assert told == ("SV-20417: disputed as not received, but DHL says delivered on 21 Nov 2026.",)


def test_two_tellings_of_one_parcel_are_a_contradiction() -> None:
    other = DHL.model_copy(
        update={
            "source": "shop",
            "parcels": (PARCEL.model_copy(update={"status": ParcelStatus.DELIVERED, "carrier_status": "Delivered"}),),
        }
    )
    told = contradictions(Customer360(identity=Identity(), sources=(DHL, other)), NOW)
    assert told == ("Parcel 1234567890: DHL says “Held in customs” and Shop says “Delivered”.",)


def test_refunds_that_do_not_add_up_names_that_differ_and_missing_disputes_are_told() -> None:
    short = STRIPE.model_copy(
        update={"refunds": (STRIPE.refunds[0].model_copy(update={"amount": dollars(40)}),), "disputes": ()}
    )
    other = DHL.model_copy(update={"identity": Identity(name="P. Nair")})
    told = contradictions(Customer360(identity=Identity(), sources=(short, other)), NOW)
    assert told == (
        "The name differs: Priya Nair (Stripe) and P. Nair (DHL).",
        "Charge ch_1 says S$50.00 refunded, its refunds add up to S$40.00.",
        "Charge ch_1 is marked disputed, but no dispute was found.",
    )


def test_the_timeline_tells_every_source_newest_first_and_each_thing_once() -> None:
    story = timeline(CUSTOMER)
    assert [one.at for one in story] == sorted((one.at for one in story), reverse=True)
    assert {one.source for one in story} == {"salesforce", "stripe", "dhl", "intercom"}
    assert len(story) == len(set(story))
    doubled = CUSTOMER.model_copy(update={"sources": (*CUSTOMER.sources, DHL)})
    assert len(timeline(doubled)) == len(story)
    assert len(timeline(CUSTOMER, limit=3)) == 3


def test_the_timeline_words_what_happened() -> None:
    titles = [one.title for one in timeline(CUSTOMER)]
    for wanted in (
        "Dispute of S$4,200.00 opened",
        "Held in customs",
        "Rated 2 of 5",
        "Case 00001001: Working",
        "Note by Arjun Rao",
    ):
        assert wanted in titles


@pytest.mark.parametrize(
    ("amount", "currency", "wanted"),
    [
        (1099, "usd", "$10.99"),
        (1099, "JPY", "¥1,099"),
        (1099, "CHF", "CHF 10.99"),
        (-500, "SGD", "−S$5.00"),
        (1234, "kwd", "KWD 1.234"),
    ],
)
def test_amounts_are_written_in_their_currency(amount: int, currency: str, wanted: str) -> None:
    assert money(dollars(0).model_copy(update={"amount_minor": amount, "currency": currency})) == wanted


def test_words_are_put_as_people_say_them() -> None:
    assert length(timedelta(days=2, hours=3, minutes=9)) == "2 days 3 h"
    assert length(timedelta(seconds=20)) == "20 s"
    assert ago(NOW - HOUR, NOW) == "1 h ago"
    assert ago(NOW, NOW) == "just now"
    assert ago(NOW - 26 * HOUR, NOW) == "1 day 2 h ago"
    assert ago(NOW - 53 * HOUR, NOW) == "2 days ago"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert (plural(1, "parcel"), plural(1200, "parcel")) == ("1 parcel", "1,200 parcels")
    assert titled("out_for_delivery") == "Out for delivery"
    assert shortened("one two three four", 12) == "one two…"
