"""`deskside sop` and `deskside schema`: procedures drawn, and the shape of every content file for an editor to check."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import app, examples
from bot.cli.terminal import console, refuse

sop = typer.Typer(help="Procedures: draw one as a diagram.")
app.add_typer(sop, name="sop")


@sop.callback()
def group() -> None:
    """Procedures: draw one as a diagram."""


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


@app.command(epilog=examples("deskside schema sop", "deskside schema macros > macros.schema.json"))
def schema(kind: str) -> None:
    """Print the JSON Schema of a kind of content file: sop, macros, hours, sla, routing, roles, alerts, team, voice."""
    from retrieval.content import SCHEMAS  # noqa: PLC0415
    from retrieval.content import schema as described  # noqa: PLC0415

    if kind not in SCHEMAS:
        refuse(f"There is no kind {kind!r}.", f"Known are: {', '.join(SCHEMAS)}.")
    print(json.dumps(described(kind), indent=2))
