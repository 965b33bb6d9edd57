"""A deploy with another procedure while a chat runs: the running chat finishes on its own table, new chats get the new one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from bot.demo.agent import ConsoleAgent, button
from bot.demo.fleet import Fleet
from bot.demo.stage import Stage, settings_for
from bot.demo.worlds import demo_world
from bot.migrating import migrated
from bot.serve import serving
from bot.wiring import build
from playbooks.domain.press import Snooze
from playbooks.domain.sop import Sop
from retrieval.content import Knowledge
from retrieval.world import World
from tests.content.knowledge_copy import real
from tests.journeys.chat import Chat, chat, settled, text_of
from tests.journeys.conftest import lexical
from tests.sops.changed import WITHOUT_SNOOZE, changed, live_chat

MEI, TOKEN = "mei.tan@solvane.example", "deploys"


def knowledge_with(sop: Sop) -> Knowledge:
    others = [one for one in real().sops if one.sop_id != sop.sop_id]
    return real().model_copy(update={"sops": (sop, *others)})


@contextlib.asynccontextmanager
async def deployed(
    fleet: Fleet, world: World, directory: Path, knowledge: Knowledge
) -> AsyncIterator[tuple[Stage, ConsoleAgent]]:
    """The service over the same database and sandboxes, as it is after a deploy."""
    service = await build(lexical(settings_for(fleet, directory, 0, TOKEN)), knowledge=knowledge)
    stop = asyncio.Event()
    try:
        async with serving(service.web, "127.0.0.1", 0) as url:
            working = asyncio.create_task(service.work(stop))
            controls = fleet.controls()
            secret = fleet.settings["intercom"].client_secret.get_secret_value()  # type: ignore[attr-defined]
            await controls["intercom"].post("/_sandbox/webhooks", {"url": f"{url}/webhooks/intercom", "client_secret": secret})
            mei = ConsoleAgent(url, MEI, TOKEN)
            await mei.sign_in()
            yield Stage(url, TOKEN, service, controls, world, 0), mei
            await mei.aclose()
            stop.set()
            await working
            for one in controls.values():
                await one.aclose()
    finally:
        await service.close()


async def snooze(one: Chat, mei: ConsoleAgent) -> str:
    """What becomes of a press on Snooze."""
    message, card = await one.alert(mei, "With ")
    press = Snooze(conversation_id=one.conversation_id, minutes=60)
    await mei.press(message, button(card, "Customer").model_copy(update={"press": press}))
    await settled(one.stage)
    return str((await one.record())["state"])


async def migrate_all(stage: Stage) -> None:
    old, new = live_chat(), stage.service.office.sops["live_chat"]
    await stage.service.database.transact(
        lambda conn: migrated(conn, old, new, states={}, now=datetime.now(UTC), by="dana", dry_run=False)
    )


async def test_a_chat_finishes_on_the_table_it_began_with_after_a_deploy(tmp_path: Path) -> None:
    world = demo_world(datetime.now(UTC))
    with Fleet(world) as fleet:
        async with deployed(fleet, world, tmp_path, real()) as (stage, mei):
            before = await chat(stage, "priya.nair@example.com", "Where is my battery?")
            await before.taken_by(mei)
            moved = await chat(stage, "priya.nair@example.com", "May I return it?")
            await moved.taken_by(mei)
            await settled(stage)
        async with deployed(fleet, world, tmp_path, knowledge_with(changed("next", **WITHOUT_SNOOZE))) as (stage, mei):
            after = await chat(stage, "priya.nair@example.com", "And where is my inverter?")
            await after.taken_by(mei)
            assert await snooze(after, mei) == "open", "the new version has no snooze"
            _, refused = await after.in_thread(mei, "I cannot do that")
            assert "declares no transition snooze" in text_of(refused)
            old = Chat(stage, before.conversation_id, before.email)
            assert await snooze(old, mei) == "snoozed", "the running chat still may"
            await migrate_all(stage)
            later = Chat(stage, moved.conversation_id, moved.email)
            assert await snooze(later, mei) == "open", "a migrated chat goes by the new version at once"
