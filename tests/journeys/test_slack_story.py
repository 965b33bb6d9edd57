"""Journeys A and B in Slack: signed requests in, the Web API out, every effect read back from workspace and sandboxes."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from bot.demo.stage import Stage, staged
from bot.demo.worlds import demo_world
from bot.settings import Settings
from bot.slack.settings import Settings as SlackSettings
from tests.journeys.chat import chat, settled, until
from tests.journeys.conftest import lexical
from tests.journeys.people import knowledge_of_the_fakes
from tests.surfaces.fake_slack import FakeSlack

pytestmark = pytest.mark.asyncio(loop_scope="module")
ALERTS, PRIYA = "C0ALERTS", "priya.nair@example.com"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def slack_stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Stage, FakeSlack]]:
    with FakeSlack() as slack:
        slack.channels[ALERTS].flags = {"is_channel": True, "is_private": True}

        def with_slack(settings: Settings) -> Settings:
            given = lexical(settings)
            service = given.service.model_copy(update={"alert_places": f"slack:{ALERTS}"})
            return replace(given, service=service, slack=SlackSettings.model_validate(slack.settings()))

        directory = tmp_path_factory.mktemp("slack")
        async with staged(demo_world(datetime.now(UTC)), directory, 0, with_slack, knowledge_of_the_fakes()) as stage:
            slack.deliver_to(stage.url)
            yield stage, slack


def shown(slack: FakeSlack, words: str, channel: str = ALERTS) -> dict[str, Any] | None:
    """The newest message whose blocks hold the words."""
    messages = reversed(slack.channels[channel].messages)
    return next((one for one in messages if words in json.dumps(one, ensure_ascii=False)), None)


async def sees(slack: FakeSlack, words: str, channel: str = ALERTS) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        return shown(slack, words, channel)

    found: dict[str, Any] = await until(look, f"“{words}” in {channel}")
    return found


async def test_the_main_job_is_done_from_slack(slack_stage: tuple[Stage, FakeSlack]) -> None:
    stage, slack = slack_stage
    one = await chat(stage, PRIYA, "Where is my battery? The DHL tracking has not moved for days.")
    alert = await sees(slack, "Priya Nair is waiting")
    pressed = await asyncio.to_thread(slack.press, "Take")
    assert pressed.status == 200
    assert pressed.seconds < 3
    await sees(slack, "With Mei Tan")
    assert shown(slack, "With Mei Tan")["ts"] == alert["ts"]  # type: ignore[index]

    draft = await sees(slack, "Suggested reply")
    assert draft["thread_ts"] == alert["ts"]
    await asyncio.to_thread(slack.press, "Send", inputs={"reply_text": "Hello Priya, I have asked DHL and will write by noon."})
    await sees(slack, "Reply sent")
    [reply] = await one.parts("comment", admin="5001")
    assert "asked DHL" in reply["body"]

    asked = await asyncio.to_thread(slack.mention, "who is this customer?", channel=ALERTS, thread_ts=alert["ts"])
    assert asked.status == 200
    card = await sees(slack, "How we know it is the same person")
    assert card["thread_ts"] == alert["ts"]

    await one.customer_writes("This is really not good enough, I am very disappointed.")
    await sees(slack, "disappointed")
    escalated = await asyncio.to_thread(slack.press, "Escalate")
    await sees(slack, "Case 0")
    await asyncio.to_thread(escalated.again)
    await asyncio.to_thread(escalated.again)
    await settled(stage)
    assert len(await one.cases()) == 1
    assert (await one.record())["state"] == "closed"
    assert slack.invalid == []


async def test_a_stranger_from_another_workspace_is_told_that_they_are_not_known(
    slack_stage: tuple[Stage, FakeSlack],
) -> None:
    _, slack = slack_stage
    slack.add_user("U0GUEST", "mei.tan", team="T0ELSEWHERE")
    await asyncio.to_thread(slack.mention, "who is priya.nair@example.com?", user="U0GUEST", channel=ALERTS)
    await sees(slack, "I do not know you yet")


async def test_a_forged_request_is_refused_and_nothing_comes_of_it(slack_stage: tuple[Stage, FakeSlack]) -> None:
    stage, slack = slack_stage
    before = _said(slack)
    raw = json.dumps(slack.event("<@U0DESKSIDE> help", "U0MEI", ALERTS, "app_mention")).encode()
    headers = {"content-type": "application/json", **slack.signed(raw)}
    answer = await asyncio.to_thread(slack.send, raw + b" ", headers)
    assert answer.status == 401
    await settled(stage)
    assert _said(slack) == before


def _said(slack: FakeSlack) -> list[object]:
    """All but the rounds' questions who is at their desk."""
    return [one for one in slack.calls if one[0] != "users.getPresence"]
