"""A steady stream of signed webhooks that nothing is to be done for: another brand's chats, so many a second."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator

from bot.bench.load import HOST, notification, request

LINES = 8


@contextlib.asynccontextmanager
async def streaming(port: int, per_second: float, secret: str, prefix: str) -> AsyncIterator[dict[str, int]]:
    """The answers by status, growing while it lasts."""
    answers: dict[str, int] = {}
    numbers = itertools.count()
    tasks = [asyncio.create_task(_line(port, per_second / LINES, secret, prefix, numbers, answers)) for _ in range(LINES)]
    try:
        yield answers
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _line(
    port: int, per_second: float, secret: str, prefix: str, numbers: "itertools.count[int]", answers: dict[str, int]
) -> None:
    reader, writer = await asyncio.open_connection(HOST, port)
    loop = asyncio.get_running_loop()
    due = loop.time()
    try:
        while True:
            writer.write(request(notification(next(numbers), prefix), secret))
            status = (await reader.readline())[9:12].decode()
            answers[status] = answers.get(status, 0) + 1
            await _body(reader)
            due = max(due + 1 / per_second, loop.time() - 1)
            await asyncio.sleep(due - loop.time())
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _body(reader: asyncio.StreamReader) -> None:
    length = 0
    while (header := (await reader.readline()).strip().lower()) != b"":
        if header.startswith(b"content-length:"):
            length = int(header[15:])
    await reader.readexactly(length)
