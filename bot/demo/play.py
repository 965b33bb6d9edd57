"""Plays the demo from the first sandbox to the summary, and then, if wanted, keeps the console open."""

import asyncio
import signal
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bot.demo.agent import NothingCame
from bot.demo.stage import Stage, staged
from bot.demo.story import Ids, story
from bot.demo.tell import Teller
from retrieval.loopback import Unreachable
from retrieval.world import World

EXPECTED_STEPS = ("webhook", "alert", "take", "customer360", "draft", "send", "unhappy", "escalate", "close", "again")


class Inhabited(Exception):
    """The folder holds the state of another life: the demo's sandboxes begin anew each time and would contradict it."""

    def __init__(self, directory: Path) -> None:
        super().__init__(f"{directory} holds the state of an earlier demo or of the service.")
        self.remedy = f"Name an empty folder; to look into this one: deskside jobs list --data {directory}"


async def play(
    world_at: Callable[[datetime], World], teller: Teller, *, directory: Path | None, port: int, once: bool
) -> tuple[bool, str]:
    """Whether every step had its effect, and the console's address. Without `directory` the state is thrown away at the end.

    *Errors:* Inhabited.
    """
    if directory is not None and await asyncio.to_thread((directory / "deskside.db").exists):
        raise Inhabited(directory)
    with ExitStack() as stack:
        kept = directory or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="deskside-demo-")))
        async with staged(world_at(datetime.now(UTC)), kept, port) as stage:
            ok = await _told(stage, teller)
            address = f"{stage.url}/console/enter?token={stage.token}"
            if not once and ok:
                await _until_ended(address, stage)
            return ok, address


async def _told(stage: Stage, teller: Teller) -> bool:
    ids, steps, began = Ids(), [], time.monotonic()
    teller.opening(stage)
    try:
        async for told in story(stage, ids):
            steps.append(told.step)
            teller.step(len(steps), told)
    except (NothingCame, Unreachable, ValueError, KeyError) as error:
        teller.failed(str(error))
    ok = tuple(steps) == EXPECTED_STEPS
    teller.closing(ok, ids, stage.service.calls.by_vendor, time.monotonic() - began)
    return ok


async def _until_ended(address: str, stage: Stage) -> None:
    """Serves until Ctrl-C or a termination."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, ended.set)
    print(f"The console is open: {address}\nSign in as any colleague; Ctrl-C ends the demo.", flush=True)  # noqa: T201
    await ended.wait()
