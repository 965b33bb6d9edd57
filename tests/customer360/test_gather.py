"""The customer card's gathering: everything at once, one deadline, gaps by name, nothing hidden."""

import asyncio
import logging

import pytest

from playbooks.domain.customer import Identity
from playbooks.domain.facts import Customer360, GapReason, SourceFacts
from retrieval.customer360 import REQUESTS, RecentFacts, gather
from retrieval.errors import Refused, Surprised, Throttled, Unavailable, VendorError
from tests.customer360.gathering import ADA, DEADLINE, by_email, card
from tests.customer360.sources import NOW, READ, Records, charge
from tests.virtual_time import run


def test_all_sources_are_asked_at_once_and_the_card_takes_as_long_as_the_slowest() -> None:
    found, seconds = card(
        by_email("a", "ch_1", delays=(0.4,)), by_email("b", "ch_2", delays=(0.3,)), by_email("c", delays=(0.1,))
    )
    assert seconds == pytest.approx(0.4)
    assert [one.source for one in found.sources] == ["a", "b", "c"]
    assert found.gaps == ()


def test_a_hanging_source_is_a_gap_at_the_deadline_and_the_rest_is_shown() -> None:
    hanging = by_email("slow", delays=(3600.0,))
    found, seconds = card(by_email("quick", "ch_1"), hanging)
    assert seconds == pytest.approx(DEADLINE)
    assert [(one.source, one.reason) for one in found.gaps] == [("slow", GapReason.TIMED_OUT)]
    assert found.charges == (charge("ch_1"),)
    assert hanging.cancelled == 1


def test_a_source_that_will_not_be_cancelled_delays_nobody() -> None:
    class Stubborn(Records):
        async def facts(self, identity: Identity) -> SourceFacts:
            while True:
                try:
                    await asyncio.sleep(60)
                    return await super().facts(identity)
                except asyncio.CancelledError:
                    continue

    async def gathered() -> tuple[Customer360, float]:
        begun = asyncio.get_running_loop().time()
        found = await gather([Stubborn("stubborn", ["emails"])], ADA, deadline_seconds=DEADLINE, now=NOW, cache=RecentFacts())
        seconds = asyncio.get_running_loop().time() - begun
        await asyncio.sleep(120)
        return found, seconds

    (found, seconds), _ = run(gathered())
    assert seconds <= DEADLINE * 1.05
    assert found.gaps[0].reason is GapReason.TIMED_OUT


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Throttled("v", "429", remedy="wait a little"), GapReason.THROTTLED),
        (Unavailable("v", "503", remedy="later"), GapReason.UNAVAILABLE),
        (Refused("v", "401", remedy="check the key"), GapReason.REFUSED),
        (Surprised("v", "200", remedy="read the docs"), GapReason.SURPRISED),
    ],
)
def test_each_vendor_error_is_a_gap_with_its_reason_and_remedy(error: VendorError, reason: GapReason) -> None:
    found, _ = card(by_email("good", "ch_1"), by_email("bad", fails=error))
    assert [(one.source, one.reason, one.remedy, one.shown_from) for one in found.gaps] == [("bad", reason, error.remedy, None)]
    assert [one.source for one in found.sources] == ["good"]


