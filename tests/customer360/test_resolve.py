"""From a look-up to exactly one person with the evidence, a question back, or an honest "nobody"."""

import asyncio
import itertools
from collections.abc import Sequence

import pytest

from playbooks.domain.customer import (
    Ambiguous,
    Candidate,
    Identity,
    Lookup,
    LookupKind,
    Resolution,
    Resolved,
    Unknown,
)
from retrieval.errors import Unavailable
from retrieval.identity_keys import key
from retrieval.ports import CustomerFinder
from retrieval.resolve import resolve
from tests.virtual_time import run

EMAIL = Lookup(kind=LookupKind.EMAIL, value="priya@example.com")
NAME = Lookup(kind=LookupKind.NAME, value="Priya Nair")
DEADLINE = 2.0
FIELD = {LookupKind.EMAIL: "emails", LookupKind.PHONE: "phones", LookupKind.NAME: "name", LookupKind.ORDER: "order_numbers"}


class Finder:
    """Finds its candidates by any of the kinds it understands."""

    def __init__(
        self,
        name: str,
        *identities: Identity,
        kinds: Sequence[LookupKind] = tuple(FIELD),
        evidence: str = "",
        delay: float = 0.0,
        fails: Exception | None = None,
    ) -> None:
        self.name, self._kinds, self._delay, self._fails = name, kinds, delay, fails
        self._people = [
            Candidate(source=name, identity=one, detail=f"{name} {number}", evidence=evidence)
            for number, one in enumerate(identities)
        ]

    def understands(self, lookup: Lookup) -> bool:
        return lookup.kind in self._kinds

    async def find(self, lookup: Lookup) -> tuple[Candidate, ...]:
        await asyncio.sleep(self._delay)
        if self._fails:
            raise self._fails
        field = FIELD[lookup.kind]
        return tuple(one for one in self._people if self._matches(one.identity, field, lookup.value))

    def _matches(self, identity: Identity, field: str, value: str) -> bool:
        held = getattr(identity, field)
        values = held if isinstance(held, tuple) else (held or "",)
        return key(field, value) in {key(field, one) for one in values}


def asked(lookup: Lookup, *finders: CustomerFinder) -> Resolution:
    return run(resolve(finders, lookup, deadline_seconds=DEADLINE))[0]


def resolved(lookup: Lookup, *finders: CustomerFinder) -> Resolved:
    found = asked(lookup, *finders)
    assert isinstance(found, Resolved)
    return found


INTERCOM = Identity(name="Priya Nair", emails=("priya@example.com",), phones=("+65 8123 4471",), intercom_contact_ids=("ic_1",))
SALESFORCE = Identity(
    name="Priya Nair", emails=("priya@example.com",), phones=("0065 81234471",), salesforce_contact_ids=("003A",)
)
STRIPE = Identity(emails=("priya@example.com",), stripe_customer_ids=("cus_1",), order_numbers=("SV-20417",))


def test_records_with_one_e_mail_are_one_person_with_the_evidence() -> None:
    found = resolved(EMAIL, Finder("intercom", INTERCOM), Finder("salesforce", SALESFORCE))
    assert found.identity.intercom_contact_ids == ("ic_1",)
    assert found.identity.salesforce_contact_ids == ("003A",)
    assert found.identity.phones == ("+65 8123 4471",)
    assert [(one.source, one.record_id) for one in found.links] == [("intercom", "ic_1"), ("salesforce", "003A")]
    assert {one.evidence for one in found.links} == {"same e-mail in Intercom and Salesforce"}


def test_a_phone_in_two_spellings_links_two_vendors() -> None:
    other = SALESFORCE.model_copy(update={"emails": ("p.nair@example.org",)})
    found = resolved(
        Lookup(kind=LookupKind.PHONE, value="+6581234471"), Finder("intercom", INTERCOM), Finder("salesforce", other)
    )
    assert found.identity.emails == ("priya@example.com", "p.nair@example.org")
    assert found.links[0].evidence == "same phone in Intercom and Salesforce"


