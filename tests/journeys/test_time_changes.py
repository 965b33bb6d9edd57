"""A night on which the clocks change: promises run in real hours, shifts and snoozes end by the clock on the wall."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.demo.agent import button
from playbooks.domain.policy import Calendar, Policies, SlaPolicy
from tests.journeys.chat import chat, settled, until
from tests.journeys.moving_time import DAYS, Moving, moving

HAFIZ = "hafiz.rahman@example.org"
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = {"title": "Night desk, Berlin", "time_zone": "Europe/Berlin", "open": [{"days": DAYS, "hours": ["22:00-08:00"]}]}
DAY = NIGHT | {"title": "Day desk, Berlin", "open": [{"days": DAYS, "hours": ["08:00-22:00"]}]}
PROMISE = {"name": "Night", "targets": [{"clock": "resolution", "within": "8 hours", "calendar": "live_chat"}]}
BACK, FORWARD = datetime(2026, 10, 24, 23, 30, tzinfo=BERLIN), datetime(2027, 3, 27, 23, 30, tzinfo=BERLIN)
"""Saturdays, half past eleven at night. The clocks go back from three to two, and forward from two to three."""


def by_night(policies: Policies) -> Policies:
    """Everybody in Berlin; the chat is open by night, and Mei's shift ends at eight in the morning."""
    calendars = {"live_chat": NIGHT, "early": NIGHT, "late": DAY}
    hours = policies.hours.model_copy(update={"calendars": {k: Calendar.model_validate(v) for k, v in calendars.items()}})
    team = policies.team.model_copy(
        update={
            "shifts": tuple(one for one in policies.team.shifts if one.name != "night"),
            "agents": tuple(one.model_copy(update={"time_zone": "Europe/Berlin"}) for one in policies.team.agents),
        }
    )
    sla = SlaPolicy.model_validate(policies.sla.model_dump(mode="json") | {"rules": [PROMISE]})
    hours = hours.model_copy(update={"default": "live_chat"})
    return policies.model_copy(update={"hours": hours, "team": team, "sla": sla})


async def at(time: Moving, local: datetime) -> None:
    await time.later(local.astimezone(UTC) - time.clock())


@pytest.mark.parametrize(
    ("begins", "kept", "broken"),
    [
        (BACK, datetime(2026, 10, 25, 6, 29, tzinfo=BERLIN), datetime(2026, 10, 25, 6, 31, tzinfo=BERLIN)),
        (FORWARD, datetime(2027, 3, 28, 22, 29, tzinfo=BERLIN), datetime(2027, 3, 28, 22, 31, tzinfo=BERLIN)),
    ],
    ids=["an hour twice", "an hour never"],
)
async def test_eight_hours_of_a_night_shift_are_eight_real_hours(
    tmp_path: Path, begins: datetime, kept: datetime, broken: datetime
) -> None:
    """The long night holds the promise until 06:30; of the short one half an hour is left for the next night."""
    async with moving(tmp_path, by_night, begins.astimezone(UTC)) as time:
        sofia = await time.agent("sofia.lindqvist", "supervisors")
        one = await chat(time.stage, HAFIZ, "How do I claim under the warranty?")
        await settled(time.stage)
        await at(time, kept)
        await sofia.sign_in()
        assert await one.told(sofia, "A promise was broken") == []
        await at(time, broken)
        await one.alert(sofia, "A promise was broken: Resolution")
        await sofia.aclose()


@pytest.mark.parametrize(("begins", "asleep"), [(BACK, 10.5), (FORWARD, 8.5)], ids=["an hour twice", "an hour never"])
async def test_nine_tomorrow_and_the_end_of_the_shift_go_by_the_clock_on_the_wall(
    tmp_path: Path, begins: datetime, asleep: float
) -> None:
    async with moving(tmp_path, by_night, begins.astimezone(UTC)) as time:
        mei, arjun = await time.agent("mei.tan"), await time.agent("arjun.rao")
        await time.tick()
        one = await chat(time.stage, HAFIZ, "How do I claim under the warranty?")
        await one.taken_by(mei)
        await settled(time.stage)
        await time.later(timedelta(minutes=4))
        message, card = await one.in_thread(mei, "no word from us")
        await mei.press(message, button(card, "Snooze until then"), {"until": "tomorrow 9"})
        await until(lambda: one.is_state("snoozed"), "the chat to be snoozed")
        wakes = datetime.fromtimestamp((await one.record())["snoozed_until"], UTC)
        assert abs(wakes - begins - timedelta(hours=asleep)) < timedelta(minutes=1)
        eight = (begins + timedelta(days=1)).replace(hour=8, minute=0)
        await at(time, eight - timedelta(minutes=2))
        await arjun.sign_in()
        await arjun._look()
        assert not [card for _, card in arjun._cards() if card.title.startswith("Hand-over")]
        await at(time, eight + timedelta(minutes=2))
        await arjun.see(lambda _, card: card.title.startswith("Hand-over: early to late"), "the hand-over at eight")
        await mei.aclose()
        await arjun.aclose()
