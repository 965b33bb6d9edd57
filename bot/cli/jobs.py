"""`deskside jobs`: durable work as operators see it; what was given up can be tried again or dropped."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from bot.cli import app, examples
from bot.cli.storage import storage
from bot.cli.terminal import console, print_json, refuse
from bot.jobs import JobState
from playbooks.words import plural

if TYPE_CHECKING:
    from bot.jobs import JobRow, Jobs
    from bot.memory import Connection

jobs = typer.Typer(no_args_is_help=True, help="Durable work: list, show, retry, drop.")
app.add_typer(jobs, name="jobs")

MOST_AT_ONCE = 10_000
COLUMNS = ("job_id", "kind", "state", "attempts", "lock", "enqueued_at", "error")
Data = Annotated[Path | None, typer.Option(help="Data folder of the service; default: the configured database.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def number_of(given: str | int) -> int:
    digits = str(given).removeprefix("J").split("-")[0]
    if not (digits.isascii() and digits.isdigit()):
        raise typer.BadParameter(f"{given!r} is neither a job's number nor a reference such as J17-3.")
    return int(digits)


JobId = Annotated[
    int,
    typer.Argument(
        help="The job's number, or the reference that a person was shown (J17-3).",
        parser=number_of,
        metavar="JOB",
    ),
]

MaybeJobId = Annotated[
    int | None, typer.Argument(help="The job's number or reference; or --all.", parser=number_of, metavar="[JOB]")
]


@jobs.command("list", epilog=examples("deskside jobs list", "deskside jobs list --state dead --json"))
def listed(
    state: Annotated[JobState | None, typer.Option(help="Only jobs in this state.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.")] = 50,
    data: Data = None,
    json: Json = False,
) -> None:
    """List unfinished and given-up jobs."""

    async def rows() -> list[dict[str, Any]]:
        from bot.engines import jobs_in  # noqa: PLC0415

        async with storage(data) as database:
            port = jobs_in(database)
            found = await database.read(lambda conn: port.list(conn, state=state, limit=limit))
            return [_told(one) for one in found if state is not None or one.state is not JobState.DONE]

    found = asyncio.run(rows())
    if json:
        print_json(found)
        return
    table = Table()
    for heading in COLUMNS:
        table.add_column(heading.replace("_", " "), overflow="fold")
    for one in found:
        table.add_row(*(str(one[name] or "") for name in COLUMNS))
    console.print(table if found else _none(state))


def _none(state: JobState | None) -> str:
    return f"No job is {state.value}." if state else "No job is unfinished or given up."


@jobs.command(epilog=examples("deskside jobs show 17", "deskside jobs show J17-3"))
def show(job_id: JobId, data: Data = None) -> None:
    """Show one job; customers' words and numbers in its payload are masked."""

    async def row() -> dict[str, Any] | None:
        from bot.engines import jobs_in  # noqa: PLC0415
        from playbooks.privacy import masked_tree  # noqa: PLC0415

        async with storage(data) as database:
            found = await database.read(lambda conn: jobs_in(database).show(conn, job_id))
            return None if found is None else _told(found) | {"payload": masked_tree(found.payload)}

    found = asyncio.run(row())
    if found is None:
        refuse(f"There is no job {job_id}.", "`deskside jobs list` shows them.", status=1)
    print_json(found)


@jobs.command(epilog=examples("deskside jobs retry 17", "deskside jobs retry --all"))
def retry(
    job_id: MaybeJobId = None,
    everything: Annotated[bool, typer.Option("--all", help="Every given-up job: after an outage, or new credentials.")] = False,
    data: Data = None,
) -> None:
    """Try a given-up job again, or all of them, with new attempts, at the end of its line."""
    if everything == (job_id is not None):
        refuse("Name one job, or say --all.", "deskside jobs list --state dead")
    if everything:
        console.print(f"{plural(asyncio.run(_all_retried(data)), 'job')} in line again.")
        return
    if not asyncio.run(_changed("retry", job_id or 0, data)):
        refuse(
            f"Job {job_id} is not given up, or does not exist.",
            "Only dead jobs can be tried again: deskside jobs list --state dead",
            status=1,
        )
    console.print(f"Job {job_id} is in line again.")


@jobs.command(epilog=examples("deskside jobs drop 17"))
def drop(job_id: JobId, data: Data = None) -> None:
    """Give a job up for good; what it would have done is not done."""
    if not asyncio.run(_changed("drop", job_id, data)):
        refuse(f"Job {job_id} runs, has ended, or does not exist.", "`deskside jobs show` says which.", status=1)
    console.print(f"Job {job_id} is dropped.")


async def _changed(what: str, job_id: int, data: Path | None) -> bool:
    from bot.engines import jobs_in  # noqa: PLC0415

    async with storage(data) as database:
        port = jobs_in(database)
        return await database.transact(lambda conn: _change(port, conn, what, job_id))


async def _all_retried(data: Path | None) -> int:
    """How many there were."""
    from bot.engines import jobs_in  # noqa: PLC0415

    async with storage(data) as database:
        port = jobs_in(database)

        def every(conn: "Connection") -> int:
            dead = port.list(conn, state=JobState.DEAD, limit=MOST_AT_ONCE)
            return sum(_change(port, conn, "retry", one.job_id) for one in dead)

        return await database.transact(every)


def _change(port: "Jobs", conn: "Connection", what: str, job_id: int) -> bool:
    from datetime import UTC, datetime  # noqa: PLC0415

    from bot.memory import audit  # noqa: PLC0415

    is_done = (port.retry if what == "retry" else port.drop)(conn, job_id)
    if is_done:
        audit.append(conn, at=datetime.now(UTC), actor="operator", what=f"job_{what}", subject=str(job_id))
    return is_done


def _told(row: "JobRow") -> dict[str, Any]:
    """Without the payload, which may hold customers' words."""
    return {
        "job_id": row.job_id,
        "kind": row.kind,
        "state": row.state.value,
        "attempts": row.attempts,
        "lock": row.lock,
        "enqueued_at": row.enqueued_at.isoformat(timespec="seconds"),
        "due_at": row.due_at.isoformat(timespec="seconds") if row.due_at else None,
        "error": row.error,
        "error_id": row.error_id,
        "correlation": row.trace.trace_id if row.trace else None,
    }
