"""Quiet hours: what came at night is told once in the morning, a case's answer as well, which no later look finds again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.demo.agent import ConsoleAgent
from playbooks.domain.policy import Calendar, Policies
from tests.journeys.chat import Chat, chat, settled, text_of
from tests.journeys.in_time.test_rounds import ROUND, escalated
from tests.journeys.moving_time import DAYS, always_open, moving
from tests.journeys.salesforce import Colleague

PRIYA = "priya.nair@example.com"
UNTIL_MORNING = timedelta(minutes=20)


def night(policies: Policies) -> Policies:
    """Everything is open but the office of the quiet rules, which opens in twenty minutes."""
    opened = always_open(policies)
    morning = datetime.now(UTC) + UNTIL_MORNING
    hours = [f"{morning:%H:%M}-{morning + timedelta(hours=6):%H:%M}"]
    office = Calendar.model_validate({"title": "Doors", "time_zone": "UTC", "open": [{"days": DAYS, "hours": hours}]})
    rules = tuple(
        one.model_copy(update={"quiet_outside": "doors" if one.quiet_outside else None}) for one in opened.alerts.rules
    )
    calendars = opened.hours.model_copy(update={"calendars": {**opened.hours.calendars, "doors": office}})
    return opened.model_copy(update={"hours": calendars, "alerts": opened.alerts.model_copy(update={"rules": rules})})


async def told(one: Chat, agent: ConsoleAgent, words: str) -> bool:
    await agent._look()
    return any(words in text_of(card) for _, card in agent._cards() if one.conversation_id in card.footer)


async def test_what_comes_in_quiet_hours_is_told_once_they_are_over(tmp_path: Path) -> None:
    async with moving(tmp_path, night) as time:
        mei, sofia = await time.agent("mei.tan"), await time.agent("sofia.lindqvist", "supervisors")
        one = await chat(time.stage, PRIYA, "Where is my battery? It is stuck at DHL.")
        await time.tick()
        case = await escalated(one, mei)
        given = {"conversation_id": one.conversation_id, "rating": 1, "remark": "nobody helped me"}
        await time.stage.sandboxes["intercom"].post("/_sandbox/customer/rating", given)
        async with Colleague(time.stage.sandboxes["salesforce"].url) as colleague:
            await colleague.comments(case, "Found in Hub 4.")
        await time.later(ROUND)
        await settled(time.stage)
        assert not await told(one, mei, "A case was answered")
        assert not await told(one, sofia, "Rated 1 of 5")
        await time.later(UNTIL_MORNING + timedelta(minutes=1))
        _, morning = await one.alert(mei, "A case was answered")
        assert "Quiet hours: kept until" in text_of(morning)
        await one.alert(sofia, "Rated 1 of 5")
        await mei.aclose()
        await sofia.aclose()
