"""The whole service over storage that is full, read-only or damaged: refused or degraded with words that help, nothing lost."""

import hmac
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha1
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import Connection

from bot.memory import inbox
from bot.service import Service
from bot.settings import ServiceSettings, Settings
from bot.wiring import build
from retrieval.vendors.intercom import VENDOR
from retrieval.world import World
from tests.surfaces.console_stage import house_knowledge

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECRET = "sandbox-intercom-client-secret"
LONG = "x" * 200_000
"""More than the free pages of a new database hold."""


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[tuple[Service, httpx.AsyncClient]]:
    """Connected to an Intercom that is never called."""
    given = VENDOR.sandbox(World("", NOW, (), ())).settings_at("http://127.0.0.1:9") | {"client_secret": SECRET}
    settings = ServiceSettings(data_dir=folder, embedder="none", console_token=SecretStr("let-me-in"))
    service = await build(
        Settings(service=settings, vendors={"intercom": VENDOR.settings.model_validate(given)}), knowledge=house_knowledge()
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(service.web), base_url="http://deskside") as client:
        yield service, client
    await service.close()


async def delivered(client: httpx.AsyncClient, event_id: str) -> httpx.Response:
    item = {"type": "conversation", "id": "215", "note": LONG}
    note = {"type": "notification_event", "id": event_id, "topic": "conversation.user.replied", "created_at": 1_795_000_000}
    body = json.dumps(note | {"data": {"type": "notification_event_data", "item": item}}).encode()
    signed = {"X-Hub-Signature": "sha1=" + hmac.new(SECRET.encode(), body, sha1).hexdigest()}
    return await client.post("/webhooks/intercom", content=body, headers=signed)


async def stored(service: Service) -> list[str]:
    return sorted(one.event_id for one in await service.database.read(inbox.recent))


def pragma(conn: Connection, setting: str) -> None:
    conn.exec_driver_sql(f"PRAGMA {setting}")


@pytest.mark.parametrize(
    ("trouble", "cure"),
    [("max_page_count = 1", "max_page_count = 1000000"), ("query_only = ON", "query_only = OFF")],
)
async def test_what_cannot_be_stored_is_not_acknowledged_and_is_stored_when_it_comes_again(
    tmp_path: Path, trouble: str, cure: str
) -> None:
    async with serving(tmp_path) as (service, client):
        assert (await delivered(client, "before")).status_code == 200
        await service.database.transact(lambda conn: pragma(conn, trouble))
        refused = await delivered(client, "meanwhile")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert await stored(service) == ["before"]
        assert (await client.get("/health")).status_code == 200
        await service.database.transact(lambda conn: pragma(conn, cure))
        assert (await delivered(client, "meanwhile")).status_code == 200
        assert await stored(service) == ["before", "meanwhile"]
        assert (await client.get("/ready")).status_code == 200


async def test_a_read_only_database_answers_reads_and_is_not_said_to_be_ready(tmp_path: Path) -> None:
    async with serving(tmp_path) as (service, client):
        assert (await client.get("/ready")).status_code == 200
        await service.database.transact(lambda conn: pragma(conn, "query_only = ON"))
        ready = await client.get("/ready")
        assert ready.status_code == 503
        assert "read-only" in ready.json()["parts"]["database"]["remedy"]


@pytest.mark.parametrize("damage", ["rubbish", "cut off", "gone"])
async def test_a_damaged_index_is_made_again_at_start_and_kept_aside(tmp_path: Path, damage: str) -> None:
    async with serving(tmp_path) as (service, _):
        before = (await service.index.sync(service.knowledge.articles)).added
        assert before > 0
    file = tmp_path / "index" / "index.sqlite"
    match damage:
        case "rubbish":
            file.write_bytes(b"rubbish" * 1000)
        case "cut off":
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        case "gone":
            shutil.rmtree(file.parent)
    async with serving(tmp_path) as (service, client):
        assert (await client.get("/health")).status_code == 200
        assert (await service.index.sync(service.knowledge.articles)).added == before
        assert await service.index.size() > 0
    assert (file.parent / "index.sqlite.damaged").exists() is (damage != "gone")
