"""What all processes together heard of the connected systems: whose word counts, for how long, and when it is over."""

from datetime import UTC, datetime, timedelta

import pytest

from playbooks.domain.vitals import Heard, ProcessReport
from playbooks.outages import GONE_AFTER, OVERRULED_AFTER, Outages, outages

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def heard(
    failures: int = 0, refusals: int = 0, failed: timedelta | None = None, answered: timedelta | None = None
) -> tuple[Heard, ...]:
    """`failed` and `answered`: so long ago."""
    failed_at, answered_at = (None if ago is None else NOW - ago for ago in (failed, answered))
    return (Heard(vendor="stripe", failures=failures, refusals=refusals, failed_at=failed_at, answered_at=answered_at),)


def judged(*reports: tuple[Heard, ...], ages: tuple[timedelta, ...] = ()) -> Outages:
    aged = zip(reports, (*ages, *(timedelta() for _ in reports)), strict=False)
    told = [ProcessReport(process=f"p{number}", at=NOW - age, heard=one) for number, (one, age) in enumerate(aged)]
    return outages(told, NOW)


SILENT = heard(7, failed=SECOND, answered=MINUTE)
REFUSED = heard(7, 3, failed=SECOND)
WELL = heard(answered=timedelta())
IDLE: tuple[Heard, ...] = ()
LONG_AGO = heard(answered=timedelta(hours=1))

SILENCE = Outages(silent=(("stripe", 7),))
ANSWERS = Outages(answering=frozenset({"stripe"}))
REFUSES = Outages(refusing=frozenset({"stripe"}))
UNKNOWN = Outages()


@pytest.mark.parametrize(
    ("reports", "found"),
    [
        ((IDLE,), UNKNOWN),
        ((WELL,), ANSWERS),
        ((SILENT,), SILENCE),
        ((SILENT, IDLE), SILENCE),
        ((SILENT, WELL), SILENCE),
        ((SILENT, LONG_AGO), SILENCE),
        ((WELL, heard(9, failed=SECOND), SILENT), Outages(silent=(("stripe", 9),))),
        ((heard(4, failed=SECOND, answered=MINUTE),), UNKNOWN),
        ((heard(4, failed=SECOND), WELL), ANSWERS),
        ((REFUSED,), REFUSES),
        ((REFUSED, WELL), REFUSES),
        ((REFUSED, SILENT), REFUSES),
        ((heard(2, 2, failed=SECOND), LONG_AGO), UNKNOWN),
    ],
)
def test_every_living_process_is_believed(reports: tuple[tuple[Heard, ...], ...], found: Outages) -> None:
    assert judged(*reports) == found
    assert judged(*reversed(reports)) == found


def test_who_is_gone_says_no_longer_that_a_system_is_silent_but_an_older_answer_does_not_end_it() -> None:
    gone = (GONE_AFTER + SECOND,)
    assert judged(SILENT, ages=(GONE_AFTER,)) == SILENCE
    assert judged(SILENT, ages=gone) == UNKNOWN
    assert judged(SILENT, LONG_AGO, ages=gone) == UNKNOWN
    assert judged(SILENT, WELL, ages=gone) == ANSWERS


def test_who_has_not_called_for_long_leaves_the_word_to_one_that_was_answered_since() -> None:
    earlier, later = OVERRULED_AFTER, OVERRULED_AFTER + SECOND
    assert judged(heard(7, failed=earlier), WELL) == SILENCE
    assert judged(heard(7, failed=later), WELL) == ANSWERS
    assert judged(heard(7, failed=later), IDLE) == SILENCE
    assert judged(heard(7, failed=later), heard(answered=later + SECOND)) == SILENCE
