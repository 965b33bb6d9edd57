"""The end of a shift: who carries on reads every open chat of those who leave, once, and takes what is theirs now."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.demo.agent import button
from playbooks.domain.policy import Calendar, Policies
from tests.journeys.chat import chat, settled, text_of
from tests.journeys.moving_time import DAYS, always_open, moving

PRIYA = "priya.nair@example.com"
TEN_MINUTES = timedelta(minutes=10)


def ending_soon(policies: Policies) -> Policies:
    """The early shift ends in ten minutes, the late one begins then."""
    opened = always_open(policies)
    end = datetime.now(UTC) + TEN_MINUTES
    spans = {"early": (end - timedelta(hours=6), end), "late": (end, end + timedelta(hours=6))}
    made = {
        name: Calendar.model_validate(
            {
                "title": name,
                "time_zone": "UTC",
                "open": [{"days": DAYS, "hours": [f"{begin:%H:%M}-{close:%H:%M}"]}],
            }
        )
        for name, (begin, close) in spans.items()
    }
    shifts = tuple(one for one in opened.team.shifts if one.name != "night")
    hours = opened.hours.model_copy(update={"calendars": {**opened.hours.calendars, **made}})
    return opened.model_copy(update={"hours": hours, "team": opened.team.model_copy(update={"shifts": shifts})})


async def test_open_chats_are_handed_over_to_the_next_shift_with_a_summary_each(tmp_path: Path) -> None:
    async with moving(tmp_path, ending_soon) as time:
        mei, arjun = await time.agent("mei.tan"), await time.agent("arjun.rao")
        await time.tick()
        one = await chat(time.stage, PRIYA, "Where is my battery? It is stuck at DHL.")
        await one.taken_by(mei)
        await settled(time.stage)
        await mei.ask("/shift handover")
        _, mine = await mei.see(lambda _, card: card.title.startswith("Hand-over"), "what Mei would leave behind")
        assert "stuck at DHL" in text_of(mine)
        await mei.ask(f"/sla {one.conversation_id}")
        await mei.see(lambda _, card: card.title.startswith("Promises to Priya"), "the promises of a chat that is named")
        await time.later(TEN_MINUTES + timedelta(minutes=1))
        message, card = await arjun.see(
            lambda shown, card: card.title.startswith("Hand-over: early to late") and not shown["thread_id"], "the hand-over"
        )
        said = text_of(card)
        assert "Arjun Rao" in said
        assert "stuck at DHL" in said
        assert "Mei Tan" in said
        await time.later(timedelta(minutes=2))
        await arjun._look()
        told = [card for shown, card in arjun._cards() if card.title.startswith("Hand-over") and not shown["thread_id"]]
        assert len(told) == 1
        await arjun.press(message, button(card, "Take"))
        await one.alert(arjun, "With Arjun Rao")
        await mei.aclose()
        await arjun.aclose()
