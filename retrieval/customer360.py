"""Everything the sources know of one customer, asked at once under one deadline; it shows gaps and never hides one.

As soon as one source answers with keys that others can use (an e-mail, an id, a tracking number), those are asked at once
with what is new to them; nobody waits for the slowest. No source is asked for a key twice, and a source vouches for the
ids it answers with: it is not asked for them again.
"""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from playbooks.domain.customer import Identity
from playbooks.domain.facts import Customer360, Gap, GapReason, SourceFacts
from retrieval.at_once import GRACE, error_id, put_down
from retrieval.errors import VendorError
from retrieval.facts_cache import FactsCache, RecentFacts
from retrieval.facts_merge import merged
from retrieval.identity_keys import SEARCHED, Key, keys, only, united
from retrieval.ports import CustomerSource

__all__ = ["FactsCache", "RecentFacts", "asked_for", "gather"]

REQUESTS = 6
"""At most for one source and one card: one is usual, two where others knew more; the rest guards against sources that feed
each other for ever. It is above what the order of answers can make necessary for two e-mails, two phones and two ids."""

WORTH_SHOWING = timedelta(days=7)
"""An older answer misleads more than it helps, even with its age beside it."""


async def gather(
    sources: Sequence[CustomerSource], identity: Identity, *, deadline_seconds: float, now: datetime, cache: FactsCache
) -> Customer360:
    """*Errors:* none; a source that fails, hangs or breaks is a gap. The caller's cancellation cancels every question."""
    gathering = _Gathering(sources, identity, now, cache)
    ends = asyncio.get_running_loop().time() + deadline_seconds
    try:
        gathering.learn(identity)
        await gathering.until(ends)
    finally:
        await put_down([*gathering.running, *gathering.spared], deadline_seconds * GRACE)
    gathering.time_is_over(deadline_seconds)
    return gathering.result()


def asked_for(part: Identity) -> str:
    """The cache's name for one question: the same keys in any order and spelling are the same question."""
    return json.dumps(sorted(keys(part)))


@dataclass(frozen=True)
class _Asking:
    """One question to the source of that index; `given`: by what the caller knew, not by what another source told."""

    index: int
    part: Identity
    given: bool

    @property
    def rank(self) -> tuple[int, bool, str]:
        """By source, by what the caller knew, by question: independent of time."""
        return self.index, not self.given, asked_for(self.part)


