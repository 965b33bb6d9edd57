"""`deskside migrate`, `backup`, `restore` and `audit`: the service's database and its record of who did what."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot.cli import app, examples
from bot.cli.storage import storage
from bot.cli.terminal import console, print_json, refuse

audit = typer.Typer(no_args_is_help=True, help="The record of who read or did what: list it, verify that nothing was changed.")
app.add_typer(audit, name="audit")

Data = Annotated[Path | None, typer.Option(help="Data folder of the service; default: the configured database.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command(epilog=examples("deskside migrate", "DESKSIDE_DATABASE_URL=postgresql://… deskside migrate"))
def migrate() -> None:
    """Bring the database to this version's schema; two at once take turns."""
    from bot.memory.schema import migrate as migrated  # noqa: PLC0415

    before, after = migrated(_url())
    console.print(f"[green]✓[/green] schema {before or 'empty'} → {after}")


@app.command(epilog=examples("deskside backup before-upgrade.db"))
def backup(file: Annotated[Path, typer.Argument(help="Where to; must not exist yet.")], data: Data = None) -> None:
    """Copy the database consistently while the service runs."""

    async def made() -> str:
        from bot.memory.backup import backup as back_up  # noqa: PLC0415

        async with storage(data) as database:
            report = await back_up(database, file)
            return f"{report.path} ({report.size_bytes:,} bytes, schema {report.revision})"

    console.print(f"[green]✓[/green] {asyncio.run(made())}")


@app.command(epilog=examples("deskside restore before-upgrade.db --replace"))
def restore(
    file: Annotated[Path, typer.Argument(help="What `deskside backup` wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite the database that is there.")] = False,
) -> None:
    """Put a backup in the database's place; one that is in use is refused."""
    from bot.memory.backup import restore as put_back  # noqa: PLC0415

    revision = asyncio.run(put_back(file, _url(), replace=replace))
    console.print(f"[green]✓[/green] restored; schema {revision}")


@audit.command(epilog=examples("deskside audit verify", "deskside audit verify --head 1041:9f2c…"))
def verify(
    head: Annotated[str, typer.Option(help="What an earlier run printed: entries cut off the end since are noticed.")] = "",
    data: Data = None,
) -> None:
    """Check the whole chain: an entry that was changed, removed or written anew is named."""
    known = _known(head)

    async def checked() -> tuple[int, int | None, str, tuple[int, str]]:
        from bot.memory import audit as chain  # noqa: PLC0415

        async with storage(data) as database:
            report = await database.read(lambda conn: chain.verify_chain(conn, known))
            return report.checked, report.broken_at, report.reason, await database.read(chain.head)

    number, broken_at, reason, (last, digest) = asyncio.run(checked())
    if broken_at is not None:
        refuse(
            f"Entry {broken_at}: {reason}.", "Restore the last backup that verifies, and find out who could write.", status=1
        )
    console.print(f"[green]✓[/green] {number} entries, unbroken; keep the head elsewhere: {last}:{digest}", soft_wrap=True)


def _known(head: str) -> tuple[int, str] | None:
    if not head:
        return None
    number, _, digest = head.partition(":")
    if not (number.isascii() and number.isdigit() and digest):
        refuse(f"{head!r} is no head.", "Give it as `deskside audit verify` printed it: NUMBER:HASH.")
    return int(number), digest


@audit.command("list", epilog=examples("deskside audit list", "deskside audit list --after 100 --json"))
def entries(
    after: Annotated[int, typer.Option(help="Only entries after this number.")] = 0,
    limit: Annotated[int, typer.Option(help="At most so many.")] = 50,
    data: Data = None,
    json: Json = False,
) -> None:
    """Who read or did what, in order; ids and counts only."""

    async def read() -> list[dict[str, object]]:
        from bot.memory import audit as chain  # noqa: PLC0415

        async with storage(data) as database:
            rows = await database.read(lambda conn: chain.entries(conn, after=after, limit=limit))
            return [
                {
                    "seq": one.seq,
                    "at": one.at.isoformat(timespec="seconds"),
                    "actor": one.actor,
                    "what": one.what,
                    "subject": one.subject,
                }
                for one in rows
            ]

    found = asyncio.run(read())
    if json:
        print_json(found)
        return
    table = Table()
    for heading in ("seq", "at", "actor", "what", "subject"):
        table.add_column(heading, overflow="fold")
    for one in found:
        table.add_row(*(str(value) for value in one.values()))
    console.print(table if found else "No entries.")


def _url() -> str:
    from bot.memory.sqlite import made_folder  # noqa: PLC0415
    from bot.settings import read_settings  # noqa: PLC0415

    service = read_settings().service
    made_folder(service.data_dir)
    return service.database_url or f"sqlite:///{service.data_dir.resolve() / 'deskside.db'}"