def test_how_a_record_was_found_stands_beside_what_ties_it_to_the_others() -> None:
    order = Lookup(kind=LookupKind.ORDER, value="SV-20417")
    stripe = Finder("stripe", STRIPE, evidence="order number in Stripe metadata")
    found = resolved(order, Finder("intercom", INTERCOM), stripe)
    assert [(one.source, one.evidence) for one in found.links] == [
        ("stripe", "order number in Stripe metadata; same e-mail in Stripe and Intercom"),
        ("intercom", "same e-mail in Stripe and Intercom"),
    ]


def test_a_duplicate_contact_with_another_e_mail_is_the_same_person_where_phone_and_name_agree() -> None:
    twin = Identity(name="priya nair", emails=("p@example.org",), phones=("+65 8123-4471",), intercom_contact_ids=("ic_2",))
    found = resolved(EMAIL, Finder("intercom", INTERCOM, twin))
    assert found.identity.emails == ("priya@example.com", "p@example.org")
    assert found.identity.intercom_contact_ids == ("ic_1", "ic_2")
    assert "same phone twice in Intercom" in found.links[1].evidence


def test_a_shared_telephone_with_another_name_is_another_person() -> None:
    father = Identity(name="Arun Nair", emails=("arun@example.org",), phones=("+65 8123 4471",), intercom_contact_ids=("ic_2",))
    found = resolved(EMAIL, Finder("intercom", INTERCOM, father))
    assert found.identity.emails == ("priya@example.com",)
    family = asked(Lookup(kind=LookupKind.PHONE, value="+65 8123 4471"), Finder("intercom", INTERCOM, father))
    assert isinstance(family, Ambiguous)


def test_a_record_without_a_name_does_not_join_two_names_by_their_telephone() -> None:
    nameless = Identity(emails=("priya@example.com",), phones=("+65 8123 4471",), stripe_customer_ids=("cus_1",))
    father = Identity(name="Arun Nair", emails=("arun@example.org",), phones=("+65 8123 4471",), intercom_contact_ids=("ic_2",))
    found = resolved(EMAIL, Finder("stripe", nameless), Finder("intercom", INTERCOM, father))
    assert "arun@example.org" not in found.identity.emails


def test_two_people_of_one_name_are_asked_back_with_what_tells_them_apart() -> None:
    other = Identity(name="Priya Nair", emails=("pn@example.net",), phones=("+60 1",), intercom_contact_ids=("ic_9",))
    found = asked(NAME, Finder("intercom", INTERCOM, other), Finder("salesforce", SALESFORCE))
    assert isinstance(found, Ambiguous)
    assert [(one.source, one.detail) for one in found.candidates] == [
        ("intercom, salesforce", "intercom 0 · salesforce 0"),
        ("intercom", "intercom 1"),
    ]


def test_candidates_with_equal_details_are_told_apart_by_what_is_known_of_them() -> None:
    class Terse(Finder):
        async def find(self, lookup: Lookup) -> tuple[Candidate, ...]:
            return tuple(one.model_copy(update={"detail": "customer"}) for one in await super().find(lookup))

    other = Identity(name="Priya Nair", emails=("pn@example.net",), intercom_contact_ids=("ic_9",))
    found = asked(NAME, Terse("intercom", INTERCOM, other))
    assert isinstance(found, Ambiguous)
    first, second = (one.detail for one in found.candidates)
    assert "priya@example.com" in first
    assert "pn@example.net" in second


def test_the_name_alone_never_makes_one_person_of_two() -> None:
    other = Identity(name="Priya Nair", emails=("pn@example.net",), salesforce_contact_ids=("003Z",))
    assert isinstance(asked(NAME, Finder("intercom", INTERCOM), Finder("salesforce", other)), Ambiguous)


