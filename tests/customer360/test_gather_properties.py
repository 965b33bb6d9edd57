"""What holds for every crowd of sources: the order of answers changes nothing, and no source delays the card."""

from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.domain.customer import Identity
from playbooks.domain.facts import Customer360
from retrieval.customer360 import RecentFacts, gather
from retrieval.errors import Unavailable
from tests.customer360.sources import NOW, Records
from tests.virtual_time import run

GIVEN = Identity(emails=("p0@example.com",))
FIELDS = ("emails", "phones", "stripe_customer_ids")

values = {
    "emails": st.sampled_from(["p0@example.com", "p1@example.com"]),
    "phones": st.sampled_from(["+65 1", "+65 2"]),
    "stripe_customer_ids": st.sampled_from(["cus_1", "cus_2"]),
}
identities = st.builds(Identity, **{field: st.lists(one, max_size=2, unique=True).map(tuple) for field, one in values.items()})
records = st.lists(identities, max_size=4)
sources = st.lists(st.tuples(st.sets(st.sampled_from(FIELDS), min_size=1), records, st.booleans()), min_size=1, max_size=4)
delays = st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.3]), min_size=24, max_size=24)


def gathered(
    crowd: list[tuple[set[str], list[Identity], bool]], pauses: list[float], deadline_seconds: float
) -> tuple[Customer360, float]:
    asked = [
        Records(
            f"source{index}",
            sorted(fields),
            [(who, f"ch_{index}_{number}") for number, who in enumerate(_ids_once(found))],
            delays=pauses[index * 6 : index * 6 + 6],
            fails=Unavailable("v", "503", remedy="later") if fails else None,
        )
        for index, (fields, found, fails) in enumerate(crowd)
    ]
    return run(gather(asked, GIVEN, deadline_seconds=deadline_seconds, now=NOW, cache=RecentFacts()))


def _ids_once(found: list[Identity]) -> list[Identity]:
    """In one source an id names one record; e-mails and phones may be shared."""
    seen: set[str] = set()
    kept = []
    for who in found:
        ids = tuple(one for one in who.stripe_customer_ids if one not in seen)
        seen |= set(ids)
        kept.append(who.model_copy(update={"stripe_customer_ids": ids}))
    return kept


@settings(max_examples=400, deadline=None)
@given(crowd=sources, one_order=delays, another_order=delays)
def test_the_order_of_answers_never_changes_the_result(
    crowd: list[tuple[set[str], list[Identity], bool]], one_order: list[float], another_order: list[float]
) -> None:
    first, _ = gathered(crowd, one_order, 60)
    second, _ = gathered(crowd, another_order, 60)
    assert first == second


@settings(max_examples=200, deadline=None)
@given(crowd=sources, pauses=st.lists(st.floats(0, 100), min_size=24, max_size=24), deadline_seconds=st.floats(0.05, 10))
def test_no_source_delays_the_card_beyond_the_deadline(
    crowd: list[tuple[set[str], list[Identity], bool]], pauses: list[float], deadline_seconds: float
) -> None:
    _, seconds = gathered(crowd, pauses, deadline_seconds)
    assert seconds <= deadline_seconds * 1.05
