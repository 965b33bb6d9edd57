"""What a source said last time stands in for it, with its age, while it does not answer."""

from playbooks.domain.customer import Identity
from playbooks.domain.facts import GapReason, SourceFacts
from retrieval.customer360 import RecentFacts, asked_for
from retrieval.errors import Unavailable
from tests.customer360.gathering import ADA, DEADLINE, by_email, card
from tests.customer360.sources import READ, Records, charge


def test_a_failed_source_is_shown_from_the_cache_with_its_age() -> None:
    cache = RecentFacts()
    card(by_email("shop", "ch_1"), cache=cache)
    found, _ = card(by_email("shop", fails=Unavailable("shop", "503", remedy="later")), cache=cache)
    assert found.charges == (charge("ch_1"),)
    assert found.gaps[0].shown_from == READ


def test_a_hanging_source_is_shown_from_the_cache_too() -> None:
    cache = RecentFacts()
    card(by_email("shop", "ch_1"), cache=cache)
    found, seconds = card(by_email("shop", delays=(3600.0,)), cache=cache)
    assert found.charges == (charge("ch_1"),)
    assert (found.gaps[0].reason, found.gaps[0].shown_from) == (GapReason.TIMED_OUT, READ)
    assert seconds <= DEADLINE * 1.05


def test_a_cached_answer_still_leads_to_the_parcels() -> None:
    number = Identity(tracking_numbers=("4819203756",))
    cache = RecentFacts()
    cache.put("shop", asked_for(ADA), SourceFacts(source="shop", as_of=READ, identity=number))
    parcels = Records("dhl", ["tracking_numbers"], [(number, "parcel")])
    found, _ = card(by_email("shop", fails=Unavailable("shop", "503", remedy="later")), parcels, cache=cache)
    assert charge("parcel") in found.charges


def test_a_cached_answer_of_last_month_is_not_shown() -> None:
    cache = RecentFacts()
    cache.put("shop", asked_for(ADA), SourceFacts(source="shop", as_of=READ.replace(month=10), charges=(charge("ch_1"),)))
    found, _ = card(by_email("shop", fails=Unavailable("shop", "503", remedy="later")), cache=cache)
    assert found.charges == ()
    assert found.gaps[0].shown_from is None


def test_a_broken_cache_costs_the_card_nothing() -> None:
    class Broken(RecentFacts):
        def get(self, source: str, identity_key: str) -> SourceFacts | None:
            raise OSError("disk full")

        def put(self, source: str, identity_key: str, facts: SourceFacts) -> None:
            raise OSError("disk full")

    found, _ = card(by_email("a", "ch_1"), by_email("b", fails=Unavailable("b", "503", remedy="later")), cache=Broken())
    assert found.charges == (charge("ch_1"),)
    assert found.gaps[0].source == "b"


def test_the_cache_forgets_the_answer_that_was_not_used_for_longest() -> None:
    cache = RecentFacts(size=2)
    facts = SourceFacts(source="a", as_of=READ)
    cache.put("a", "1", facts)
    cache.put("a", "2", facts)
    cache.get("a", "1")
    cache.put("a", "3", facts)
    assert [cache.get("a", one) is not None for one in ("1", "2", "3")] == [True, False, True]
