"""`deskside demo`: the main job on local sandboxes, told as it happens, then the console."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import app, examples
from bot.cli.terminal import console


@app.command(
    epilog=examples(
        "deskside demo",
        "deskside demo --once --json",
        "deskside demo --shop retail_db.json",
        "deskside demo --data ./demo-state",
    )
)
def demo(
    once: Annotated[bool, typer.Option("--once", help="End after the story instead of keeping the console open.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Tell the story as JSON lines; the last one is the summary.")] = False,
    data: Annotated[Path | None, typer.Option(help="Keep the state in this folder; without it a fresh temporary one.")] = None,
    shop: Annotated[
        Path | None, typer.Option(help="Also seed the sandboxes from a shop (layout: users, orders, products).")
    ] = None,
    port: Annotated[int, typer.Option(help="Port of the console; 0 takes any free one.")] = 8600,
) -> None:
    """Run the main job on local sandboxes: no account, no network, no LLM."""
    from bot.demo.play import play  # noqa: PLC0415
    from bot.demo.tell import InColour, InJson  # noqa: PLC0415
    from bot.demo.worlds import demo_world  # noqa: PLC0415

    teller = InJson() if json else InColour(console)
    ok, _ = asyncio.run(play(lambda now: demo_world(now, shop), teller, directory=data, port=0 if once else port, once=once))
    raise typer.Exit(0 if ok else 1)
