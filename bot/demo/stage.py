"""Sets the demo's stage: sandboxes, the whole service wired to them as to real systems, and webhooks pointed at it."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from bot.demo.fleet import Fleet
from bot.serve import serving
from bot.service import Service
from bot.settings import ServiceSettings, Settings
from bot.surfaces import TeamsToken
from bot.wiring import build, utc_now
from retrieval.content import Knowledge
from retrieval.sandbox_control import SandboxControl
from retrieval.world import World


@dataclass(frozen=True)
class Stage:
    """Everything a story needs: the service's address, the console's token, and the sandboxes' controls."""

    url: str
    token: str
    service: Service
    sandboxes: Mapping[str, SandboxControl]
    world: World
    passages: int


@contextlib.asynccontextmanager
async def staged(
    world: World,
    directory: Path,
    port: int,
    amended: Callable[[Settings], Settings] = lambda settings: settings,
    knowledge: Knowledge | None = None,
    teams_token: TeamsToken | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> AsyncIterator[Stage]:
    """`directory` keeps the database and the index. The console's token is fresh each time and told to whoever started it."""
    token = secrets.token_urlsafe(9)
    with Fleet(world) as fleet:
        service = await build(
            amended(settings_for(fleet, directory, port, token)), knowledge=knowledge, teams_token=teams_token, clock=clock
        )
        stop = asyncio.Event()
        try:
            await service.learn()
            async with serving(service.web, "127.0.0.1", port) as url:
                working = asyncio.create_task(service.work(stop))
                controls = fleet.controls()
                await _point_webhooks(fleet, controls, url)
                yield Stage(url, token, service, controls, world, await service.index.size())
                stop.set()
                await working
                for control in controls.values():
                    await control.aclose()
        finally:
            await service.close()


def settings_for(fleet: Fleet, directory: Path, port: int, token: str) -> Settings:
    service = ServiceSettings(
        data_dir=directory,
        http_port=port,
        console_token=SecretStr(token),
        time_zone="Asia/Singapore",
        alert_places="console:live-chat",
    )
    return Settings(service=service, vendors=fleet.settings)


async def _point_webhooks(fleet: Fleet, controls: Mapping[str, SandboxControl], url: str) -> None:
    """As a person would in each vendor's settings page: our address, and the secret that signs."""
    for name, secret_field, word in (("intercom", "client_secret", "client_secret"), ("stripe", "webhook_secret", "secret")):
        secret = getattr(fleet.settings[name], secret_field)
        if secret is not None:
            await controls[name].post("/_sandbox/webhooks", {"url": f"{url}/webhooks/{name}", word: secret.get_secret_value()})
