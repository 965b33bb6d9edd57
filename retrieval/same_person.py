"""When two records are one person, and the evidence for it in words; pure, and rather two people than a wrong one.

Strong alone: a shared e-mail, a shared record id. Strong with names that do not contradict: a shared phone, order or
tracking number (families share a telephone). Never enough: the name alone, the company's account.
"""

from collections.abc import Callable, Sequence
from itertools import combinations

from playbooks.domain.customer import Candidate, Identity
from retrieval.identity_keys import Key, keys, united

RECORD_IDS = {
    "intercom": "intercom_contact_ids",
    "salesforce": "salesforce_contact_ids",
    "stripe": "stripe_customer_ids",
}
WORDS = {
    "emails": "same e-mail",
    "phones": "same phone",
    "order_numbers": "same order number",
    "tracking_numbers": "same tracking number",
    "intercom_contact_ids": "same Intercom contact",
    "salesforce_contact_ids": "same Salesforce contact",
    "stripe_customer_ids": "same Stripe customer",
}
STRONG_ALONE = frozenset({"emails", *RECORD_IDS.values()})

Person = list[Candidate]


def people(candidates: Sequence[Candidate]) -> list[Person]:
    """The candidates as people, in order of first appearance; a chain of evidence (a–b, b–c) makes one person."""
    found = [[candidate] for candidate in candidates]
    found = _joined(found, lambda one, other: any(_shared(a, b) & STRONG_ALONE for a in one for b in other))
    return _joined(found, lambda one, other: _linked(one, other) and not _contradictory(one, other))


def evidence(one: Candidate, other: Candidate) -> str:
    """The strongest thing both share, in words; "" where they share nothing that counts."""
    shared = _shared(one, other)
    where = f"in {_vendor(one)} and {_vendor(other)}" if one.source != other.source else f"twice in {_vendor(one)}"
    strongest = next((words for field, words in WORDS.items() if field in shared), "")
    return f"{strongest} {where}" if strongest else ""


def one_candidate(person: Person) -> Candidate:
    """The person as one candidate: every source, all that is known, every detail once."""
    details = dict.fromkeys(part for one in person for part in one.detail.split(" · ") if part)
    return Candidate(
        source=", ".join(dict.fromkeys(one.source for one in person)),
        identity=united(Identity(), *(one.identity for one in person)),
        detail=" · ".join(details),
        evidence="; ".join(dict.fromkeys(one.evidence for one in person if one.evidence)),
    )


def told_apart(persons: Sequence[Person]) -> tuple[Candidate, ...]:
    """One candidate a person; where details are missing or alike, e-mails, phones, orders and ids are added."""
    found = [one_candidate(person) for person in persons]
    details = [one.detail for one in found]
    return tuple(
        one if one.detail and details.count(one.detail) == 1 else one.model_copy(update={"detail": _more(one)}) for one in found
    )


def same_name(one: str | None, other: str | None) -> bool:
    return bool(one and other) and _words(one) == _words(other)


def _joined(persons: list[Person], same: Callable[[Person, Person], bool]) -> list[Person]:
    """Joins the first pair that belongs together until there is none."""
    while True:
        pair = next(((one, other) for one, other in combinations(persons, 2) if same(one, other)), None)
        if pair is None:
            return persons
        one, other = pair
        persons = [[*one, *other] if person is one else person for person in persons if person is not other]


def _linked(one: Person, other: Person) -> bool:
    return any(_shared(a, b) for a in one for b in other)


def _contradictory(one: Person, other: Person) -> bool:
    return any(_contradict(a.identity.name, b.identity.name) for a in one for b in other)


def _contradict(one: str | None, other: str | None) -> bool:
    """Names that one person would not bear: "Priya Nair" and "P. Nair" agree, "Priya Nair" and "Arun Nair" do not."""
    short, long = sorted((_words(one), _words(other)), key=len)
    return not all(any(_agree(word, against) for against in long) for word in short)


def _agree(word: str, against: str) -> bool:
    return word == against or (min(len(word), len(against)) == 1 and word[0] == against[0])


def _words(name: str | None) -> list[str]:
    return (name or "").casefold().replace(".", " ").replace(",", " ").split()


def _shared(one: Candidate, other: Candidate) -> set[str]:
    return {field for field, _ in _linking(one.identity) & _linking(other.identity)}


def _linking(identity: Identity) -> set[Key]:
    return {one for one in keys(identity) if one[0] in WORDS and one[1]}


def _more(candidate: Candidate) -> str:
    who = candidate.identity
    known = (*who.emails, *who.phones, *who.order_numbers)
    ids = (*who.intercom_contact_ids, *who.salesforce_contact_ids, *who.stripe_customer_ids)
    return " · ".join(dict.fromkeys((*filter(None, candidate.detail.split(" · ")), *(known or ids))))


def _vendor(candidate: Candidate) -> str:
    return candidate.source.capitalize()
