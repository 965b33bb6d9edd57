"""`deskside eval`: how good search, abstention, drafts and intents are on labelled data, yours or public."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from bot.cli import app, examples
from bot.cli.terminal import console, print_json

measure = typer.Typer(
    no_args_is_help=True,
    help="Measure quality on labelled data: your own help centre and history, or public sets in the same layout.",
)
app.add_typer(measure, name="eval")

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder in the layout of the public sets (docs/evaluating.md).")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@measure.command(epilog=examples("deskside eval retrieval ../shared/data/kb/wixqa", "deskside eval retrieval DIR --json"))
def retrieval(directory: Folder, json: Json = False) -> None:
    """Search: corpus.jsonl, queries.jsonl and qrels.tsv → nDCG@10, recall@5, hit@1, time a question."""
    from bot.evaluate.retrieval import evaluate_retrieval  # noqa: PLC0415

    tell("Search", asdict(asyncio.run(evaluate_retrieval(directory))), json)


@measure.command(epilog=examples("deskside eval abstention ../shared/data/kb/techqa --json"))
def abstention(directory: Folder, json: Json = False) -> None:
    """Knowing what is not known: answerable questions kept, unanswerable ones refused."""
    from bot.evaluate.abstention import evaluate_abstention  # noqa: PLC0415

    tell("Abstention", asdict(asyncio.run(evaluate_abstention(directory))), json)


@measure.command(epilog=examples("deskside eval drafts ../shared/data/kb/wixqa --json"))
def drafts(directory: Folder, json: Json = False) -> None:
    """Drafts: sentences with a resolving verbatim citation, overlap with the gold answer, gold articles cited."""
    from bot.evaluate.drafts import evaluate_drafts  # noqa: PLC0415
    from bot.settings import KNOWLEDGE  # noqa: PLC0415
    from playbooks.proof import proved  # noqa: PLC0415
    from retrieval.content import knowledge  # noqa: PLC0415

    voice = knowledge(KNOWLEDGE, proved).voice
    tell("Drafts", asdict(asyncio.run(evaluate_drafts(directory, voice))), json)


@measure.command(
    epilog=examples(
        "deskside eval intents ../shared/data/intents/banking77 --json", "deskside eval intents DIR --per-intent 10"
    )
)
def intents(
    directory: Folder,
    json: Json = False,
    per_intent: Annotated[int | None, typer.Option(help="Train on this many examples of each intent only.")] = None,
) -> None:
    """Intents: train on train.jsonl, measure on test.jsonl; label `oos` is out of scope."""
    from bot.evaluate.intents import evaluate_intents  # noqa: PLC0415

    tell("Intents", asdict(evaluate_intents(directory, per_intent)), json)


@measure.command(epilog=examples("deskside eval outcomes", "deskside eval outcomes --days 30 --json"))
def outcomes(
    days: Annotated[int, typer.Option(help="How far back.")] = 30,
    json: Json = False,
) -> None:
    """What became of the drafts: used, edited or ignored, by article, macro and step, with the agents' feedback."""
    from bot.evaluate.outcomes_report import outcome_rows  # noqa: PLC0415

    rows = asyncio.run(outcome_rows(days))
    if json:
        print_json({"days": days, "rows": rows})
        return
    console.print(_outcomes_table(days, rows) if rows else "Nothing was drafted in that time.")


def _outcomes_table(days: int, rows: Sequence[Mapping[str, Any]]) -> Table:
    """Zeroes are dashes, and what a model took is shown only where one wrote."""
    paid = any(row["tokens"] for row in rows)
    table = Table(title=f"Drafts of the last {days} days")
    for heading in ("of", "name"):
        table.add_column(heading, overflow="fold")
    for heading in ("drafts", "used", "edited", "ignored", "useful", "not"):
        table.add_column(heading, justify="right")
    table.add_column("because", overflow="fold")
    for heading in ("tokens", "US$") if paid else ():
        table.add_column(heading, justify="right")
    for row in rows:
        because = ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in row["reasons"].items())
        counts = [row[name] for name in ("drafts", "used", "edited", "ignored", "useful", "not_useful")]
        cost = [f"{row['tokens']:,}" if row["tokens"] else "–", f"{row['cost_usd']:.4f}" if row["cost_usd"] else "–"]
        table.add_row(row["of"], row["name"], *(str(one or "–") for one in counts), because, *(cost if paid else []))
    return table


def tell(title: str, scores: Mapping[str, Any], as_json: bool) -> None:
    rounded = {key: round(value, 4) if isinstance(value, float) else value for key, value in scores.items()}
    if as_json:
        print_json(rounded)
        return
    table = Table(title=title, show_header=False)
    for key, value in rounded.items():
        table.add_row(key.replace("_", " "), _shown(key, value))
    console.print(table)


def _shown(key: str, value: object) -> str:
    """A time needs no four places, and a count none."""
    if isinstance(value, float):
        return f"{value:.1f}" if key.endswith(("_ms", "_seconds")) else f"{value:,.0f}" if value > 1 else f"{value:.4f}"
    return "–" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