def test_a_whole_name_means_its_bearers_only() -> None:
    class Fuzzy(Finder):
        def _matches(self, identity: Identity, field: str, value: str) -> bool:
            return value.casefold() in (identity.name or "").casefold()

    longer = Identity(name="Priya Nair-Smith", emails=("pns@example.net",), intercom_contact_ids=("ic_9",))
    assert isinstance(asked(NAME, Fuzzy("intercom", INTERCOM, longer)), Resolved)
    half = Lookup(kind=LookupKind.NAME, value="Priya")
    assert isinstance(asked(half, Fuzzy("intercom", INTERCOM, longer)), Ambiguous)


def test_nobody_found_names_the_sources_that_could_not_be_asked() -> None:
    broken = Finder("salesforce", fails=Unavailable("salesforce", "503", remedy="later"))
    hanging = Finder("stripe", delay=3600)
    found, seconds = run(resolve([Finder("intercom"), broken, hanging], EMAIL, deadline_seconds=DEADLINE))
    assert found == Unknown(lookup=EMAIL, unasked=("salesforce", "stripe"))
    assert seconds <= DEADLINE * 1.05


def test_a_question_that_no_source_understands_was_asked_of_none() -> None:
    found = asked(Lookup(kind=LookupKind.TRACKING, value="x"), Finder("intercom"), Finder("stripe"))
    assert found == Unknown(lookup=Lookup(kind=LookupKind.TRACKING, value="x"), unasked=("intercom", "stripe"))


@pytest.mark.parametrize("error", [Unavailable("stripe", "503", remedy="later"), RuntimeError("odd")])
def test_a_broken_finder_does_not_spoil_what_the_others_found(error: Exception) -> None:
    found = resolved(EMAIL, Finder("intercom", INTERCOM), Finder("stripe", fails=error))
    assert found.identity == INTERCOM


def test_the_second_round_never_passes_the_deadline() -> None:
    class Tiring(Finder):
        async def find(self, lookup: Lookup) -> tuple[Candidate, ...]:
            if lookup.kind is LookupKind.PHONE:
                await asyncio.sleep(3600)
            return await super().find(lookup)

    found, seconds = run(resolve([Tiring("intercom", INTERCOM)], EMAIL, deadline_seconds=DEADLINE))
    assert isinstance(found, Resolved)
    assert seconds <= DEADLINE * 1.05


def test_the_order_of_answers_never_changes_the_result() -> None:
    twin = Identity(name="Priya Nair", emails=("p@example.org",), phones=("+65 8123 4471",), intercom_contact_ids=("ic_2",))

    def found(delays: Sequence[float]) -> Resolution:
        return asked(
            EMAIL,
            Finder("intercom", INTERCOM, twin, delay=delays[0]),
            Finder("salesforce", SALESFORCE, delay=delays[1]),
            Finder("stripe", STRIPE, delay=delays[2]),
        )

    assert len({found(order).model_dump_json() for order in itertools.permutations((0.1, 0.2, 0.3))}) == 1


def test_the_callers_cancellation_leaves_no_question_behind() -> None:
    async def cancelled() -> None:
        task = asyncio.ensure_future(resolve([Finder("intercom", delay=60)], EMAIL, deadline_seconds=DEADLINE))
        await asyncio.sleep(0.5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(cancelled())


def test_a_record_is_tied_to_each_other_source_once_and_in_the_same_words_from_both_sides() -> None:
    twins = [SALESFORCE, SALESFORCE.model_copy(update={"salesforce_contact_ids": ("003B",), "emails": ("p@example.org",)})]
    found = resolved(EMAIL, Finder("intercom", INTERCOM), Finder("salesforce", *twins), Finder("stripe", STRIPE))
    assert {one.record_id: one.evidence for one in found.links} == {
        "ic_1": "same e-mail in Intercom and Salesforce; same e-mail in Intercom and Stripe",
        "003A": "same e-mail in Intercom and Salesforce; same e-mail in Salesforce and Stripe; same phone twice in Salesforce",
        "cus_1": "same e-mail in Intercom and Stripe; same e-mail in Salesforce and Stripe",
        "003B": "same phone in Intercom and Salesforce; same phone twice in Salesforce",
    }
