"""The tests' side of tests/faults/worker.py: orders processes, learns when they end, starts killed ones again."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path

from tests.faults.worker import Order

ROOT = Path(__file__).resolve().parents[2]


class Nursery:
    """One warm parent for a whole session of tests."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._started: asyncio.Queue[int] = asyncio.Queue()
        self._ended: dict[int, asyncio.Future[int]] = {}
        self._reading = asyncio.create_task(self._read())
        self._one_by_one = asyncio.Lock()
        self.warm = asyncio.Event()

    async def start(self, order: Order) -> "Child":
        assert self._process.stdin is not None
        async with self._one_by_one:
            self._process.stdin.write(json.dumps(asdict(order)).encode() + b"\n")
            await self._process.stdin.drain()
            pid = await self._started.get()
        return Child(pid, self._ended[pid])

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            news = json.loads(line)
            if "started" in news:
                self._ended[news["started"]] = asyncio.get_running_loop().create_future()
                self._started.put_nowait(news["started"])
            elif "ended" in news:
                self._ended[news["ended"]].set_result(news["status"])
            else:
                self.warm.set()

    async def close(self) -> None:
        self._process.kill()
        await self._process.wait()
        await self._reading


class Child:
    def __init__(self, pid: int, ended: "asyncio.Future[int]") -> None:
        self.pid, self.ended = pid, ended

    async def kill(self) -> None:
        if not self.ended.done():
            os.kill(self.pid, signal.SIGKILL)
        await self.ended

    async def stop(self) -> int:
        if not self.ended.done():
            os.kill(self.pid, signal.SIGTERM)
        return await self.ended


@contextlib.asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.worker",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT, env=environment,
    )  # fmt: skip
    one = Nursery(process)
    try:
        async with asyncio.timeout(60):
            await one.warm.wait()
        yield one
    finally:
        await one.close()


class Immortal:
    """A process that is started again whenever it is killed, as a supervisor would; `deaths` counts."""

    def __init__(self, nursery: Nursery, order: Order) -> None:
        self._nursery, self._order, self.deaths = nursery, order, 0
        self._ending = False
        self._child: Child | None = None
        self._watching: asyncio.Task[None] | None = None
        self.failed: int | None = None

    async def __aenter__(self) -> "Immortal":
        self._child = await self._nursery.start(self._order)
        self._watching = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._ending = True
        assert self._child is not None
        assert self._watching is not None
        await self._child.stop()
        await self._watching

    async def kill(self) -> None:
        """From outside, at any moment."""
        if self._child is not None:
            await self._child.kill()

    async def _watch(self) -> None:
        while True:
            assert self._child is not None
            status = await self._child.ended
            if self._ending:
                return
            if not os.WIFSIGNALED(status):
                self.failed = status
                return
            self.deaths += 1
            self._child = await self._nursery.start(self._order)


async def until(look, what: str, seconds: float = 30.0) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if await look():
            return
        await asyncio.sleep(0.03)
    raise AssertionError(f"{what}: not within {seconds:.0f} seconds")
