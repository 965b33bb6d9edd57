"""Runs what is measured in processes of its own, so that measuring costs it nothing; measures nothing itself."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Mapping
from typing import Any


@contextlib.asynccontextmanager
async def module(
    name: str, *arguments: str, variables: Mapping[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m name`, ended at the end: its stdin closes, and where that does not do, by a signal."""
    given = [f"{key}={value}" for key, value in (variables or {}).items()]
    process = await asyncio.create_subprocess_exec(
        "env", *given, sys.executable, "-m", name, *arguments,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.stdin is not None:
            process.stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                await process.wait()
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def line(process: asyncio.subprocess.Process, seconds: float = 60) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(seconds):
        found = (await process.stdout.readline()).decode().strip()
    if not found:
        raise RuntimeError("the measured process ended at its start")
    return found


async def load(port: str, seconds: float, connections: int, secret: str, prefix: str) -> dict[str, Any]:
    arguments = [str(port), str(seconds), str(connections), secret, prefix]
    async with module("bot.bench.load", *arguments) as loading:
        told: dict[str, Any] = json.loads(await line(loading, seconds + 60))
        return told
