"""`deskside sop replay` and `deskside sop record`: try a changed procedure on past conversations before it goes live."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from bot.cli import examples
from bot.cli.sop import sop
from bot.cli.terminal import console, print_json, refuse, say_problems

if TYPE_CHECKING:
    from playbooks.domain.sop import Sop
    from playbooks.replay_report import Report
    from retrieval.content import Knowledge

Knowing = Annotated[Path | None, typer.Option(help="Knowledge folder in force; default: the configured one.")]


@sop.command(
    epilog=examples(
        "deskside sop replay changed.yaml --conversations ./recorded",
        "deskside sop replay changed.yaml --conversations ./recorded --json",
    )
)
def replay(
    file: Annotated[Path, typer.Argument(help="The changed procedure.")],
    conversations: Annotated[Path, typer.Option(help="Folder of past conversations, as `deskside sop record` writes them.")],
    bot_admin: Annotated[str, typer.Option(help="Our bot's own Intercom admin id, whose parts cause nothing.")] = "",
    knowledge: Knowing = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say what a changed procedure would have done differently: states, alerts, escalations, times, timers, writes."""
    from bot.replaying import read_folder  # noqa: PLC0415
    from playbooks.replay_report import report  # noqa: PLC0415
    from retrieval.vendors.intercom.translate import Workspace  # noqa: PLC0415

    known = _known(knowledge)
    changed = _changed(file)
    current = known.sop(changed.sop_id)
    if current is None:
        refuse(f"No procedure {changed.sop_id} is in force.", f"Known are: {', '.join(one.sop_id for one in known.sops)}.")
    if not conversations.is_dir():
        refuse(f"{conversations} is not a folder.", "Make one with `deskside sop record`.")
    found = read_folder(conversations, known.policies.inboxes, Workspace(bot_admin_id=bot_admin))
    about = [one for one in found.conversations if one.sop in {"", changed.sop_id}]
    told = report(about, current, changed, known.policies)
    if json:
        skipped = [{"file": name, "reason": reason} for name, reason in found.problems]
        extra = {"current": current.version, "changed": changed.version, "skipped": skipped, "other_inboxes": found.others}
        print_json({"sop": changed.sop_id, **extra, **told.model_dump(mode="json")})
        return
    say_problems((f"{name}: {reason}", "It was left out.") for name, reason in found.problems)
    _tell(told, current, changed, found.others)


def _known(folder: Path | None) -> "Knowledge":
    from bot.settings import KNOWLEDGE  # noqa: PLC0415
    from playbooks.proof import proved  # noqa: PLC0415
    from retrieval.content import ContentInvalid  # noqa: PLC0415
    from retrieval.content import knowledge as read_knowledge  # noqa: PLC0415

    try:
        return read_knowledge(folder or KNOWLEDGE, proved)
    except ContentInvalid as error:
        refuse(str(error), "`deskside check` says the same.")


def _changed(file: Path) -> "Sop":
    from playbooks.proof import proved  # noqa: PLC0415
    from retrieval.content import ContentInvalid, procedure  # noqa: PLC0415

    try:
        return procedure(file, proved)
    except ContentInvalid as error:
        refuse(str(error), "Nothing was replayed.")


def _tell(told: "Report", current: "Sop", changed: "Sop", others: int) -> None:
    totals = Table(title=f"{changed.sop_id}: {current.version} against {changed.version}")
    for heading in ("", "in force", "changed"):
        totals.add_column(heading, justify="left" if not heading else "right")
    for one in told.totals:
        colour = "yellow" if one.current != one.changed else "default"
        totals.add_row(one.what, str(one.current), f"[{colour}]{one.changed}[/{colour}]")
    console.print(totals)
    if told.differing:
        console.print(_differences(told))
    left_out = f", {others} of other inboxes left out" if others else ""
    console.print(f"{len(told.differing)} of {told.conversations} conversations differ{left_out}.")
    for restless in told.cut_off:
        console.print(f"[yellow]![/yellow] {restless} was compared only so far: a timer there never comes to rest.")
    if told.presses_known < told.conversations:
        unknown = told.conversations - told.presses_known
        console.print(f"[yellow]![/yellow] {unknown} tell only what the inbox knows: who pressed what is not in them.")


def _differences(told: "Report") -> Table:
    table = Table(show_lines=False)
    for heading in ("conversation", "", "what", "in force", "changed"):
        table.add_column(heading, overflow="fold")
    for compared in told.differing:
        for number, one in enumerate(compared.differences):
            table.add_row("" if number else compared.conversation_id, one.aspect, one.what, one.current, one.changed)
        table.add_section()
    return table


@sop.command(
    epilog=examples(
        "deskside sop record ./recorded --days 14", "deskside sop record ./recorded --sandbox  # the demo's conversations"
    )
)
def record(
    folder: Annotated[Path, typer.Argument(help="Where to write them, one JSON file a conversation.")],
    days: Annotated[int, typer.Option(min=1, help="Conversations that changed in the last so many days.")] = 30,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 200,
    data: Annotated[Path | None, typer.Option(help="Data folder of the service; default: the configured database.")] = None,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="The demo world's conversations instead of the real inbox.")
    ] = False,
    knowledge: Knowing = None,
) -> None:
    """Write past conversations for replays: from Intercom, with their trail from our database; private data masked."""
    from bot.cli.storage import storage  # noqa: PLC0415
    from bot.replaying import record_folder  # noqa: PLC0415
    from bot.replaying_inbox import connected_inbox  # noqa: PLC0415

    known = _known(knowledge)
    keep = [name for one in known.sops if one.eligibility for name in one.eligibility.entitlements]
    since = datetime.now(UTC) - timedelta(days=days)

    async def run() -> int:
        async with connected_inbox(sandbox=sandbox) as inbox:
            if inbox is None:
                refuse("Intercom is not connected.", "Set the DESKSIDE_INTERCOM_… variables, or use --sandbox.")
            if sandbox:
                return await record_folder(folder, inbox, None, since=since, limit=limit, keep=keep)
            async with storage(data) as database:
                return await record_folder(folder, inbox, database, since=since, limit=limit, keep=keep)

    console.print(f"[green]✓[/green] {asyncio.run(run())} conversations in {folder}. Look them over before you pass them on.")
