"""`deskside bench`: performance as ratios measured side by side in one run; never part of the tests."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
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
ON_BOTH = ("intake", "jobs")
"""What depends on the database: `all` measures it on both."""


class Engine(StrEnum):
    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


@app.command(
    epilog=examples(
        "deskside bench intake", "deskside bench jobs --engine postgresql --json", "deskside bench soak --minutes 9",
        "deskside bench all",
    )
)  # fmt: skip
def bench(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(MEANINGS)}, or all.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    minutes: Annotated[float, typer.Option(help="For soak.")] = 1.0,
    engine: Annotated[
        Engine, typer.Option(help="For intake and jobs; postgresql starts one of its own and throws it away.")
    ] = Engine.SQLITE,
) -> None:
    """Measure performance: ratios side by side in the same run, goals in docs."""
    if name != "all" and name not in MEANINGS:
        refuse(f"There is no benchmark {name!r}.", f"Known are: {', '.join(MEANINGS)} and all.")
    if engine is Engine.POSTGRESQL and name not in ON_BOTH:
        refuse(f"{name} has no --engine.", f"Only {' and '.join(ON_BOTH)} have; `all` measures those on both.")
    if name == "all":
        results: dict[str, Any] = _all(json)
    else:
        results = _one(name, json, minutes, engine)
    if json:
        print_json(results)


def _all(quiet: bool) -> dict[str, Any]:
    results = {}
    for name in QUICK:
        results[name] = _one(name, quiet, 1.0, Engine.SQLITE)
        if name in ON_BOTH:
            results[f"{name}_postgresql"] = _one(name, quiet, 1.0, Engine.POSTGRESQL, is_asked_for=False)
    return results


def _one(name: str, quiet: bool, minutes: float, engine: Engine, is_asked_for: bool = True) -> dict[str, Any]:
    from bot.bench.throwaway import NotInstalled  # noqa: PLC0415

    if not quiet:
        where = f" ({engine})" if name in ON_BOTH else ""
        console.print(f"[bold]{name}[/bold]{where} [dim]{MEANINGS[name]}[/dim]")
    try:
        result = _measured(name, minutes, engine)
    except NotInstalled as error:
        if is_asked_for:
            refuse(str(error), error.remedy)
        result = {"skipped": f"{error} {error.remedy}"}
    if not quiet:
        _show(result)
    return result


def _measured(name: str, minutes: float, engine: Engine) -> dict[str, Any]:
    measure = cast("Callable[..., Awaitable[dict[str, Any]] | dict[str, Any]]", import_module(f"bot.bench.{name}").bench)
    match name:
        case "soak":
            return asyncio.run(_finished(measure(minutes=minutes)))
        case "index":
            return asyncio.run(_finished(measure(_words())))
    if engine is Engine.SQLITE:
        return asyncio.run(_finished(measure()))
    from bot.bench.throwaway import throwaway  # noqa: PLC0415

    with throwaway() as cluster:
        return asyncio.run(_finished(measure(cluster.new_database())))


async def _finished(result: Awaitable[dict[str, Any]] | dict[str, Any]) -> dict[str, Any]:
    return await result if isawaitable(result) else result


def _words() -> list[str]:
    """The demo's articles lend their words to the synthetic passages."""
    from bot.settings import KNOWLEDGE  # noqa: PLC0415
    from retrieval.content import articles_of  # noqa: PLC0415

    return [paragraph for article in articles_of(KNOWLEDGE) for paragraph in article.body.split("\n\n") if len(paragraph) > 80]


def _show(result: Mapping[str, Any]) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2))
    for key, value in result.items():
        if isinstance(value, Mapping) and all(isinstance(one, Mapping) for one in value.values()):
            console.print(_side_by_side(key, value))
        else:
            table.add_row(_words_of(key), _told(value))
    console.print(table)


def _side_by_side(title: str, columns: Mapping[str, Mapping[str, Any]]) -> Table:
    """What was measured several times: a row a measure, a column a time."""
    table = Table(title, *columns, box=None, padding=(0, 2))
    for key in dict.fromkeys(key for one in columns.values() for key in one):
        table.add_row(_words_of(key), *(_told(one.get(key, "–")) for one in columns.values()))
    return table


def _words_of(key: str) -> str:
    return key.replace("_", " ")


def _told(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{_words_of(key)} {_told(one)}" for key, one in value.items())
    return f"{value:.4g}" if isinstance(value, float) else str(value)
