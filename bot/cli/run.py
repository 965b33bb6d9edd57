"""`deskside run`: the service for real systems, from the environment."""

import asyncio
import contextlib
import signal

from rich.table import Table

from bot.cli import app, examples
from bot.cli.terminal import console, refuse, say_problems


@app.command(epilog=examples("deskside run", "DESKSIDE_HTTP_PORT=8080 deskside run"))
def run() -> None:
    """Start the service with what is configured; say plainly what is missing and what that switches off."""
    from bot.settings import BadSettings, read_settings  # noqa: PLC0415

    try:
        settings = read_settings()
    except BadSettings as error:
        say_problems([(f"{one.variable}: {one.message}", one.remedy) for one in error.problems])
        refuse("Nothing was started.", "Correct the settings; `deskside settings` lists them all.")
    asyncio.run(_served(settings))


async def _served(settings) -> None:  # type: ignore[no-untyped-def]
    from bot.garbage import set_aside  # noqa: PLC0415
    from bot.logs import set_up  # noqa: PLC0415
    from bot.serve import serving  # noqa: PLC0415
    from bot.wiring import build  # noqa: PLC0415

    set_up(settings.service.log_level)
    ended = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, ended.set)
    service = await build(settings)
    try:
        async with serving(service.web, settings.service.http_host, settings.service.http_port) as url:
            _say_what_is_on(settings, url)
            set_aside()
            working = asyncio.create_task(service.work(ended))
            learning = asyncio.create_task(service.keep_learning(ended))
            await ended.wait()
            learning.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await learning
            await working
    finally:
        await service.close()


def _say_what_is_on(settings, url: str) -> None:  # type: ignore[no-untyped-def]
    from playbooks.words import source_name  # noqa: PLC0415

    table = Table(box=None, show_header=False, padding=(0, 2))
    for name in (
        *settings.vendors,
        *(["slack"] if settings.slack else []),
        *(["teams"] if settings.teams else []),
        *(["mail"] if settings.mail else []),
    ):
        table.add_row("[green]on[/green]", source_name(name), "")
    for missing in settings.missing:
        table.add_row(
            "[yellow]off[/yellow]",
            source_name(missing.part),
            f"{'; '.join(missing.abilities)}. Set {', '.join(missing.variables)}.",
        )
    if not settings.service.console_token.get_secret_value():
        table.add_row("[yellow]off[/yellow]", "Console", "Nobody can sign in. Set DESKSIDE_CONSOLE_TOKEN.")
    console.print(table)
    console.print(f"Deskside listens on [bold]{url}[/bold]")
