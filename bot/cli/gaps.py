"""`deskside gaps`: what customers asked and no article answers, with articles to be written."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bot.cli import app, examples
from bot.cli.terminal import console, print_json

if TYPE_CHECKING:
    from playbooks.domain.unanswered import KnowledgeGap


@app.command(epilog=examples("deskside gaps", "deskside gaps --days 7 --json", "deskside gaps --write ./drafts --at-least 3"))
def gaps(
    days: Annotated[int, typer.Option(min=1, help="How far back.")] = 30,
    at_least: Annotated[int, typer.Option(min=1, help="Leave out what was asked less often.")] = 1,
    write: Annotated[Path | None, typer.Option(help="Write an article stub for each gap into this folder.")] = None,
    data: Annotated[Path | None, typer.Option(help="Data folder; default: the configured one.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Questions without a good article: how often, an example, the nearest article, and a stub for a human to finish."""
    found = [one for one in asyncio.run(_found(days, data)) if one.volume >= at_least]
    written = [str(file) for file in _write(found, write)] if write else []
    if json:
        print_json({"days": days, "gaps": [one.model_dump(mode="json") for one in found], "written": written})
        return
    console.print(_table(found, days) if found else f"[green]✓[/green] every question of the last {days} days had an answer")
    if write:
        console.print(f"[green]✓[/green] {len(written)} stubs written to {escape(str(write))}; files that were there are kept")


async def _found(days: int, data: Path | None) -> "tuple[KnowledgeGap, ...]":
    from bot.cli.storage import storage  # noqa: PLC0415
    from bot.gaps import found_gaps  # noqa: PLC0415
    from bot.searching import embedder_of  # noqa: PLC0415
    from bot.settings import read_settings  # noqa: PLC0415

    async with storage(data) as database:
        return await found_gaps(database, datetime.now(UTC) - timedelta(days=days), embedder_of(read_settings()))


def _write(found: "list[KnowledgeGap]", folder: Path) -> list[Path]:
    """A file that is there already may hold a human's work: it is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [(folder / f"{one.gap_id}.md", one.stub) for one in found]
    fresh = [(file, stub) for file, stub in files if not file.exists()]
    for file, stub in fresh:
        file.write_text(stub, encoding="utf-8")
    return [file for file, _ in fresh]


def _table(found: "list[KnowledgeGap]", days: int) -> Table:
    table = Table(title=f"No article answered, last {days} days")
    table.add_column("asked", justify="right")
    for heading in ("for example", "nearest article", "last"):
        table.add_column(heading)
    for one in found:
        nearest = escape(one.nearest_title or "none")
        table.add_row(str(one.volume), escape(one.example), nearest, f"{one.last_asked_at:%Y-%m-%d}")
    return table
