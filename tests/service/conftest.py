"""A journey over two services that share a database and nothing else, with everything that was told of it."""

import asyncio
import io
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from prometheus_client.parser import text_string_to_metric_families

from bot.demo.agent import ConsoleAgent, button
from bot.demo.fleet import Fleet
from bot.demo.stage import settings_for
from bot.demo.worlds import demo_world
from bot.logs import JsonLines
from bot.serve import serving
from bot.trial import Trial
from bot.wiring import build
from tests.faults.nursery import until
from tests.journeys.conftest import lexical
from tests.postgres import postgres
from tests.service.collector import Collector, collecting
from tests.surfaces.console_stage import house_knowledge

__all__ = ["postgres"]

HERO, WORDS, TOKEN = "priya.nair@example.com", "My parcel SV-20417 never came, I am fed up", "let-me-in"


@dataclass
class Journey:
    """What was told of the journey: its log lines and its spans."""

    lines: list[dict[str, Any]]
    collector: Collector
    ready: dict[str, Any]
    metrics: dict[str, dict[str, float]]
    database: Path

    @property
    def correlation(self) -> str:
        """Of the customer's first message."""
        return next(str(one["correlation"]) for one in self.lines if one.get("topic") == "conversation.user.created")

    def of(self, message: str) -> list[dict[str, Any]]:
        return [one for one in self.lines if one["message"] == message]


@pytest.fixture(autouse=True)
def nothing_logs_to_a_command_that_has_ended() -> Iterator[None]:
    """`deskside run` logs to its standard error, which under a CliRunner is closed with the test."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for one in list(root.handlers):
        if one not in before and isinstance(one.formatter, JsonLines):
            root.removeHandler(one)
            root.setLevel(level)


@pytest.fixture(scope="session")
def log() -> Iterator[io.StringIO]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    root = logging.getLogger("bot")
    before = root.level
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)


@asynccontextmanager
async def web_and_worker(fleet: Fleet, folder: Path, collector: str) -> AsyncIterator[tuple[str, str]]:
    """Their addresses: the first takes requests, the second does the work (and tells of its health)."""
    database = f"sqlite:///{folder / 'shared.db'}"

    async def one(name: str, stack: AsyncExitStack) -> Any:
        given = lexical(settings_for(fleet, folder / name, 0, TOKEN))
        shared = given.service.model_copy(update={"database_url": database, "otlp_endpoint": collector})
        trial = Trial(settle=timedelta(seconds=0.5))
        service = await build(replace(given, service=shared), knowledge=house_knowledge(), trial=trial)
        stack.push_async_callback(service.close)
        return service

    async with AsyncExitStack() as stack:
        web, worker = await one("web", stack), await one("worker", stack)
        stop = asyncio.Event()
        working = asyncio.create_task(worker.work(stop))
        async with serving(web.web, "127.0.0.1", 0) as url, serving(worker.web, "127.0.0.1", 0) as beside:
            yield url, beside
        stop.set()
        await working


async def _assigned(log: io.StringIO) -> bool:
    return '"kind": "action_done.assign"' in log.getvalue()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def told(tmp_path_factory: pytest.TempPathFactory, log: io.StringIO) -> Journey:
    """Priya writes; Mei takes the chat. One call to Intercom fails on the way and is tried again."""
    folder = tmp_path_factory.mktemp("thread")
    with Fleet(demo_world(datetime.now(UTC))) as fleet, collecting() as collector:
        async with web_and_worker(fleet, folder, collector.url) as (url, beside):
            controls = fleet.controls()
            secret = fleet.settings["intercom"].client_secret.get_secret_value()  # type: ignore[attr-defined]
            await controls["intercom"].post("/_sandbox/webhooks", {"url": f"{url}/webhooks/intercom", "client_secret": secret})
            mei = ConsoleAgent(url, "mei.tan@solvane.example", TOKEN, "live-chat")
            await mei.sign_in()
            written = await controls["intercom"].post("/_sandbox/customer/messages", {"email": HERO, "body": WORDS})
            conversation_id = str(written["conversation_id"])
            message, alert = await mei.see(lambda _, card: conversation_id in card.footer, "the alert")
            await controls["intercom"].fault(kind="status", status=503, times=1, match=r"POST /conversations/\d+/parts$")
            await mei.press(message, button(alert, "Take"))
            await until(lambda: _assigned(log), "the chat to be assigned")
            await mei.aclose()
            ready, metrics = await _asked(url, beside)
            for control in controls.values():
                await control.aclose()
    return Journey([json.loads(line) for line in log.getvalue().splitlines()], collector, ready, metrics, folder / "shared.db")


async def _asked(web: str, worker: str) -> tuple[dict[str, Any], dict[str, dict[str, float]]]:
    """What the worker says of its health; and the numbers of both, added, by family and labels."""
    found: dict[str, dict[str, float]] = {}
    async with httpx.AsyncClient() as client:
        for url in (web, worker):
            text = (await client.get(f"{url}/metrics")).text
            found |= {name: found.get(name, {}) for name in re.findall(r"^# TYPE (\S+)", text, re.M)}
            for family in text_string_to_metric_families(text):
                for one in family.samples:
                    key = ",".join(f"{label}={value}" for label, value in sorted(one.labels.items()))
                    of_name = found.setdefault(one.name, {})
                    of_name[key] = of_name.get(key, 0) + one.value
        return (await client.get(f"{worker}/ready")).json(), found
