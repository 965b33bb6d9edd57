"""A webhook that is lost while others come: found by the next round, taken once, and nothing twice when it comes after all."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.demo.agent import ConsoleAgent
from bot.desk.in_order import TAKEN
from bot.memory import inbox, runs
from bot.memory.audit import entries
from tests.journeys.chat import Chat, chat, settled, until
from tests.journeys.moving_time import Moving

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRIYA = "priya.nair@example.com"
WHERE = "Where is my battery? The DHL tracking has not moved for days."
AT_REST = timedelta(minutes=3)
MEI, ARJUN = "5001", "5002"


@asynccontextmanager
async def webhooks_lost(time: Moving) -> AsyncIterator[None]:
    """They are sent, and refused for their signature."""
    intercom = time.stage.sandboxes["intercom"]
    target = {"url": f"{time.stage.url}/webhooks/intercom", "retry_seconds": 3600}
    await intercom.post("/_sandbox/webhooks", target | {"client_secret": "another"})
    yield
    await settled(time.stage)
    await intercom.post("/_sandbox/webhooks", target | {"client_secret": "sandbox-intercom-client-secret"})


async def colleague(one: Chat, path: str, **given: Any) -> None:
    """Works at the inbox itself, past Deskside."""
    settings = one.stage.service.settings.vendors["intercom"]
    token = settings.access_token.get_secret_value()  # type: ignore[attr-defined]
    headers = {"Authorization": f"Bearer {token}", "Intercom-Version": "2.16"}
    async with httpx.AsyncClient(base_url=one.stage.sandboxes["intercom"].url, headers=headers) as http:
        answer = await http.post(f"/conversations/{one.conversation_id}/{path}", json={"admin_id": ARJUN, **given})
        answer.raise_for_status()


async def writes(one: Chat) -> None:
    await one.customer_writes("And my inverter shows E07 now.")


async def notes(one: Chat) -> None:
    await colleague(one, "reply", message_type="note", type="admin", body="DHL was called.")


async def assigns(one: Chat) -> None:
    await colleague(one, "parts", message_type="assignment", type="admin", assignee_id=ARJUN)


async def closes(one: Chat) -> None:
    await colleague(one, "parts", message_type="close", type="admin")


async def rates(one: Chat) -> None:
    given = {"conversation_id": one.conversation_id, "rating": 4, "remark": ""}
    await one.stage.sandboxes["intercom"].post("/_sandbox/customer/rating", given)


Does = Callable[[Chat], Awaitable[None]]


async def made_up(one: Chat) -> list[str]:
    """The events of it that no webhook brought."""
    rows = await one.stage.service.database.read(lambda conn: inbox.recent(conn, conversation_id=one.conversation_id, limit=99))
    return [row.event_id for row in rows if row.event_id.startswith(("part:", "rating:"))]


async def taken(one: Chat) -> list[str]:
    saved = await one.stage.service.database.read(lambda conn: runs.load(conn, one.conversation_id))
    assert saved is not None
    found: list[str] = saved.facts[TAKEN]
    return found


async def redelivered(one: Chat, ids: list[str]) -> None:
    for name in ids:
        await one.stage.sandboxes["intercom"].post("/_sandbox/webhooks/redeliver", {"id": name})


async def refused(one: Chat) -> list[str]:
    told = await one.stage.sandboxes["intercom"].get("/_sandbox/webhooks")
    return [sent["id"] for sent in told["deliveries"] if not sent["delivered"]]


async def newest_part(one: Chat) -> str:
    return str((await one.record())["parts"][-1]["id"])


@pytest.mark.parametrize(
    ("middle", "last"), [(assigns, writes), (notes, writes), (writes, notes), (closes, notes), (writes, rates)]
)
async def test_the_middle_one_of_three_events_is_found_by_the_next_round_and_taken_once(
    time: Moving, mei: ConsoleAgent, middle: Does, last: Does
) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    await one.taken_by(mei)
    await settled(time.stage)
    before = await refused(one)
    async with webhooks_lost(time):
        await middle(one)
    lost = await newest_part(one)
    await last(one)
    await settled(time.stage)
    await time.later(AT_REST)
    found = await made_up(one)
    assert f"part:{lost}" in found
    assert len(found) <= 2, "a word that was overtaken is taken before the one that overtook it, which then comes again"
    stood = await taken(one)
    assert stood.count(lost) == 1
    late = [name for name in await refused(one) if name not in before]
    assert len(late) == 1
    await redelivered(one, late)
    await until(lambda: _all_told(one, late), "the late webhook to be taken in")
    await settled(time.stage)
    await time.later(AT_REST)
    assert await made_up(one) == found
    assert await taken(one) == stood


async def test_a_rating_that_was_lost_is_found_and_counts_once_when_it_comes_after_all(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    await one.taken_by(mei)
    await settled(time.stage)
    before = await refused(one)
    async with webhooks_lost(time):
        await rates(one)
    await notes(one)
    await settled(time.stage)
    await time.later(AT_REST)
    [found] = await made_up(one)
    assert found.startswith("rating:")
    late = [name for name in await refused(one) if name not in before]
    await redelivered(one, late)
    await until(lambda: _all_told(one, late), "the late webhook to be taken in")
    await settled(time.stage)
    await time.later(AT_REST)
    assert await made_up(one) == [found]
    kept = await time.stage.service.database.read(lambda conn: entries(conn, subject=one.conversation_id))
    assert [entry.what for entry in kept].count("rated") == 1


async def test_a_chat_whose_every_webhook_came_is_read_once_after_it_came_to_rest_and_nothing_is_made_up(
    time: Moving, mei: ConsoleAgent
) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    await one.taken_by(mei)
    for does in (writes, notes, assigns, rates, closes):
        await does(one)
    await settled(time.stage)
    before = await _reads(one)
    for _ in range(3):
        await time.later(AT_REST)
    assert await made_up(one) == []
    assert await _reads(one) - before <= 1


async def _reads(one: Chat) -> int:
    calls = await one.stage.sandboxes["intercom"].get("/_sandbox/calls")
    return sum(entry["call"] == f"GET /conversations/{one.conversation_id}" for entry in calls)


async def _all_told(one: Chat, ids: list[str]) -> bool:
    return not set(ids) & set(await refused(one))
