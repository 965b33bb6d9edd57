"""`deskside sop diagram` and `deskside schema`: procedures drawn, and the shape of every content file for editors."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import app, examples
from bot.cli.terminal import console, refuse

sop = typer.Typer(no_args_is_help=True, help="Procedures: draw, try on past chats, move chats between versions, import.")
app.add_typer(sop, name="sop")


@sop.callback()
def group() -> None:
    """Procedures: draw, try on past chats, move chats between versions, import."""


@sop.command(epilog=examples("deskside sop diagram live_chat", "deskside sop diagram live_chat --to docs/live-chat-sop.md"))
def diagram(
    sop_id: Annotated[str, typer.Argument(help="Which procedure.")] = "live_chat",
    knowledge: Annotated[Path | None, typer.Option(help="Knowledge folder; default: the configured one.")] = None,
    to: Annotated[Path | None, typer.Option(help="Write the page here instead of printing it.")] = None,
) -> None:
    """Draw a procedure from its table: Mermaid and a page of its states."""
    from bot.settings import KNOWLEDGE  # noqa: PLC0415
    from playbooks.diagram import page  # noqa: PLC0415
    from playbooks.proof import proved  # noqa: PLC0415
    from retrieval.content import knowledge as read_knowledge  # noqa: PLC0415

    known = read_knowledge(knowledge or KNOWLEDGE, proved)
    found = known.sop(sop_id)
    if found is None:
        refuse(f"There is no procedure {sop_id}.", f"Known are: {', '.join(one.sop_id for one in known.sops)}.")
    if to is None:
        print(page(found))
        return
    to.write_text(page(found))
    console.print(f"[green]✓[/green] {to}")


@app.command(epilog=examples("deskside schema sop", "deskside schema --to docs/schemas"))
def schema(
    kind: Annotated[
        str, typer.Argument(help="sop, macros, hours, sla, routing, roles, alerts, inboxes, team, voice, cast.")
    ] = "",
    to: Annotated[Path | None, typer.Option(help="Write every kind's schema into this folder.")] = None,
) -> None:
    """Print the JSON Schema of a kind of content file, or write all of them for editors."""
    from retrieval.content import SCHEMAS, schema_text  # noqa: PLC0415

    if to is not None:
        to.mkdir(parents=True, exist_ok=True)
        for name in SCHEMAS:
            (to / f"{name}.json").write_text(schema_text(name), encoding="utf-8")
        console.print(f"[green]✓[/green] {len(SCHEMAS)} schemas in {to}")
        return
    if kind not in SCHEMAS:
        refuse(f"There is no kind {kind!r}." if kind else "Which kind?", f"Known are: {', '.join(SCHEMAS)}.")
    print(schema_text(kind), end="")