def test_an_unexpected_error_is_a_gap_with_a_reference_that_is_logged_without_the_message(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        found, _ = card(by_email("good", "ch_1"), by_email("bad", fails=ValueError("ada@example.com is odd")))
    assert found.gaps[0].reason is GapReason.SURPRISED
    record = caplog.records[0]
    assert record.__dict__["error_id"] in found.gaps[0].remedy
    assert "ada@example.com" not in str(record.__dict__)


def test_a_source_that_breaks_while_it_is_asked_what_it_wants_spoils_nothing() -> None:
    class Broken(Records):
        def wants(self, identity: Identity) -> Identity:
            raise KeyError("emails")

    found, _ = card(by_email("good", "ch_1"), Broken("bad", ["emails"]))
    assert found.gaps[0].source == "bad"
    assert found.charges == (charge("ch_1"),)


def test_a_source_that_cancels_itself_is_a_gap_and_not_the_end() -> None:
    found, _ = card(by_email("good", "ch_1"), by_email("bad", fails=asyncio.CancelledError()))
    assert [(one.source, one.reason) for one in found.gaps] == [("bad", GapReason.SURPRISED)]
    assert found.charges == (charge("ch_1"),)


def test_a_source_with_nothing_to_ask_by_is_neither_asked_nor_a_gap() -> None:
    parcels = Records("dhl", ["tracking_numbers"])
    found, _ = card(by_email("good", "ch_1"), parcels)
    assert parcels.asked == []
    assert [one.source for one in found.sources] == ["good"]
    assert found.gaps == ()


def test_new_keys_are_asked_about_at_once_without_waiting_for_the_slowest() -> None:
    shop = Records("shop", ["emails"], [(ADA.joined(Identity(tracking_numbers=("4819203756",))), "ch_1")], delays=(0.1,))
    parcels = Records("dhl", ["tracking_numbers"], [(Identity(tracking_numbers=("4819203756",)), "parcel")], delays=(0.2,))
    found, seconds = card(shop, parcels, by_email("slow", delays=(0.4,)))
    assert seconds == pytest.approx(0.4)
    assert parcels.asked == [Identity(tracking_numbers=("4819203756",))]
    assert charge("parcel") in found.charges
    assert found.identity.tracking_numbers == ("4819203756",)


def test_a_source_is_asked_again_only_for_what_is_new() -> None:
    other = Identity(emails=("ada@example.com", "ada@example.net"))
    crm = Records("crm", ["emails"], [(other, "case")], delays=(0.1,))
    shop = Records("shop", ["emails"], [(ADA, "ch_1"), (Identity(emails=("ada@example.net",)), "ch_2")])
    found, _ = card(crm, shop)
    assert shop.asked == [ADA, Identity(emails=("ada@example.net",))]
    assert {one.charge_id for one in found.sources[1].charges} == {"ch_1", "ch_2"}


def test_a_source_vouches_for_the_ids_it_answers_with() -> None:
    shop = Records("shop", ["emails", "stripe_customer_ids"], [(ADA.joined(Identity(stripe_customer_ids=("cus_1",))), "ch_1")])
    card(shop)
    assert shop.asked == [ADA]


def test_a_question_that_its_source_has_answered_meanwhile_is_dropped() -> None:
    record = ADA.joined(Identity(stripe_customer_ids=("cus_1",)))
    shop = Records("shop", ["emails", "stripe_customer_ids"], [(record, "ch_1")], delays=(0.2, 5.0))
    crm = Records("crm", ["emails"], [(record, "case")], delays=(0.1,))
    found, seconds = card(shop, crm)
    assert seconds == pytest.approx(0.2)
    assert shop.cancelled == 1
    assert found.gaps == ()


def test_a_dropped_question_ends_at_once_and_not_with_the_card() -> None:
    record = ADA.joined(Identity(stripe_customer_ids=("cus_1",)))
    shop = Records("shop", ["emails", "stripe_customer_ids"], [(record, "ch_1")], delays=(0.2, 5.0))
    crm = Records("crm", ["emails"], [(record, "case")], delays=(0.1,))
    seen: list[int] = []

    class Watching(Records):
        async def facts(self, identity: Identity) -> SourceFacts:
            found = await super().facts(identity)
            seen.append(shop.cancelled)
            return found

    card(shop, crm, Watching("late", ["emails"], delays=(1.0,)))
    assert seen == [1]


def test_ids_keep_the_order_of_the_source_that_was_asked_by_what_is_known() -> None:
    shop = Records("shop", ["emails"], [(ADA.joined(Identity(stripe_customer_ids=("cus_9", "cus_1"))), "ch_1")])
    assert card(shop)[0].identity.stripe_customer_ids == ("cus_9", "cus_1")


def test_what_was_learned_in_one_answer_or_in_two_is_in_the_same_order() -> None:
    phones = Identity(phones=("+65 1", "+65 2"))
    records = [
        (Identity(phones=("+65 1",), stripe_customer_ids=("cus_9",)), "ch_1"),
        (Identity(phones=("+65 2",), stripe_customer_ids=("cus_1",)), "ch_2"),
    ]

    def found(*knowing: Records) -> Identity:
        return card(*knowing, Records("shop", ["phones"], records))[0].identity

    at_once = found(Records("crm", ["emails"], [(ADA.joined(phones), "case")]))
    by_turns = found(
        Records("crm", ["emails"], [(ADA.joined(Identity(phones=("+65 1",))), "case")]),
        Records("inbox", ["emails"], [(ADA.joined(Identity(phones=("+65 2",))), "case")], delays=(0.1,)),
    )
    assert at_once == by_turns


def test_two_sources_that_feed_each_other_for_ever_are_stopped() -> None:
    class Inventing(Records):
        async def facts(self, identity: Identity) -> SourceFacts:
            await super().facts(identity)
            return SourceFacts(
                source=self.name, as_of=READ, identity=Identity(emails=(f"{self.name}{len(self.asked)}@example.com",))
            )

    first, second = Inventing("a", ["emails"]), Inventing("b", ["emails"])
    found, _ = card(first, second)
    assert found.gaps == ()
    assert len(first.asked) == len(second.asked) == REQUESTS


def test_the_same_record_from_two_questions_is_shown_once() -> None:
    both = Identity(emails=("ada@example.com", "ada@example.net"))
    crm = Records("crm", ["emails"], [(both, "case")])
    shop = Records("shop", ["emails"], [(both, "ch_1")], delays=(0.1, 0.2))
    found, _ = card(crm, shop)
    assert found.sources[1].charges == (charge("ch_1"),)


def test_contradicting_sources_are_both_shown() -> None:
    found, _ = card(by_email("a", "ch_1"), by_email("b", "ch_1"))
    assert [one.charges for one in found.sources] == [(charge("ch_1"),), (charge("ch_1"),)]


def test_the_callers_cancellation_cancels_every_question() -> None:
    sources = [by_email("a", delays=(60.0,)), by_email("b", delays=(60.0,))]

    async def cancelled() -> None:
        task = asyncio.ensure_future(gather(sources, ADA, deadline_seconds=DEADLINE, now=NOW, cache=RecentFacts()))
        await asyncio.sleep(0.5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(cancelled())
    assert [one.cancelled for one in sources] == [1, 1]


def test_a_phone_in_another_spelling_is_no_new_key() -> None:
    given = Identity(phones=("+65 8123 4471",))
    crm = Records("crm", ["phones"], [(Identity(phones=("006581234471",)), "case")])
    found, _ = card(crm, identity=given)
    assert len(crm.asked) == 1
    assert found.identity.phones == ("+65 8123 4471",)


def test_the_name_goes_with_every_question_that_wants_it_but_asks_none_by_itself() -> None:
    given = Identity(name="Ada Lovelace", emails=("ada@example.com",))
    known = Identity(name="A. Lovelace", emails=("ada@example.com",), phones=("+65 1",))
    inbox = Records("inbox", ["emails"], [(known, "talk")])
    crm = Records("crm", ["name", "emails", "phones"], [(given, "case")])
    card(inbox, crm, identity=given)
    assert crm.asked == [given, Identity(name="Ada Lovelace", phones=("+65 1",))]


def test_a_source_is_told_all_that_is_known_when_it_is_asked_what_it_wants() -> None:
    class Thrifty(Records):
        def wants(self, identity: Identity) -> Identity:
            return Identity(order_numbers=() if identity.emails else identity.order_numbers, emails=identity.emails)

    parcel = Identity(tracking_numbers=("4819203756",))
    shop = Thrifty("shop", ["emails"], [(ADA, "ch_1")])
    parcels = Records("dhl", ["tracking_numbers"], [(parcel.joined(Identity(order_numbers=("SV-1",))), "parcel")])
    card(shop, parcels, identity=ADA.joined(parcel))
    assert shop.asked == [ADA]
