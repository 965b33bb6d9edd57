"""A backup of a running house, restored hours of work later: the world outside is as it was, nothing is done twice (D6)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot.demo.agent import ConsoleAgent
from bot.demo.fleet import Fleet
from bot.demo.stage import settings_for
from bot.demo.worlds import demo_world
from bot.memory import inbox, outbox
from bot.memory.backup import backup, restore
from bot.serve import serving
from bot.service import Service
from bot.trial import Trial
from bot.wiring import build
from playbooks.domain.actions import ACTION
from retrieval.sandbox_control import SandboxControl
from tests.faults.house import MONDAY
from tests.faults.journeys import chat as journey_b
from tests.faults.journeys import deeds
from tests.faults.world import plain
from tests.journeys.chat import until
from tests.journeys.conftest import lexical
from tests.surfaces.console_stage import house_knowledge

TOKEN = "restore"
AHEAD = MONDAY - datetime.now(UTC)
UNHURRIED = {"dead", "later"}


def on_monday() -> datetime:
    """The clock of this house: people are at work."""
    return datetime.now(UTC) + AHEAD


@dataclass
class House:
    """As much of tests/faults/house.py as a journey asks of it; `after` is called with the number of times all was quiet."""

    url: str
    service: Service
    sandboxes: dict[str, SandboxControl]
    after: Callable[[int], Awaitable[None]]
    agents: list[ConsoleAgent] = field(default_factory=list)
    quiet: int = 0

    async def agent(self, email: str, channel: str = "live-chat") -> ConsoleAgent:
        one = ConsoleAgent(self.url, email, TOKEN, channel)
        self.agents.append(one)
        await one.sign_in()
        return one

    async def settled(self) -> None:
        await until(self._is_quiet, "the house to be quiet", 60)
        self.quiet += 1
        await self.after(self.quiet)

    async def _is_quiet(self) -> bool:
        told = await self.sandboxes["intercom"].get("/_sandbox/webhooks")
        if told["pending"]:
            return False
        unread, _ = await self.service.database.read(inbox.oldest_unread)
        waiting = await self.service.database.read(self.service.jobs.counts)
        return not unread + sum(number for state, number in waiting.items() if state.value not in UNHURRIED)


@asynccontextmanager
async def house(fleet: Fleet, folder: Path, after: Callable[[int], Awaitable[None]]) -> AsyncIterator[House]:
    """A whole service at the sandboxes, which live on when it ends."""
    trial = Trial(settle=timedelta(seconds=0.5))
    settings = lexical(settings_for(fleet, folder, 0, TOKEN))
    settings = replace(settings, service=settings.service.model_copy(update={"workers": 8}))
    service, stop = await build(settings, clock=on_monday, knowledge=house_knowledge(), trial=trial), asyncio.Event()
    async with serving(service.web, "127.0.0.1", 0) as url:
        controls = dict(fleet.controls())
        secret = fleet.settings["intercom"].client_secret.get_secret_value()  # type: ignore[attr-defined]
        await controls["intercom"].post("/_sandbox/webhooks", {"url": f"{url}/webhooks/intercom", "client_secret": secret})
        working = asyncio.create_task(service.work(stop))
        one = House(url, service, controls, after)
        yield one
        for agent in one.agents:
            await agent.aclose()
        stop.set()
        await working
        for control in controls.values():
            await control.aclose()
    await service.close()


async def outside(sandboxes: dict[str, SandboxControl]) -> dict[str, Any]:
    """What vendors hold of Priya's chat and its case."""
    intercom, salesforce = sandboxes["intercom"], await sandboxes["salesforce"].state()
    ids = (await intercom.state())["conversations"]
    records = [await intercom.get(f"/_sandbox/conversations/{one}") for one in ids]
    keys = ("state", "tags", "admin_assignee_id")
    return {
        "parts": {one["id"]: [[part["part_type"], plain(part["body"])] for part in one["parts"]] for one in records},
        **{key: {one["id"]: one[key] for one in records} for key in keys},
        **{kind: sorted(row["Id"] for row in salesforce.get(kind, [])) for kind in ("Case", "CaseComment")},
    }


async def a_low_rating(one: House) -> None:
    """A rule reopens the chat, hands it over and tags it by itself: done again, each would leave a second trace."""
    ids = (await one.sandboxes["intercom"].state())["conversations"]
    records = [await one.sandboxes["intercom"].get(f"/_sandbox/conversations/{each}") for each in ids]
    escalated = max((each["id"] for each in records if each["state"] == "closed"), key=int)
    await one.sandboxes["intercom"].post("/_sandbox/customer/rating", {"conversation_id": escalated, "rating": 1})
    await one.settled()


async def told_again(one: House) -> None:
    """All that the vendor ever told, in its order: what the backup does not know is news to it."""
    told = await one.sandboxes["intercom"].get("/_sandbox/webhooks")
    for delivery in told["deliveries"]:
        await one.sandboxes["intercom"].post("/_sandbox/webhooks/redeliver", {"id": delivery["id"]})
    await one.settled()


async def test_a_backup_restored_after_more_work_was_done_does_none_of_it_twice(tmp_path: Path) -> None:
    file = tmp_path / "backup.db"

    async def back_up(quiet: int) -> None:
        if quiet == 2:
            await backup(first.service.database, file)

    async def nothing(quiet: int) -> None:
        return

    with Fleet(demo_world(on_monday())) as fleet:
        async with house(fleet, tmp_path / "first", back_up) as first:
            await journey_b(first)  # type: ignore[arg-type]
            await a_low_rating(first)
            before = await outside(first.sandboxes)
        (tmp_path / "second").mkdir()
        await restore(file, f"sqlite:///{tmp_path / 'second' / 'deskside.db'}", now=on_monday())
        async with house(fleet, tmp_path / "second", nothing) as second:
            await told_again(second)
            assert await outside(second.sandboxes) == before
            dead = await second.service.database.read(lambda conn: _dead(conn, second))
    assert dead == []
    assert "open" in [kind for kind, _ in max(before["parts"].values(), key=len)]


async def test_what_was_decided_before_the_backup_and_done_after_it_is_not_done_again(tmp_path: Path) -> None:
    """One action of each kind stands in the backup as not yet done; but what was undone since looks as if it never was."""
    file = tmp_path / "backup.db"

    async def nothing(quiet: int) -> None:
        return

    with Fleet(demo_world(on_monday())) as fleet:
        async with house(fleet, tmp_path / "first", nothing) as first:
            made = [ACTION.validate_json(one) for one in await deeds(first.sandboxes)]
            undone = {one.conversation_id for one in made if one.do in ("remove_tag", "reopen")}
            actions = [one for one in made if one.conversation_id not in undone]
            await first.settled()
            begun = await outside(first.sandboxes)

            def decided_and_backed_up(conn: Connection) -> None:
                first.service.road._enqueue_actions(conn, actions, cause="test", now=on_monday())

            await first.service.database.transact(decided_and_backed_up)
            await backup(first.service.database, file)
            await first.settled()
            before = await outside(first.sandboxes)
        assert before != begun
        (tmp_path / "second").mkdir()
        await restore(file, f"sqlite:///{tmp_path / 'second' / 'deskside.db'}", now=on_monday())
        async with house(fleet, tmp_path / "second", nothing) as second:
            await second.settled()
            assert await outside(second.sandboxes) == before
            counts = await second.service.database.read(outbox.counts)
    assert counts["done"] >= len(actions)  # type: ignore[index]


def _dead(conn: Connection, house: House) -> list[object]:
    return [one.error for one in house.service.jobs.list(conn, limit=500) if one.state == "dead"]
