"""`deskside bench`: performance as ratios measured side by side in one run; never part of the tests."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from inspect import isawaitable
from typing import Annotated, Any, cast

import typer
from rich.table import Table

from bot.cli import app, examples
from bot.cli.terminal import console, print_json, refuse

MEANINGS: Mapping[str, str] = {
    "customer360": "card time beside its slowest source, and with one source hanging",
    "start": "time to the first healthy answer, and memory, with 10,000 passages",
    "intake": "signed webhooks stored, beside a bare handler that stores nothing",
    "jobs": "enqueue to start, jobs a second, two workers beside one, growth with finished jobs",
    "road": "webhook in to alert card posted, idle and under load",
    "soak": "memory, handles and lag over time",
    "playbooks": "decisions a second, the sweep over 10,000 open conversations, memory",
    "index": "search at 1,000, 10,000 and 100,000 passages, beside plain Chroma and bm25s",
}
QUICK = ("customer360", "start", "intake", "jobs", "road", "playbooks")
"""What `all` runs: minutes together. soak and index take their time and are asked for by name."""


@app.command(
    epilog=examples(
        "deskside bench customer360 --json", "deskside bench start", "deskside bench soak --minutes 9", "deskside bench all"
    )
)
def bench(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(MEANINGS)}, or all.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    minutes: Annotated[float, typer.Option(help="For soak.")] = 1.0,
) -> None:
    """Measure performance: ratios side by side in the same run, goals in docs."""
    if name != "all" and name not in MEANINGS:
        refuse(f"There is no benchmark {name!r}.", f"Known are: {', '.join(MEANINGS)} and all.")
    wanted = QUICK if name == "all" else (name,)
    results = {}
    for one in wanted:
        if not json:
            console.print(f"[bold]{one}[/bold] [dim]{MEANINGS[one]}[/dim]")
        results[one] = asyncio.run(_measured(one, minutes))
        if not json:
            _show(results[one])
    if json:
        print_json(results if name == "all" else results[name])


async def _measured(name: str, minutes: float) -> dict[str, Any]:
    measure = cast("Callable[..., Awaitable[dict[str, Any]] | dict[str, Any]]", import_module(f"bot.bench.{name}").bench)
    match name:
        case "soak":
            result = measure(minutes=minutes)
        case "index":
            result = measure(_words())
        case _:
            result = measure()
    return await result if isawaitable(result) else result


def _words() -> list[str]:
    """The demo's articles lend their words to the synthetic passages."""
    from bot.settings import KNOWLEDGE  # noqa: PLC0415
    from retrieval.content import articles_of  # noqa: PLC0415

    return [paragraph for article in articles_of(KNOWLEDGE) for paragraph in article.body.split("\n\n") if len(paragraph) > 80]


def _show(result: Mapping[str, Any]) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2))
    for key, value in result.items():
        table.add_row(key.replace("_", " "), f"{value:.4g}" if isinstance(value, float) else str(value))
    console.print(table)
