"""A backup of a running house, restored hours of work later: the world outside is as it was, nothing is done twice (D6)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.demo.agent import ConsoleAgent
from bot.demo.fleet import Fleet
from bot.demo.stage import settings_for
from bot.demo.worlds import demo_world
from bot.memory.backup import backup, restore
from bot.serve import serving
from bot.service import Service
from bot.trial import Trial
from bot.wiring import build
from retrieval.sandbox_control import SandboxControl
from tests.faults.journeys import chat as journey_b
from tests.faults.world import plain
from tests.journeys.chat import until
from tests.journeys.conftest import lexical
from tests.surfaces.console_stage import house_knowledge

TOKEN = "restore"
UNHURRIED = {"dead", "later"}


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
        waiting = await self.service.database.read(self.service.jobs.counts)
        return not sum(number for state, number in waiting.items() if state.value not in UNHURRIED)


@asynccontextmanager
async def house(fleet: Fleet, folder: Path, after: Callable[[int], Awaitable[None]]) -> AsyncIterator[House]:
    """A whole service at the sandboxes, which live on when it ends."""
    trial = Trial(settle=timedelta(seconds=0.5))
    settings = lexical(settings_for(fleet, folder, 0, TOKEN))
    settings = replace(settings, service=settings.service.model_copy(update={"workers": 8}))
    service, stop = await build(settings, knowledge=house_knowledge(), trial=trial), asyncio.Event()
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


async def told_again(one: House) -> None:
    """All that the vendor ever told, in its order: what the backup does not know is news to it."""
    told = await one.sandboxes["intercom"].get("/_sandbox/webhooks")
    for delivery in told["deliveries"]:
        await one.sandboxes["intercom"].post("/_sandbox/webhooks/redeliver", {"id": delivery["id"]})
    await one.settled()


@pytest.mark.parametrize("moment", [1, 2, 4], ids=["before the take", "after the take", "after the reply"])
async def test_a_backup_restored_after_more_work_was_done_does_none_of_it_twice(tmp_path: Path, moment: int) -> None:
    file = tmp_path / "backup.db"

    async def back_up(quiet: int) -> None:
        if quiet == moment:
            await backup(first.service.database, file)

    async def nothing(quiet: int) -> None:
        return

    with Fleet(demo_world(datetime.now(UTC))) as fleet:
        async with house(fleet, tmp_path / "first", back_up) as first:
            await journey_b(first)  # type: ignore[arg-type]
            before = await outside(first.sandboxes)
        (tmp_path / "second").mkdir()
        await restore(file, f"sqlite:///{tmp_path / 'second' / 'deskside.db'}")
        async with house(fleet, tmp_path / "second", nothing) as second:
            await told_again(second)
            assert await outside(second.sandboxes) == before
            dead = await second.service.database.read(lambda conn: _dead(conn, second))
    assert dead == []
    assert sum(1 for one in before["Case"]) >= 1


def _dead(conn: Connection, house: House) -> list[object]:
    return [one.error for one in house.service.jobs.list(conn, limit=500) if one.state == "dead"]
