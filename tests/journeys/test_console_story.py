"""Journey B through the console: the demo's story, whose every step is read back from the sandboxes."""

import pytest

from bot.demo.play import EXPECTED_STEPS
from bot.demo.stage import Stage
from bot.demo.story import Ids, story

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_conversation_is_answered_escalated_and_closed_with_every_effect_read_back(stage: Stage) -> None:
    ids = Ids()
    told = [one async for one in story(stage, ids)]
    assert tuple(one.step for one in told) == EXPECTED_STEPS
    assert all(vars(ids).values())


async def test_the_story_calls_each_vendor_a_handful_of_times(stage: Stage) -> None:
    """A dozen events a minute must not mean a dozen cards' worth of calls; DHL gives 250 a day."""
    calls = stage.service.calls.by_vendor
    assert calls["dhl"] <= 3
    assert calls["stripe"] <= 30
    assert sum(calls.values()) <= 150
