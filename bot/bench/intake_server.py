"""What `bench intake` loads: the product's own webhook route into the real inbox, or the same server that only verifies.

Run: python -m bot.bench.intake_server real|bare DATABASE_URL SECRET. It says its port on stdout and serves until stdin closes.
"""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.desk import Desk
from bot.engines import jobs_in
from bot.garbage import set_aside
from bot.http import capped_body, web_app, webhook_routes
from bot.jobs import Policies
from bot.logs import set_up
from bot.memory.database import Database, open_database
from bot.metrics import Metrics
from bot.road import Road
from bot.serve import serving
from retrieval.http import Calls
from retrieval.ports import Webhook

CAP_BYTES = 1_000_000


def now() -> datetime:
    return datetime.now(UTC)


def real(webhook: Webhook, database: Database) -> Sequence[BaseRoute]:
    """As wired: cap, signature, envelope, store, acknowledge. Neither sorter nor worker runs beside it."""
    metrics = Metrics(Calls())
    road = Road(
        database=database,
        jobs=jobs_in(database),
        desk=Desk(None),  # type: ignore[arg-type] # nothing is taken here
        tools=None,  # type: ignore[arg-type]
        metrics=metrics,
        clock=now,
        patience=Policies(),
    )
    return webhook_routes({"intercom": webhook}, road, metrics, now, CAP_BYTES)


def bare(webhook: Webhook) -> Sequence[BaseRoute]:
    async def verified(request: Request) -> Response:
        webhook.verify(request.headers, await capped_body(request, CAP_BYTES), now())
        return JSONResponse({"received": "accepted"})

    return [Route("/webhooks/intercom", verified, methods=["POST"])]


async def served(kind: str, url: str, secret: str) -> None:
    from retrieval.vendors.intercom.webhook import IntercomWebhook  # noqa: PLC0415

    set_up("INFO")
    webhook = IntercomWebhook(secret, "5000")
    database = await open_database(url)
    try:
        async with serving(web_app(real(webhook, database) if kind == "real" else bare(webhook)), "127.0.0.1", 0) as address:
            set_aside()
            sys.stdout.write(address.rsplit(":", 1)[1] + "\n")
            sys.stdout.flush()
            await asyncio.to_thread(sys.stdin.read)
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(served(*sys.argv[1:4]))
