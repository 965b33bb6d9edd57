"""Hears what other processes tell over PostgreSQL, on a connection of its own that is opened again whenever it is lost."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL

log = logging.getLogger(__name__)

RECONNECT_SECONDS = 1.0
KEEP_ALIVE: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # milliseconds: a cut network is noticed long before a lease is lost
    "application_name": "deskside",
}


async def listening(url: URL, channel: str, wake: Callable[[], None]) -> None:
    """For ever; what is told while there is no connection is not heard, so `wake` is called when there is one again."""
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True, **KEEP_ALIVE) as conn:
                await conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                wake()
                async for _ in conn.notifies():
                    wake()
        except psycopg.Error as error:
            log.warning("not told on %s, looking only: %s", channel, type(error).__name__)
        await asyncio.sleep(RECONNECT_SECONDS)
