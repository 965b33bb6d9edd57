"""The rate at which a chat platform is called."""

import pytest

from bot.pace import Pace, TooFast


def test_a_burst_goes_at_once_then_one_at_a_time() -> None:
    now = [100.0]
    pace = Pace(5, 5.0, lambda: now[0])
    assert [pace.reserve(10) for _ in range(8)] == [0, 0, 0, 0, 0, 1, 2, 3]
    now[0] += 3
    assert pace.reserve(10) == 1


def test_who_would_wait_too_long_is_told_and_reserves_nothing() -> None:
    now = [100.0]
    pace = Pace(2, 60.0, lambda: now[0])
    pace.reserve(0)
    pace.reserve(0)
    for _ in range(3):
        with pytest.raises(TooFast) as told:
            pace.reserve(5)
        assert told.value.seconds == 30
    now[0] += 30
    assert pace.reserve(0) == 0
