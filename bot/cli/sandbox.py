"""`deskside sandbox`: run the vendors' sandboxes by themselves, and order one to misbehave."""

import asyncio
import signal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import app, examples
from bot.cli.terminal import console, refuse

sandbox = typer.Typer(
    no_args_is_help=True, help="Run the vendors' sandboxes by themselves, and order one to be slow, broken or contradictory."
)
app.add_typer(sandbox, name="sandbox")


class Order(StrEnum):
    """The faults of retrieval.sandbox.Fault, and their end."""

    SLOW = "slow"
    HANG = "hang"
    STATUS = "status"
    GARBAGE = "garbage"
    RESET = "reset"
    AFTER_COMMIT = "after_commit"
    CONTRADICT = "contradict"
    CLEAR = "clear"


@sandbox.command(epilog=examples("deskside sandbox serve", "deskside sandbox serve --shop retail_db.json"))
def serve(
    shop: Annotated[Path | None, typer.Option(help="A shop to seed the sandboxes from, beside the demo's cast.")] = None,
) -> None:
    """Serve all six on loopback and print the environment that connects `deskside run` to them."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from bot.demo.fleet import Fleet  # noqa: PLC0415
    from bot.demo.worlds import demo_world  # noqa: PLC0415

    with Fleet(demo_world(datetime.now(UTC), shop)) as fleet:
        for line in fleet.environment():
            print(line, flush=True)
        console.print("[dim]Ctrl-C ends them.[/dim]")
        asyncio.run(_until_ended())


async def _until_ended() -> None:
    ended = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, ended.set)
    await ended.wait()


@sandbox.command(
    epilog=examples(
        "deskside sandbox control http://127.0.0.1:40881 slow --seconds 3",
        'deskside sandbox control http://127.0.0.1:40881 status --status 503 --times 5 --match "PATCH .*Case"',
        "deskside sandbox control http://127.0.0.1:40881 clear",
    )
)
def control(
    url: Annotated[str, typer.Argument(help="The sandbox's address, as `demo` and `sandbox serve` print it.")],
    order: Order,
    match: Annotated[str, typer.Option(help='Regular expression over "METHOD /path".')] = ".*",
    times: Annotated[int, typer.Option(help="How many calls it bites.")] = 1_000_000,
    seconds: Annotated[float, typer.Option(help="For slow.")] = 2.0,
    status: Annotated[int, typer.Option(help="For status.")] = 500,
    retry_after: Annotated[str | None, typer.Option(help="For status 429 or 503: the Retry-After header.")] = None,
    detail: Annotated[str, typer.Option(help="For contradict: which lie; the vendor folder's README lists them.")] = "",
) -> None:
    """Order a running sandbox to be slow, hang, fail, drop, lie, or behave again."""
    fault: dict[str, object] = {
        "kind": order.value,
        "match": match,
        "times": times,
        "seconds": seconds,
        "status": status,
        "retry_after": retry_after,
        "detail": detail,
    }
    try:
        asyncio.run(_ordered(url, order, fault))
    except (OSError, ValueError) as error:
        refuse(f"No sandbox took the order at {url} ({type(error).__name__}).", "Start one with `deskside sandbox serve`.")
    console.print("The sandbox behaves again." if order is Order.CLEAR else f"Ordered: {order.value} for {match}")


async def _ordered(url: str, order: Order, fault: dict[str, object]) -> None:
    from retrieval.sandbox_control import SandboxControl, Unreachable  # noqa: PLC0415

    remote = SandboxControl(url)
    try:
        if order is Order.CLEAR:
            await remote.clear_faults()
        else:
            await remote.fault(**fault)
    except Unreachable as error:
        raise ValueError(str(error)) from None
    finally:
        await remote.aclose()
