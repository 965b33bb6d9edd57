"""States of one kind (a chat is over, a case is to come) by the version of the procedure a run goes by; it runs no query.

A run finishes on the version it began with, so a state is judged by that version: a name that an older table had, or that
means something else there, is neither forgotten nor misread.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from playbooks.domain.run import SopRun
from playbooks.domain.sop import Sop


@dataclass(frozen=True)
class States:
    """`sure`: of this kind in every version that has the state; `disputed`: in some only, there the run's version tells."""

    by_version: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    sure: frozenset[str] = frozenset()
    disputed: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        return self.sure | self.disputed

    def hold(self, run: SopRun) -> bool:
        """A version that nobody kept is taken for the others."""
        known = self.by_version.get((run.sop, run.sop_version))
        return run.state in (self.names if known is None else known)


def states(sops: Iterable[Sop], holds: Callable[[Sop, str], bool]) -> States:
    versions = tuple(sops)
    kinds = {(one.sop_id, one.version): frozenset(state for state in one.states if holds(one, state)) for one in versions}
    named = frozenset[str]().union(*kinds.values())
    otherwise = frozenset(state for one in versions for state in one.states if state not in kinds[(one.sop_id, one.version)])
    return States(kinds, named - otherwise, named & otherwise)


def is_final(sop: Sop, state: str) -> bool:
    return sop.states[state].final
