"""`deskside check`: settings and knowledge/ as they are, every problem with its place and remedy."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import app, examples
from bot.cli.terminal import console, say_problems, warn

if TYPE_CHECKING:
    from bot.settings import Settings


@app.command(epilog=examples("deskside check", "deskside check --knowledge ./our-knowledge"))
def check(
    knowledge: Annotated[Path | None, typer.Option(help="Folder to check; default: the configured one.")] = None,
) -> None:
    """Check settings and knowledge; name file, line, key and remedy of everything that is wrong.

    Connected systems are asked whether they accept us, and Intercom whom of the roster it knows.
    """
    from bot.settings import KNOWLEDGE, BadSettings, read_settings  # noqa: PLC0415
    from playbooks.words import source_name  # noqa: PLC0415

    problems: list[tuple[str, str]] = []
    folder = knowledge or KNOWLEDGE
    try:
        settings = read_settings()
        folder = knowledge or settings.service.knowledge_dir
        for missing in settings.missing:
            console.print(f"[dim]{source_name(missing.part)} is not connected (set {', '.join(missing.variables)})[/dim]")
        refused = _refused(settings)
        problems += refused.values()
        problems += _roster(settings, folder) if "intercom" not in refused else ()
    except BadSettings as error:
        problems += [(f"{one.variable}: {one.message}", one.remedy) for one in error.problems]
    problems += content_problems(folder)
    _model()
    if problems:
        say_problems(problems)
        raise typer.Exit(1)
    console.print("[green]✓[/green] settings and knowledge are in order")


def _refused(settings: "Settings") -> dict[str, tuple[str, str]]:
    """By system. One that is away now says nothing about our settings."""
    from bot.vendors_checked import failing  # noqa: PLC0415

    found = asyncio.run(failing(settings.vendors))
    for one in found:
        if one.passes:
            warn(f"{one.message} Whether it accepts us could not be checked.")
    return {one.vendor: (one.message, one.remedy) for one in found if not one.passes}


def _roster(settings: "Settings", folder: Path) -> tuple[tuple[str, str], ...]:
    """Colleagues without an id may be meant to stay outside Intercom; an id that is not theirs never is."""
    from bot.roster_compared import compared  # noqa: PLC0415

    found = asyncio.run(compared(settings, folder))
    if found.not_compared:
        warn(f"The roster could not be compared with Intercom's teammates. {found.not_compared}")
    for message, remedy in found.unseen:
        warn(f"{message} They cannot write to customers or be given a chat. {remedy}")
    return found.wrong


def content_problems(folder: Path) -> list[tuple[str, str]]:
    from playbooks.proof import proved  # noqa: PLC0415
    from retrieval.content import check as check_content  # noqa: PLC0415

    if not folder.is_dir():
        return [(f"{folder} is not a folder", "Name the folder that holds articles, macros, sops, voice and policies.")]
    found = check_content(folder, proved)
    return [(f"{one.file}:{one.line}: {one.key or '(whole file)'}: {one.message}", one.remedy) for one in found]


def _model() -> None:
    """Whether search will be hybrid or lexical only."""
    from retrieval.index.embedder import ModelMissing  # noqa: PLC0415
    from retrieval.index.model_files import find_model_files  # noqa: PLC0415

    files = find_model_files()
    if isinstance(files, ModelMissing):
        warn(f"{files.why} Search is lexical only. {files.remedy}")
