"""`deskside sync`: brings the search index in step with all articles, or makes it anew."""

import asyncio
import shutil
from typing import Annotated

import typer

from bot.cli import app, examples
from bot.cli.terminal import console


@app.command(epilog=examples("deskside sync", "deskside sync --rebuild"))
def sync(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Throw the index away and make it anew.")] = False,
) -> None:
    """Index the articles of knowledge/ and of the connected systems; only what changed is embedded again."""
    from bot.settings import read_settings  # noqa: PLC0415
    from bot.wiring import build  # noqa: PLC0415

    settings = read_settings()
    if rebuild:
        shutil.rmtree(settings.service.data_dir / "index", ignore_errors=True)

    async def synced() -> tuple[str, int]:
        service = await build(settings)
        try:
            report = await service.learn()
            words = f"{report.added} added, {report.changed} changed, {report.removed} removed, {report.unchanged} as they were"
            return words, await service.index.size()
        finally:
            await service.close()

    report, size = asyncio.run(synced())
    console.print(f"[green]✓[/green] {report}; {size} passages")
