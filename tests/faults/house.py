"""One whole Deskside of a fault test: its sandboxes in this process, itself in others, and an agent who does not give up."""

import asyncio
import contextlib
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.bench.free_port import free_port
from bot.demo.agent import ConsoleAgent
from bot.demo.fleet import Fleet
from bot.demo.worlds import demo_world
from retrieval.loopback import Loopback, Unreachable
from retrieval.sandbox_control import SandboxControl
from tests.faults.nursery import Immortal, Nursery, until
from tests.faults.worker import Order

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Ten in the morning in Singapore: the same agents are on shift in every run."""
DOOR_SECONDS = 0.5
"""How long one call to a vendor may take here: 5 seconds, scaled down."""
SLOW_SECONDS = 1.0
"""30 seconds, scaled down: longer than a call may take, shorter than SETTLE_SECONDS."""
UNHURRIED = "('dead', 'later')"


Trouble = Sequence[tuple[str, dict[str, Any]]]
"""Faults to order: (vendor, the fields of retrieval.sandbox.Fault)."""


async def misbehave(sandboxes: Mapping[str, SandboxControl], trouble: Trouble) -> None:
    for vendor, fault in trouble:
        await sandboxes[vendor].fault(**fault)


@dataclass
class House:
    folder: Path
    url: str
    sandboxes: dict[str, SandboxControl]
    process: Immortal
    token: str
    repeats: int
    agents: list[ConsoleAgent] = field(default_factory=list)

    async def agent(self, email: str, channel: str = "live-chat") -> ConsoleAgent:
        one = ConsoleAgent(self.url, email, self.token, channel)
        one._http = Stubborn(self.url, email, self.token, self.repeats)
        self.agents.append(one)
        await one.sign_in()
        return one

    async def up(self) -> None:
        asking = Stubborn(self.url, "", "", 0)
        await asking.get("/health")
        await asking.aclose()

    async def settled(self, seconds: float = 90.0) -> None:
        """Nothing more will come of what happened so far: no job is left and every webhook has come, `repeats` times more."""
        await until(self._quiet, "the house to be quiet", seconds)
        for _ in range(self.repeats):
            await self._deliver_again()
            await until(self._quiet, "the house to be quiet again", seconds)

    async def _quiet(self) -> bool:
        assert self.process.failed is None, f"the process ended by itself: {self.folder}"
        told = await self.sandboxes["intercom"].get("/_sandbox/webhooks")
        lost = [one["id"] for one in told["deliveries"] if not one["delivered"]]
        if lost and not told["pending"]:
            for one in lost:
                await self.sandboxes["intercom"].post("/_sandbox/webhooks/redeliver", {"id": one})
            return False
        return not told["pending"] and not await asyncio.to_thread(self._busy)

    async def _deliver_again(self) -> None:
        told = await self.sandboxes["intercom"].get("/_sandbox/webhooks")
        for one in told["deliveries"]:
            await self.sandboxes["intercom"].post("/_sandbox/webhooks/redeliver", {"id": one["id"]})

    def _busy(self) -> bool:
        query = f"SELECT count(*) FROM jobs WHERE finished_at IS NULL AND state NOT IN {UNHURRIED} AND kind != 'timers'"
        return bool(self.rows(query)[0][0] or self.rows("SELECT count(*) FROM inbox WHERE unread")[0][0])

    def rows(self, query: str) -> list[Any]:
        """Of the SQLite database, while it is in use."""
        with contextlib.closing(sqlite3.connect(f"file:{self.folder}/data/deskside.db?mode=ro", uri=True, timeout=5)) as conn:
            return conn.execute(query).fetchall()

    @property
    def passed(self) -> list[str]:
        return (self.folder / "passed").read_text().splitlines()

    @property
    def died(self) -> list[str]:
        return (self.folder / "died").read_text().splitlines()


class Stubborn(Loopback):
    """A person's browser: sends again what got no answer, signs in again where needed, and presses once too often."""

    def __init__(self, url: str, email: str, token: str, repeats: int) -> None:
        super().__init__(url)
        self._who, self._repeats = {"agent_id": email, "token": token}, repeats

    async def post(self, path: str, body: object) -> Any:
        answer = await super().post(path, body)
        for _ in range(self._repeats):
            await super().post(path, body)
        return answer

    async def _answered(self, method: str, path: str, **given: Any) -> Any:
        deadline = time.monotonic() + 30
        while True:
            try:
                return await super()._answered(method, path, **given)
            except Unreachable:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def house(
    nursery: Nursery,
    folder: Path,
    template: Path | None,
    *,
    kills: Sequence[str] = (),
    repeats: int = 0,
    deeds: Callable[[dict[str, SandboxControl]], Awaitable[list[str]]] | None = None,
    trouble: Trouble = (),
    learn: bool = False,
) -> AsyncIterator[House]:
    """`template`: a data folder to begin with, whose articles are indexed."""
    folder.mkdir(parents=True)  # noqa: ASYNC240 - a test's own folder
    (folder / "died").touch()
    if template is not None:
        shutil.copytree(template, folder / "data")
    began = time.time()  # the sandboxes' clocks start later: what a customer wrote is never in our future
    with Fleet(demo_world(MONDAY)) as fleet:
        controls = dict(fleet.controls())
        wanted = await deeds(controls) if deeds else []
        await misbehave(controls, trouble)
        ahead = MONDAY.timestamp() - began
        order = Order(
            folder=str(folder), port=free_port(), vendors=plain(fleet), kills=tuple(kills), ahead_seconds=ahead,
            deeds=tuple(wanted), learn=learn,
        )  # fmt: skip
        url = f"http://127.0.0.1:{order.port}"
        given = {"url": f"{url}/webhooks/intercom", "client_secret": order.vendors["intercom"]["client_secret"]}
        await controls["intercom"].post("/_sandbox/webhooks", given | {"retry_seconds": 1.0})
        async with Immortal(nursery, order) as process:
            one = House(folder, url, controls, process, order.console_token, repeats)
            try:
                await one.up()
                yield one
            finally:
                for control in controls.values():
                    await control.aclose()
                for agent in one.agents:
                    await agent.aclose()


def plain(fleet: Fleet) -> dict[str, dict[str, Any]]:
    """The sandboxes' settings as they travel to another process, with quick doors."""
    found: dict[str, dict[str, Any]] = {}
    for name, settings in fleet.settings.items():
        values = settings.model_dump()
        quick = {"timeout_seconds": DOOR_SECONDS} if "timeout_seconds" in values and name in ("intercom", "salesforce") else {}
        found[name] = {
            key: one.get_secret_value() if isinstance(one, SecretStr) else one for key, one in (values | quick).items()
        }
    return found


__all__ = ["DOOR_SECONDS", "MONDAY", "SLOW_SECONDS", "House", "house"]
