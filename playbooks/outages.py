"""Which connected systems are silent, as all processes of the house together heard it; pure, it tells nobody.

Processes hear different things: one finds a system silent that another has not called for an hour. Each that is alive is
believed, so that one outage is one, whoever looks.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from playbooks.domain.base import Frozen
from playbooks.domain.vitals import Heard, ProcessReport

REFUSED_AFTER = 3
"""One refusal may be a missing scope of one call; so many in a row, with nothing accepted in between, are the credentials."""
SILENT_AFTER = 5
"""As many failed calls in a row as open a vendor's circuit (retrieval.http)."""
GONE_AFTER = timedelta(minutes=2)
"""A process reports several times a minute: who has not for so long was killed, and says no longer that a system is silent."""
OVERRULED_AFTER = timedelta(minutes=10)
"""Who has not called a system for so long leaves the word to one that was answered since. Shorter, and a process that alone
cannot reach a system would begin an outage with each of its calls, and the others' answers would end it."""


class Outages(Frozen):
    """`silent`: with how many calls failed in a row; `refusing`: those that do not take our credentials any more."""

    silent: tuple[tuple[str, int], ...] = ()
    refusing: frozenset[str] = frozenset()
    answering: frozenset[str] = frozenset()


def outages(reports: Sequence[ProcessReport], now: datetime) -> Outages:
    """Of processes that are gone too: the outage that one of them saw is over only when an answer came after its failures."""
    alive = [one for report in reports if now - report.at <= GONE_AFTER for one in report.heard]
    heard = [one for report in reports for one in report.heard]
    answered = _newest((one.vendor, one.answered_at) for one in heard)
    failed = _newest((one.vendor, one.failed_at) for one in heard)
    believed = [one for one in alive if not _is_overruled(one, answered.get(one.vendor), now)]
    refusing = frozenset(one.vendor for one in believed if one.refusals >= REFUSED_AFTER)
    silent = _most_failures([one for one in believed if one.failures >= SILENT_AFTER and one.vendor not in refusing])
    well = {vendor for vendor, at in answered.items() if vendor not in failed or at >= failed[vendor]}
    return Outages(silent=tuple(silent.items()), refusing=refusing, answering=frozenset(well - refusing - set(silent)))


def _newest(moments: Iterable[tuple[str, datetime | None]]) -> dict[str, datetime]:
    newest: dict[str, datetime] = {}
    for vendor, at in moments:
        if at is not None:
            newest[vendor] = max(at, newest.get(vendor, at))
    return newest


def _is_overruled(one: Heard, answered_at: datetime | None, now: datetime) -> bool:
    if one.failed_at is None or answered_at is None:
        return False
    return answered_at > one.failed_at and now - one.failed_at > OVERRULED_AFTER


def _most_failures(silent: Sequence[Heard]) -> dict[str, int]:
    return {one.vendor: max(other.failures for other in silent if other.vendor == one.vendor) for one in silent}
