"""`deskside run`, killed by SIGKILL after a vendor has done what it was asked and before that is recorded here (L14).

Its log of these chats is then searched for what customers and agents wrote (L21).
"""

import asyncio
import contextlib
import os
import shlex
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from bot.bench.free_port import free_port
from bot.bench.running import up
from bot.demo.agent import ConsoleAgent, button
from bot.demo.fleet import Fleet
from bot.demo.stage import Stage
from bot.demo.worlds import demo_world
from retrieval.loopback import Loopback
from tests.journeys.chat import Chat, chat, until

TOKEN, MEI = "killed-7f3a", "mei.tan@solvane.example"
WRITTEN = ("Where is my battery", "I am calling DHL now")


@contextlib.asynccontextmanager
async def running(variables: dict[str, str], log: IO[bytes]) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process of its own, killed at the end without a word."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", stdout=asyncio.subprocess.DEVNULL, stderr=log, env={**os.environ, **variables}
    )
    service = Loopback(f"http://127.0.0.1:{variables['DESKSIDE_HTTP_PORT']}")
    try:
        await up(service)
        yield process
    finally:
        process.kill()
        await process.wait()
        await service.aclose()


def environment(fleet: Fleet, folder: Path) -> dict[str, str]:
    lines = (one.removeprefix("export ").split("=", 1) for one in fleet.environment())
    return {name: shlex.split(value)[0] if value != "''" else "" for name, value in lines} | {
        "DESKSIDE_DATA_DIR": str(folder),
        "DESKSIDE_HTTP_PORT": str(free_port()),
        "DESKSIDE_EMBEDDER": "none",
        "DESKSIDE_ALERT_PLACES": "console:live-chat",
        "DESKSIDE_CONSOLE_TOKEN": TOKEN,
        "DESKSIDE_LOG_LEVEL": "DEBUG",
    }


async def begun(stage: Stage, mei: ConsoleAgent) -> Chat:
    one = await chat(stage, "priya.nair@example.com", f"{WRITTEN[0]}?")
    await one.taken_by(mei)
    return one


async def test_a_reply_and_a_case_that_were_done_when_the_process_died_are_not_done_again(tmp_path: Path) -> None:
    world = demo_world(datetime.now(UTC))
    with Fleet(world) as fleet, (tmp_path / "log").open("wb") as log:
        variables, sandboxes = environment(fleet, tmp_path), fleet.controls()
        url = f"http://127.0.0.1:{variables['DESKSIDE_HTTP_PORT']}"
        mei = ConsoleAgent(url, MEI, TOKEN)
        stage = Stage(url, TOKEN, None, sandboxes, world, 0)  # type: ignore[arg-type]
        intercom, salesforce = sandboxes["intercom"], sandboxes["salesforce"]
        secret = {"client_secret": variables["DESKSIDE_INTERCOM_CLIENT_SECRET"]}
        await intercom.post("/_sandbox/webhooks", {"url": f"{url}/webhooks/intercom", **secret})
        async with running(variables, log):
            await mei.sign_in()
            answered, escalated = await begun(stage, mei), await begun(stage, mei)
            await intercom.fault(kind="after_commit", match=r"POST /conversations/\d+/reply")
            await salesforce.fault(kind="after_commit", match="PATCH .*/Case/")
            message, draft = await answered.in_thread(mei, "Suggested reply")
            await mei.press(message, button(draft, "Send"), {"reply_text": f"Hello Priya, {WRITTEN[1]}."})
            message, card = await escalated.alert(mei, "With Mei Tan")
            await mei.press(message, button(card, "Escalate"))
            await until(lambda: answered.parts("comment", "5001"), "the reply to be in Intercom")
            await until(escalated.cases, "the case to be in Salesforce")
        await intercom.clear_faults()
        await salesforce.clear_faults()
        async with running(variables, log):
            await mei.sign_in()
            await answered.in_thread(mei, "Reply sent")
            await escalated.in_thread(mei, "Case 0")
            await until(lambda: escalated.is_state("closed"), "the chat to be closed")
        assert len(await answered.parts("comment", "5001")) == 1
        assert len(await escalated.cases()) == 1
        for control in sandboxes.values():
            await control.aclose()
        await mei.aclose()
    told = (tmp_path / "log").read_text()
    assert '"message"' in told, "it did log"
    for words in (*WRITTEN, "priya", "Nair", "SV-20417", "Bearer", "sandbox-intercom-token", TOKEN, "?"):
        assert words.lower() not in told.lower(), words
