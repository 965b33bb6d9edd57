"""What each process of the house heard from the connected systems; never what was said."""

from playbooks.domain.base import Frozen, Instant


class Heard(Frozen):
    """Of one system: how many calls failed in a row, and how many of them were answered with "not with these credentials"."""

    vendor: str
    failures: int = 0
    refusals: int = 0
    failed_at: Instant | None = None
    answered_at: Instant | None = None


class ProcessReport(Frozen):
    """`process` is a name that a start gives itself."""

    process: str
    at: Instant
    heard: tuple[Heard, ...] = ()
