"""Workers killed at random under load, and the network between them and their database cut: nothing may be lost or doubled."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

from bot.memory.database import open_database
from tests.faults.counting import Feeder, Tally
from tests.faults.nursery import Immortal, Nursery
from tests.faults.worker import Order

LINES = 12
FEED_SECONDS = 0.1
DRAIN_SECONDS = 60.0


async def killed_at_random(nursery: Nursery, folder: Path, url: str, workers: int, seconds: float, every: float) -> Tally:
    """Each `every` seconds one of them dies at some moment; a supervisor starts it again."""
    chance = random.Random(workers)
    prepared(folder)
    database = await open_database(url)
    try:
        async with AsyncExitStack() as stack:
            running = [
                await stack.enter_async_context(Immortal(nursery, _order(folder, url, number))) for number in range(workers)
            ]

            async def kill() -> None:
                await asyncio.sleep(every * chance.uniform(0.5, 1.5))
                await chance.choice(running).kill()

            tally = await _loaded(Feeder(database, LINES), kill, seconds)
            tally.deaths = sum(one.deaths for one in running)
            return tally
    finally:
        await database.close()


async def cut_off(nursery: Nursery, folder: Path, url: str, seconds: float, every: float) -> Tally:
    """Two workers behind a proxy that drops every connection, and refuses new ones for a while."""
    prepared(folder)
    database = await open_database(url)
    try:
        async with proxied(url) as proxy, AsyncExitStack() as stack:
            for number in range(2):
                await stack.enter_async_context(Immortal(nursery, _order(folder, proxy.url, number)))

            async def cut() -> None:
                await asyncio.sleep(every)
                await proxy.cut(every / 3)

            tally = await _loaded(Feeder(database, LINES), cut, seconds)
            tally.cuts = proxy.cuts
            return tally
    finally:
        await database.close()


def prepared(folder: Path) -> None:
    folder.mkdir()
    (folder / "died").touch()


def _order(folder: Path, url: str, number: int) -> Order:
    return Order(str(folder), 0, {}, roles=("counting",), database_url=url, name=f"worker{number}")


async def _loaded(feeder: Feeder, trouble, seconds: float) -> Tally:  # type: ignore[no-untyped-def]
    ends = time.monotonic() + seconds
    troubling = asyncio.create_task(_again_and_again(trouble, ends))
    while time.monotonic() < ends:
        await feeder.feed()
        await asyncio.sleep(FEED_SECONDS)
    await troubling
    drained = time.monotonic() + DRAIN_SECONDS
    while (tally := await feeder.tally()).done < tally.enqueued and time.monotonic() < drained:  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)  # whatever is done twice has the time to be counted
    return await feeder.tally()


async def _again_and_again(trouble, ends: float) -> None:  # type: ignore[no-untyped-def]
    while time.monotonic() < ends:
        await trouble()


class Proxy:
    def __init__(self, host: str, port: int, url: str) -> None:
        self._host, self._port, self.url, self.cuts = host, port, url, 0
        self._open: set[asyncio.StreamWriter] = set()
        self._shut = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._shut:
            writer.transport.abort()
            return
        inner, outer = await asyncio.open_connection(self._host, self._port)
        self._open |= {writer, outer}
        await asyncio.gather(_piped(reader, outer), _piped(inner, writer))
        self._open -= {writer, outer}

    async def cut(self, seconds: float) -> None:
        self.cuts += 1
        self._shut = True
        for one in tuple(self._open):
            one.transport.abort()
        await asyncio.sleep(seconds)
        self._shut = False


async def _piped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while block := await reader.read(65536):
            writer.write(block)
            await writer.drain()
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


@contextlib.asynccontextmanager
async def proxied(url: str) -> AsyncIterator[Proxy]:
    host, _, port = url.split("@", 1)[1].split("/", 1)[0].partition(":")
    proxy = Proxy(host, int(port), "")
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    inner = server.sockets[0].getsockname()[1]
    proxy.url = url.replace(f"{host}:{port}", f"127.0.0.1:{inner}")
    try:
        yield proxy
    finally:
        server.close()
        await proxy.cut(0)
        await server.wait_closed()