class _Gathering:
    def __init__(self, sources: Sequence[CustomerSource], given: Identity, now: datetime, cache: FactsCache) -> None:
        self._sources, self._given, self._now, self._cache = sources, given, now, cache
        self._known = given
        self._asked: list[set[Key]] = [set() for _ in sources]
        self._requests = [0] * len(sources)
        self._answers: dict[_Asking, SourceFacts] = {}
        self._gaps: dict[_Asking, Gap] = {}
        self.running: dict[asyncio.Task[SourceFacts], _Asking] = {}
        self.spared: list[asyncio.Task[SourceFacts]] = []

    async def until(self, ends: float) -> None:
        clock = asyncio.get_running_loop().time
        while self.running and (left := ends - clock()) > 0:
            done, _ = await asyncio.wait(self.running, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            for task in sorted(done, key=lambda one: self.running[one].rank):
                if task in self.running:
                    self._take(task, self.running.pop(task))

    def learn(self, identity: Identity) -> None:
        """Asks every source at once for what is new to it. The name is no key: it goes with each question that wants it."""
        given = identity is self._given
        self._known = united(self._known, identity)
        known = self._known.model_copy(update={"name": self._given.name or identity.name})
        for index, source in enumerate(self._sources):
            try:
                wanted = source.wants(known)
            except Exception as error:  # noqa: BLE001 - one source's fault must not spoil the rest; it is logged and shown
                self._failed(_Asking(index, identity, given), error)
                continue
            new = keys(wanted) - self._asked[index]
            if any(given or field != "name" for field, _ in new) and self._requests[index] < REQUESTS:
                self._ask(_Asking(index, only(wanted, new).model_copy(update={"name": wanted.name}), given))

    def _ask(self, asking: _Asking) -> None:
        source = self._sources[asking.index]
        self._asked[asking.index] |= keys(asking.part)
        self._requests[asking.index] += 1
        task = asyncio.ensure_future(_facts(source, asking.part))
        task.set_name(f"{source.name} facts")
        self.running[task] = asking

    def _take(self, task: asyncio.Task[SourceFacts], asking: _Asking) -> None:
        if task.cancelled() or task.exception():
            self._failed(asking, None if task.cancelled() else task.exception())
            if asking in self._answers:
                self.learn(self._answers[asking].identity)
            return
        facts = task.result()
        self._answers[asking] = facts
        self._remember(asking, facts)
        self._vouched(asking.index, facts.identity)
        self.learn(facts.identity)

    def _vouched(self, index: int, identity: Identity) -> None:
        """Spares the source questions whose answer it has just given, and ends those already under way."""
        vouched = {one for one in keys(identity) if one[0] not in SEARCHED}
        self._asked[index] |= vouched
        for task, asking in list(self.running.items()):
            if asking.index == index and {one for one in keys(asking.part) if one[0] != "name"} <= vouched:
                task.cancel()
                self.spared.append(task)
                del self.running[task]

    def _failed(self, asking: _Asking, error: BaseException | None) -> None:
        name = self._sources[asking.index].name
        if isinstance(error, VendorError):
            reason, remedy = error.reason, error.remedy
        else:
            reference = error_id(name, error, self._now)
            reason, remedy = GapReason.SURPRISED, f"A fault of ours: tell the administrator the reference {reference}."
        self._gap(asking, reason, remedy)

    def _gap(self, asking: _Asking, reason: GapReason, remedy: str) -> None:
        """Notes it, with the last good answer to the same question in its place where there is a fresh enough one."""
        name = self._sources[asking.index].name
        cached = self._remembered(asking)
        if cached and self._now - cached.as_of <= WORTH_SHOWING:
            self._answers[asking] = cached
        shown = self._answers.get(asking)
        self._gaps[asking] = Gap(source=name, reason=reason, remedy=remedy, shown_from=shown.as_of if shown else None)

    def _remember(self, asking: _Asking, facts: SourceFacts) -> None:
        try:
            self._cache.put(self._sources[asking.index].name, asked_for(asking.part), facts)
        except Exception as error:  # noqa: BLE001 - a broken cache costs the card nothing; it is logged
            error_id("facts cache", error, self._now)

    def _remembered(self, asking: _Asking) -> SourceFacts | None:
        try:
            return self._cache.get(self._sources[asking.index].name, asked_for(asking.part))
        except Exception as error:  # noqa: BLE001 - as above
            error_id("facts cache", error, self._now)
            return None

    def time_is_over(self, deadline_seconds: float) -> None:
        for asking in self.running.values():
            remedy = f"No answer within {deadline_seconds:g} s; everything else is complete. Ask again in a moment."
            self._gap(asking, GapReason.TIMED_OUT, remedy)

    def result(self) -> Customer360:
        facts = tuple(
            merged(source.name, [self._answers[one] for one in mine], first_leads=mine[0].given)
            for index, source in enumerate(self._sources)
            if (mine := self._of(index, self._answers))
        )
        gaps = [self._gaps[mine[0]] for index in range(len(self._sources)) if (mine := self._of(index, self._gaps))]
        identity = united(self._given, *(one.identity for one in facts))
        return Customer360(identity=identity, sources=facts, gaps=tuple(gaps))

    def _of(self, index: int, askings: Iterable[_Asking]) -> list[_Asking]:
        return sorted((one for one in askings if one.index == index), key=lambda one: one.rank)


async def _facts(source: CustomerSource, part: Identity) -> SourceFacts:
    """A coroutine even where a source's `facts` raises before it awaits anything; and facts, whatever it returned."""
    facts = await source.facts(part)
    if not isinstance(facts, SourceFacts):
        raise TypeError("a source must answer with SourceFacts")
    return facts
