"""Deskside as processes that may be killed: a warm parent forks one for each order, so that a restart costs no imports.

Run: python -m tests.faults.worker. Orders are JSON lines on stdin (see `Order`), news are JSON lines on stdout. A child is the
whole service as `deskside run` starts it; it dies by SIGKILL at the points of the road it was told.
"""

import asyncio
import contextlib
import gc
import importlib
import json
import os
import select
import signal
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.jobs import Patience, Policies, Timing
from bot.logs import set_up
from bot.probe import Step
from bot.road import ANSWER, PERFORM, TAKE, TIMERS
from bot.serve import serving
from bot.service import Service
from bot.settings import KNOWLEDGE, ServiceSettings, Settings, vendor_folders
from bot.trial import Trial
from bot.wiring import build
from playbooks.domain.actions import ACTION
from playbooks.proof import proved
from retrieval.content import Knowledge, knowledge
from tests.faults.counting import counting

SETTLE_SECONDS = 1.5
QUICK = Timing(lease_seconds=2.0, beat_seconds=0.2, poll_seconds=0.05, grace_seconds=2)
PATIENCE = Policies(
    by_kind={
        PERFORM: Patience(attempts=40, first_wait_seconds=0.05, longest_wait_seconds=1),
        TAKE: Patience(attempts=40, first_wait_seconds=0.05, longest_wait_seconds=1),
        ANSWER: Patience(attempts=40, first_wait_seconds=0.05, longest_wait_seconds=1),
        TIMERS: Patience(attempts=5),
    }
)


@dataclass(frozen=True)
class Order:
    """What a child is started with.

    `kills`: points "step what", each died at once in the life of `folder`; `ahead_seconds`: its clock before ours; `roles`:
    web, work or both, or only counting (tests/faults/counting.py); `deeds`: actions put into the outbox at the start.
    """

    folder: str
    port: int
    vendors: dict[str, dict[str, Any]]
    kills: tuple[str, ...] = ()
    ahead_seconds: float = 0.0
    roles: tuple[str, ...] = ("web", "work")
    learn: bool = False
    database_url: str = ""
    console_token: str = "faults"
    deeds: tuple[str, ...] = ()
    name: str = "one"


class Killer:
    """A probe that writes down every point it passes and dies at the ordered ones, by the signal nothing can catch."""

    def __init__(self, order: Order) -> None:
        folder = Path(order.folder)
        self._passed = os.open(folder / "passed", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        self._died = os.open(folder / "died", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        self._left = set(order.kills) - set((folder / "died").read_text().splitlines())

    def at(self, step: Step, what: str) -> None:
        point = f"{step} {what}"
        os.write(self._passed, f"{point}\n".encode())
        if point in self._left:
            os.write(self._died, f"{point}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)


async def served(order: Order, known: Knowledge) -> None:
    """Until SIGTERM."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    if "counting" in order.roles:
        await counting(order.database_url, ended)
        return
    ahead = timedelta(seconds=order.ahead_seconds)
    trial = Trial(probe=Killer(order), timing=QUICK, settle=timedelta(seconds=SETTLE_SECONDS), patience=PATIENCE)
    service = await build(settings_of(order), clock=lambda: datetime.now(UTC) + ahead, knowledge=known, trial=trial)
    try:
        if order.learn:
            await service.learn()
        await decided(service, order)
        async with AsyncExitStack() as stack:
            if "web" in order.roles:
                await stack.enter_async_context(serving(service.web, "127.0.0.1", order.port))
            if "work" in order.roles:
                await service.work(ended)
            await ended.wait()
    finally:
        await service.close()


async def decided(service: Service, order: Order) -> None:
    """Actions as a desk's plan would have put them there."""
    actions = [ACTION.validate_json(one) for one in order.deeds]
    now = datetime.now(UTC) + timedelta(seconds=order.ahead_seconds)
    await service.database.transact(lambda conn: service.road._enqueue_actions(conn, actions, cause="test", now=now))


def settings_of(order: Order) -> Settings:
    models = {folder.name: folder.settings for folder in vendor_folders()}
    data_dir = Path(order.folder) / ("data" if "work" in order.roles else "web")
    service = ServiceSettings(
        data_dir=data_dir,
        database_url=order.database_url,
        http_port=order.port,
        console_token=SecretStr(order.console_token),
        time_zone="Asia/Singapore",
        alert_places="console:live-chat",
        embedder="none",
    )
    return Settings(service=service, vendors={name: models[name].model_validate(one) for name, one in order.vendors.items()})


def main() -> None:
    known = unhurried(knowledge(KNOWLEDGE, proved))
    warm(known)
    gc.collect()
    gc.freeze()
    tell({"warm": True})
    children: set[int] = set()
    pending = b""
    while True:
        readable, _, _ = select.select([0], [], [], 0.01)
        if readable:
            got = os.read(0, 1 << 20)
            if not got:
                break
            *lines, pending = (pending + got).split(b"\n")
            for line in lines:
                pid = forked(line, known)
                children.add(pid)
                tell({"started": pid, "name": json.loads(line)["name"]})
        for pid in tuple(children):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                children.discard(pid)
                tell({"ended": pid, "status": status})
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def unhurried(known: Knowledge) -> Knowledge:
    """Promises of a minute are broken by a run that a busy machine holds up, and rightly alerted: here they last a day."""
    sla = known.policies.sla
    rules = tuple(
        rule.model_copy(update={"targets": tuple(one.model_copy(update={"within": timedelta(days=1)}) for one in rule.targets)})
        for rule in sla.rules
    )
    policies = known.policies.model_copy(update={"sla": sla.model_copy(update={"rules": rules})})
    return known.model_copy(update={"policies": policies})


def warm(known: Knowledge) -> None:
    """Everything is imported once, by building a service and closing it; its threads end with it, so that forking is safe."""
    for vendor in vendor_folders():
        for part in ("connect", "wired"):
            with contextlib.suppress(ModuleNotFoundError):
                importlib.import_module(f"retrieval.vendors.{vendor.name}.{part}")

    for name in ("bot.engines.postgres_line", "bot.memory.postgres"):
        importlib.import_module(name)

    async def once(folder: str) -> None:
        service = await build(settings_of(Order(folder=folder, port=0, vendors={})), knowledge=known)
        await service.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(once(folder))


def forked(line: bytes, known: Knowledge) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        given = json.loads(line)
        order = Order(**given | {name: tuple(given.get(name) or ()) for name in ("kills", "roles", "deeds")})
        log = os.open(Path(order.folder) / f"{order.name}.log", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        set_up("INFO")
        asyncio.run(served(order, known))
        status = 0
    except BaseException:  # noqa: BLE001 - a forked child must not return into its parent's code
        import traceback  # noqa: PLC0415

        traceback.print_exc()
    finally:
        os._exit(status)


def tell(news: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(news) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
