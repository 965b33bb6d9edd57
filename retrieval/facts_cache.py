"""The last good answer of each source, to be shown with its age when the source fails; never a reason not to ask."""

from collections import OrderedDict
from typing import Protocol

from playbooks.domain.facts import SourceFacts


class FactsCache(Protocol):
    """By source and identity key (`customer360.asked_for`). Both calls return at once: a persistent one writes behind."""

    def get(self, source: str, identity_key: str) -> SourceFacts | None: ...

    def put(self, source: str, identity_key: str, facts: SourceFacts) -> None: ...


class RecentFacts:
    """In memory, the least recently used one goes first. 2,000 answers are a few megabytes."""

    def __init__(self, size: int = 2000) -> None:
        self._size = size
        self._held: OrderedDict[tuple[str, str], SourceFacts] = OrderedDict()

    def get(self, source: str, identity_key: str) -> SourceFacts | None:
        facts = self._held.get((source, identity_key))
        if facts is not None:
            self._held.move_to_end((source, identity_key))
        return facts

    def put(self, source: str, identity_key: str, facts: SourceFacts) -> None:
        self._held[(source, identity_key)] = facts
        self._held.move_to_end((source, identity_key))
        while len(self._held) > self._size:
            self._held.popitem(last=False)
