"""`deskside sop versions` and `deskside sop migrate`: which versions chats run on, and moving them to another."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from bot.cli import examples
from bot.cli.sop import sop
from bot.cli.storage import storage
from bot.cli.terminal import console, print_json, refuse

if TYPE_CHECKING:
    from bot.memory import Connection
    from bot.migrating import Migrated
    from playbooks.domain.sop import Sop
    from playbooks.migration import Moving
    from retrieval.content import Knowledge as Content

CURRENT = "current"
Data = Annotated[Path | None, typer.Option(help="Data folder of the service; default: the configured database.")]
Knowledge = Annotated[Path | None, typer.Option(help="Knowledge folder; default: the configured one.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for. `begun` and `to` are version names, `current` the one in the knowledge folder."""

    sop_id: str
    begun: str
    to: str
    states: dict[str, str]
    by: str
    dry_run: bool
    now: datetime


@sop.command(epilog=examples("deskside sop versions", "deskside sop versions live_chat --data ./var"))
def versions(
    sop_id: Annotated[str, typer.Argument(help="Which procedure.")] = "live_chat", data: Data = None, json: Json = False
) -> None:
    """List a procedure's kept versions, and how many chats run on each."""
    rows = asyncio.run(_versions(sop_id, data))
    if json:
        print_json({"sop": sop_id, "versions": rows})
        return
    table = Table(title=f"Versions of {sop_id}")
    for heading in ("version", "kept since", "running chats", "finished chats"):
        table.add_column(heading)
    for one in rows:
        table.add_row(one["version"], f"{one['kept_at']:%Y-%m-%d %H:%M} UTC", str(one["running"]), str(one["finished"]))
    console.print(table)


async def _versions(sop_id: str, data: Path | None) -> list[dict[str, Any]]:
    from bot.memory import sop_versions  # noqa: PLC0415
    from playbooks.migration import is_running  # noqa: PLC0415

    def read(conn: "Connection") -> list[dict[str, Any]]:
        counts = Counter(
            (
                one.run.sop_version,
                (kept := sop_versions.find(conn, sop_id, one.run.sop_version)) is None or is_running(kept, one.run),
            )
            for one in sop_versions.runs_of(conn, sop_id)
        )
        return [
            {
                "version": one.version,
                "kept_at": one.kept_at,
                "running": counts[(one.version, True)],
                "finished": counts[(one.version, False)],
            }
            for one in sop_versions.listed(conn, sop_id)
        ]

    async with storage(data) as database:
        return await database.read(read)


@sop.command(
    epilog=examples(
        "deskside sop migrate 2026-11.1 current --dry-run",
        "deskside sop migrate 2026-11.1 2026-12.1 --state lull=quiet_from_us",
        "deskside sop migrate 2 3 --sop application_review --json",
    )
)
def migrate(
    begun: Annotated[str, typer.Argument(metavar="FROM", help="The version the chats run on.")],
    to: Annotated[str, typer.Argument(metavar="TO", help="The version to move them to; `current`: the knowledge folder's.")],
    sop_id: Annotated[str, typer.Option("--sop", help="Which procedure.")] = "live_chat",
    state: Annotated[list[str] | None, typer.Option(help="OLD=NEW, where a state got another name; repeat it.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change for each chat; change nothing.")] = False,
    by: Annotated[str, typer.Option(help="Who does it, for the audit.")] = "administrator",
    knowledge: Knowledge = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Move the chats that run on one version of a procedure to another, all at once or not at all."""
    states = dict(_renamed(one) for one in state or [])
    wanted = Wanted(sop_id, begun, to, states, by, dry_run, datetime.now(UTC))
    done = asyncio.run(_migrated(wanted, knowledge, data))
    if json:
        print_json(_as_json(done, wanted))
    else:
        _tell(done, wanted)
    raise typer.Exit(1 if done.stays else 0)


def _renamed(text: str) -> tuple[str, str]:
    old, equals, new = text.partition("=")
    if not (old and equals and new):
        refuse(f"“{text}” does not name two states.", "Write it as --state old_name=new_name.")
    return old, new


async def _migrated(wanted: Wanted, knowledge: Path | None, data: Path | None) -> "Migrated":
    from bot.memory.runs import StaleRun  # noqa: PLC0415
    from bot.migrating import migrated  # noqa: PLC0415

    def work(conn: "Connection") -> "Migrated":
        old, new = (_version(conn, wanted.sop_id, one, knowledge) for one in (wanted.begun, wanted.to))
        hours = _knowledge(knowledge).policies.hours
        return migrated(conn, old, new, states=wanted.states, now=wanted.now, by=wanted.by, dry_run=wanted.dry_run, hours=hours)

    async with storage(data) as database:
        try:
            return await (database.read(work) if wanted.dry_run else database.transact(work))
        except StaleRun:
            refuse("A chat moved on meanwhile, so nothing was changed.", "Run the command again.", status=1)


def _version(conn: "Connection", sop_id: str, version: str, knowledge: Path | None) -> "Sop":
    from bot.memory import sop_versions  # noqa: PLC0415
    from bot.versions import under_its_name  # noqa: PLC0415

    found = sop_versions.find(conn, sop_id, version)
    loaded = _loaded(sop_id, knowledge) if found is None else None
    if loaded is not None and version in {CURRENT, loaded.version}:
        return under_its_name(conn, loaded)
    if found is None:
        known = ", ".join(one.version for one in sop_versions.listed(conn, sop_id)) or "none"
        refuse(f"There is no version {version} of procedure {sop_id}.", f"Known are: {known}, and `{CURRENT}`.")
    return found


def _loaded(sop_id: str, knowledge: Path | None) -> "Sop | None":
    return _knowledge(knowledge).sop(sop_id)


@cache
def _knowledge(knowledge: Path | None) -> "Content":
    from bot.settings import KNOWLEDGE  # noqa: PLC0415
    from playbooks.proof import proved  # noqa: PLC0415
    from retrieval.content import knowledge as read_knowledge  # noqa: PLC0415

    return read_knowledge(knowledge or KNOWLEDGE, proved)


def _tell(done: "Migrated", wanted: Wanted) -> None:
    table = Table(title=f"{wanted.sop_id}: {wanted.begun} → {wanted.to}", show_lines=True)
    for heading in ("conversation", "state", "what changes for it"):
        table.add_column(heading, overflow="fold")
    for one in done.moved:
        changes = "\n".join(one.changes) or "nothing but the version"
        table.add_row(one.conversation_id, _states(one), changes)
    for one in done.stays:
        table.add_row(one.conversation_id, one.from_state, f"[yellow]stays on {wanted.begun}:[/yellow] {one.why_not}")
    if done.moved or done.stays:
        console.print(table)
    verb = "would move" if wanted.dry_run else "moved"
    console.print(f"{len(done.moved)} {verb}, {len(done.stays)} stay, {done.finished} had finished and keep their version.")


def _states(one: "Moving") -> str:
    return one.from_state if one.from_state == one.to_state else f"{one.from_state} → {one.to_state}"


def _as_json(done: "Migrated", wanted: Wanted) -> dict[str, Any]:
    return {
        "sop": wanted.sop_id,
        "from": wanted.begun,
        "to": wanted.to,
        "dry_run": wanted.dry_run,
        "moved": [one.model_dump(mode="json", exclude={"run", "why_not"}) for one in done.moved],
        "stays": [one.model_dump(mode="json", exclude={"run", "changes"}) for one in done.stays],
        "finished": done.finished,
    }
