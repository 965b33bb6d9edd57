"""From one look-up ("who is priya.nair@example.com?") to exactly one person with the evidence, or a question back.

It asks every finder that understands the look-up at once; where that gives one person, it asks once more by the e-mails and
phones it has learned, so that the other vendors' records of the same person are found with their evidence. It never guesses.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from playbooks.domain.customer import (
    Ambiguous,
    Candidate,
    Link,
    Lookup,
    LookupKind,
    Resolution,
    Resolved,
    Unknown,
)
from retrieval.at_once import GRACE, error_id, put_down
from retrieval.errors import VendorError
from retrieval.identity_keys import key
from retrieval.ports import CustomerFinder
from retrieval.same_person import RECORD_IDS, Person, evidence, one_candidate, people, same_name, told_apart

FOLLOW_UPS = 4
"""E-mails and phones asked about in the second round: one person seldom has more, a wrong record may have dozens."""


async def resolve(finders: Sequence[CustomerFinder], lookup: Lookup, *, deadline_seconds: float) -> Resolution:
    """*Empty:* Unknown, with the finders that failed or were too slow. *Errors:* none."""
    ends = asyncio.get_running_loop().time() + deadline_seconds
    understanding = [finder for finder in finders if finder.understands(lookup)]
    found, unasked = await _asked(understanding, [lookup], ends, deadline_seconds)
    persons = _meant(lookup, people(found))
    if not persons:
        return Unknown(lookup=lookup, unasked=unasked if understanding else tuple(finder.name for finder in finders))
    if len(persons) > 1:
        return Ambiguous(lookup=lookup, candidates=told_apart(persons))
    more, _ = await _asked(finders, _follow_ups(lookup, persons[0]), ends, deadline_seconds)
    person = next(one for one in people(_distinct([*persons[0], *more])) if persons[0][0] in one)
    return Resolved(identity=one_candidate(person).identity, links=tuple(_links(person)))


def _meant(lookup: Lookup, persons: list[Person]) -> list[Person]:
    """Who typed a whole name means its bearers, not those whose name merely contains it."""
    if lookup.kind is not LookupKind.NAME:
        return persons
    bearers = [person for person in persons if any(same_name(one.identity.name, lookup.value) for one in person)]
    return bearers or persons


def _follow_ups(lookup: Lookup, person: Person) -> list[Lookup]:
    who = one_candidate(person).identity
    known = [Lookup(kind=LookupKind.EMAIL, value=value) for value in who.emails]
    known += [Lookup(kind=LookupKind.PHONE, value=value) for value in who.phones]
    return [one for one in known if _question(one) != _question(lookup)][:FOLLOW_UPS]


def _question(lookup: Lookup) -> tuple[str, str]:
    return key(f"{lookup.kind.value}s", lookup.value)


async def _asked(
    finders: Sequence[CustomerFinder], lookups: Sequence[Lookup], ends: float, deadline_seconds: float
) -> tuple[list[Candidate], tuple[str, ...]]:
    """What was found, in the order of finders and look-ups whoever answers first, and the finders that failed."""
    tasks = {
        asyncio.ensure_future(_find(finder, lookup)): finder.name
        for finder in finders
        for lookup in lookups
        if finder.understands(lookup)
    }
    try:
        if tasks:
            await asyncio.wait(tasks, timeout=max(0.0, ends - asyncio.get_running_loop().time()))
    finally:
        await put_down([task for task in tasks if not task.done()], deadline_seconds * GRACE)
    found: list[Candidate] = []
    failed: list[str] = []
    for task, name in tasks.items():
        if not task.done() or task.cancelled() or task.exception():
            failed.append(name)
            _note(name, task)
        else:
            found += task.result()
    return _distinct(found), tuple(dict.fromkeys(failed))


async def _find(finder: CustomerFinder, lookup: Lookup) -> tuple[Candidate, ...]:
    return await finder.find(lookup)


def _note(name: str, task: asyncio.Task[tuple[Candidate, ...]]) -> None:
    error = task.exception() if task.done() and not task.cancelled() else None
    if error is not None and not isinstance(error, VendorError):
        error_id(f"{name} finder", error, datetime.now(UTC))


def _distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The same record found by two look-ups counts once, as found first."""
    kept: dict[tuple[str, object], Candidate] = {}
    for one in candidates:
        kept.setdefault((one.source, _record_ids(one) or one), one)
    return list(kept.values())


def _record_ids(candidate: Candidate) -> tuple[str, ...]:
    field = RECORD_IDS.get(candidate.source)
    return tuple(getattr(candidate.identity, field)) if field else ()


def _links(person: Person) -> Iterable[Link]:
    """One for each record, with how it was found and what ties it to the others."""
    seen: set[tuple[str, str]] = set()
    for one in person:
        why = "; ".join(dict.fromkeys(filter(None, (one.evidence, *_ties(one, person)))))
        label = one.identity.name or one.detail
        for record_id in _record_ids(one) or one.identity.order_numbers[:1]:
            if (one.source, record_id) not in seen:
                seen.add((one.source, record_id))
                yield Link(source=one.source, record_id=record_id, label=label, evidence=why)


def _ties(one: Candidate, person: Person) -> Iterable[str]:
    """To each other source once, and in the same words from both sides: never also "in Salesforce and Intercom"."""
    order = list(dict.fromkeys(known.source for known in person))
    ties: dict[str, str] = {}
    for other in person:
        first, second = sorted((one, other), key=lambda known: order.index(known.source))
        if other is not one and (tie := evidence(first, second)):
            ties.setdefault(other.source, tie)
    return ties.values()
