"""Times as agents type them, told in the agent's own zone."""

from datetime import UTC, datetime

import pytest

from playbooks.when import when

# A Thursday, 17:30 in Singapore.
NOW = datetime(2026, 11, 19, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2h", "2026-11-19 11:30"),
        ("for 2 hours", "2026-11-19 11:30"),
        ("1.5 hours", "2026-11-19 11:00"),
        ("half an hour", "2026-11-19 10:00"),
        ("in an hour", "2026-11-19 10:30"),
        ("1h 30m", "2026-11-19 11:00"),
        ("1 hour and 15 minutes", "2026-11-19 10:45"),
        ("3 days", "2026-11-22 09:30"),
        ("a week", "2026-11-26 09:30"),
        ("until tomorrow", "2026-11-20 01:00"),
        ("until tomorrow 9", "2026-11-20 01:00"),
        ("tomorrow at 14:15", "2026-11-20 06:15"),
        ("tomorrow 2pm", "2026-11-20 06:00"),
        ("tomorrow morning", "2026-11-20 01:00"),
        ("Tomorrow, noon", "2026-11-20 04:00"),
        ("18:00", "2026-11-19 10:00"),
        ("until 9", "2026-11-20 01:00"),
        ("12am", "2026-11-19 16:00"),
        ("tonight", "2026-11-19 10:00"),
        ("monday", "2026-11-23 01:00"),
        ("until mon 10:30", "2026-11-23 02:30"),
        ("thursday", "2026-11-26 01:00"),
        ("next friday", "2026-11-20 01:00"),
        ("next week", "2026-11-23 01:00"),
        ("2026-12-24 8am", "2026-12-24 00:00"),
    ],
)
def test_what_people_type_is_the_moment_they_mean(said: str, meant: str) -> None:
    found = when(said, NOW, "Asia/Singapore")
    assert found is not None
    assert f"{found.astimezone(UTC):%Y-%m-%d %H:%M}" == meant


@pytest.mark.parametrize(
    "said",
    ["", "soon", "25:00", "13pm", "2020-01-01", "2026-02-30", "900 days", "tomorrow whenever", "0m", "the 9 lives", "today 9"],
)
def test_words_that_mean_no_time_to_come_mean_none(said: str) -> None:
    assert when(said, NOW, "Asia/Singapore") is None


def test_nine_tomorrow_is_nine_on_the_day_after_the_clocks_change() -> None:
    saturday = datetime(2026, 10, 24, 12, tzinfo=UTC)
    found = when("tomorrow 9", saturday, "Europe/Berlin")
    assert found == datetime(2026, 10, 25, 8, tzinfo=UTC)
