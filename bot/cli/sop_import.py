"""`deskside sop import-abcd`: procedures of the ABCD guidelines as ours, with a report of what could not be expressed."""

import json as json_text
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from bot.cli import examples
from bot.cli.sop import sop
from bot.cli.terminal import console, print_json, refuse

if TYPE_CHECKING:
    from playbooks.abcd import Carried, Imported


@sop.command(
    "import-abcd",
    epilog=examples(
        "deskside sop import-abcd abcd_guidelines.json --to ./imported",
        "deskside sop import-abcd abcd_guidelines.json --to ./imported --json",
    ),
)
def import_abcd(
    file: Annotated[Path, typer.Argument(help="The guidelines: flows with sub-flows and their actions, as JSON.")],
    to: Annotated[Path, typer.Option(help="Where to write one YAML file a flow, and report.json.")],
    json: Annotated[bool, typer.Option("--json", help="Print the counts as one JSON object.")] = False,
) -> None:
    """Bring a foreign company's procedures into our format, and say of each action what is lost."""
    found = _imported(file)
    actions = [one for each in found for one in each.actions]
    to.mkdir(parents=True, exist_ok=True)
    problems = sum(_written(each, to) for each in found)
    (to / "report.json").write_text(json_text.dumps([one.model_dump() for one in actions], indent=2, ensure_ascii=False))
    counts = _counts(found, actions, problems)
    if json:
        print_json(counts)
    else:
        _tell(counts, actions, to)
    raise typer.Exit(1 if problems else 0)


def _imported(file: Path) -> "list[Imported]":
    from playbooks.abcd import imported  # noqa: PLC0415

    try:
        flows = json_text.loads(file.read_text(encoding="utf-8"))
        return [imported(name, flow) for name, flow in flows.items()]
    except OSError:
        refuse(f"{file} cannot be read.", "Name the guidelines' JSON file.")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        refuse(f"{file} does not hold the guidelines ({type(error).__name__}).", "Expected flows with `subflows` of `actions`.")


def _written(one: "Imported", to: Path) -> int:
    """How many problems the proof finds in it."""
    from playbooks.proof import proved  # noqa: PLC0415
    from retrieval.content_writer import procedure_text  # noqa: PLC0415

    about = f"Imported from the ABCD guidelines, flow “{one.sop.title}”. report.json says what could not be carried over."
    text = procedure_text(one.sop, "../docs/schemas/sop.json", about)
    (to / f"{one.sop.sop_id}.yaml").write_text(text, encoding="utf-8")
    return len(proved(one.sop))


def _counts(found: "list[Imported]", actions: "list[Carried]", problems: int) -> dict[str, Any]:
    extents = Counter(one.extent for one in actions)
    lost = Counter(one.why for one in actions if one.extent != "whole")
    return {
        "flows": len(found),
        "subflows": len({(one.flow, one.subflow) for one in actions}),
        "actions": len(actions),
        "expressed": {name: extents[name] for name in ("whole", "partly", "not")},
        "states": sum(len(one.sop.states) for one in found),
        "problems": problems,
        "lost": [{"actions": count, "why": why} for why, count in lost.most_common()],
    }


def _tell(counts: dict[str, Any], actions: "list[Carried]", to: Path) -> None:
    table = Table(title="Actions by button")
    for heading in ("button", "whole", "partly", "not", "becomes"):
        table.add_column(heading, overflow="fold")
    for button in dict.fromkeys(one.button for one in actions):
        these = [one for one in actions if one.button == button]
        extents = Counter(one.extent for one in these)
        table.add_row(button, *(str(extents[name] or "") for name in ("whole", "partly", "not")), these[0].how)
    console.print(table)
    console.print("\n[bold]What could not be expressed[/bold]")
    for one in counts["lost"]:
        console.print(f"{one['actions']:4} × {one['why']}")
    console.print(
        f"\n{counts['flows']} flows, {counts['subflows']} sub-flows, {counts['actions']} actions in {to}: "
        f"{counts['expressed']['whole']} whole, {counts['expressed']['partly']} partly, {counts['expressed']['not']} not; "
        f"{counts['problems']} problems in the proof."
    )
