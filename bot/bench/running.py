"""The whole service as `deskside run` in a process of its own, with sandboxes and a stand-in Slack beside it."""

import asyncio
import contextlib
import shlex
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.bench.free_port import free_port
from bot.bench.processes import module
from bot.bench.slack_stand_in import SlackStandIn
from bot.demo.fleet import Fleet
from bot.demo.worlds import demo_world
from retrieval.loopback import Loopback, Unreachable
from retrieval.sandbox import SandboxServer
from retrieval.sandbox_control import SandboxControl

TOKEN = "bench-token"  # noqa: S105 - of a service on loopback that lives for minutes


@dataclass(frozen=True)
class Running:
    port: int
    pid: int
    service: Loopback
    intercom: SandboxControl
    slack: SlackStandIn
    client_secret: str


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[Running]:
    """Lexical search only: what is measured is the road."""
    slack, port = SlackStandIn(), free_port()
    with (
        tempfile.TemporaryDirectory(prefix="deskside-bench-") as folder,
        Fleet(demo_world(datetime.now(UTC))) as fleet,
        SandboxServer(slack.app) as slack_server,
    ):
        variables = dict(one.removeprefix("export ").split("=", 1) for one in fleet.environment())
        variables = {name: shlex.split(value)[0] if value else "" for name, value in variables.items()} | {
            "DESKSIDE_DATA_DIR": str(Path(folder) / "data"),
            "DESKSIDE_HTTP_PORT": str(port),
            "DESKSIDE_EMBEDDER": "none",
            "DESKSIDE_ALERT_PLACES": "slack:C0BENCH001",
            "DESKSIDE_SLACK_BOT_TOKEN": "xoxb-bench",
            "DESKSIDE_SLACK_SIGNING_SECRET": "bench",
            "DESKSIDE_SLACK_BASE_URL": f"{slack_server.url}/api/",
            "DESKSIDE_CONSOLE_TOKEN": TOKEN,
        }
        intercom, service = fleet.controls()["intercom"], Loopback(f"http://127.0.0.1:{port}")
        secret = variables["DESKSIDE_INTERCOM_CLIENT_SECRET"]
        async with module("bot", "run", variables=variables) as process:
            try:
                await up(service)
                target = {"url": f"http://127.0.0.1:{port}/webhooks/intercom", "client_secret": secret}
                await intercom.post("/_sandbox/webhooks", target)
                yield Running(port, process.pid, service, intercom, slack, secret)
            finally:
                await intercom.aclose()
                await service.aclose()


async def up(service: Loopback, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            await service.get("/health")
            return
        except Unreachable:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.02)


def resident_megabytes(pid: int) -> float:
    """*Source:* /proc/<pid>/statm of Linux, in pages of 4 KB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def open_handles(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
