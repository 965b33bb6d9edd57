"""Every version of a procedure that ever ran, whole, and the runs that still go by it; a kept version never changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import Connection, select, update

from bot.memory import runs as saved_runs
from bot.memory.moments import moment, stamp
from bot.memory.runs import SavedRun, StaleRun
from bot.memory.tables import runs, sop_versions
from bot.memory.upsert import inserted
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Sop


@dataclass(frozen=True)
class KeptVersion:
    version: str
    kept_at: datetime


def keep(conn: Connection, sop: Sop, at: datetime) -> None:
    """The first of a version stays; a second one of the same name changes nothing."""
    kept = sop.model_dump_json(exclude_defaults=True)
    inserted(conn, sop_versions, {"sop": sop.sop_id, "version": sop.version, "procedure": kept, "kept_at": stamp(at)})


def find(conn: Connection, sop_id: str, version: str) -> Sop | None:
    """*Empty:* None where it was never kept, or was written by a Deskside whose procedures had other fields."""
    query = select(sop_versions.c.procedure).where(sop_versions.c.sop == sop_id, sop_versions.c.version == version)
    kept = conn.execute(query).scalar()
    try:
        return Sop.model_validate_json(kept) if kept else None
    except ValidationError:
        return None


def listed(conn: Connection, sop_id: str) -> Sequence[KeptVersion]:
    """In the order in which they came."""
    query = select(sop_versions).where(sop_versions.c.sop == sop_id).order_by(sop_versions.c.kept_at, sop_versions.c.version)
    return [KeptVersion(one.version, moment(one.kept_at)) for one in conn.execute(query)]


def names(conn: Connection) -> Sequence[tuple[str, str]]:
    """Every procedure and version that was ever kept."""
    return [(one.sop, one.version) for one in conn.execute(select(sop_versions.c.sop, sop_versions.c.version))]


def runs_of(conn: Connection, sop_id: str, version: str | None = None) -> Sequence[SavedRun]:
    """The runs of a procedure, of one version of it or of all, finished ones included, by conversation."""
    query = select(runs.c.conversation_id).where(runs.c.sop == sop_id).order_by(runs.c.conversation_id)
    loaded = (saved_runs.load(conn, one) for one in conn.execute(query).scalars().all())
    return [one for one in loaded if one is not None and version in {None, one.run.sop_version}]


def move(conn: Connection, run: SopRun, read_at_version: int, at: datetime) -> None:
    """Saves a run under another version of its procedure; whatever else was due for the chat stays due. *Errors:* StaleRun."""
    row = (runs.c.conversation_id == run.conversation_id, runs.c.version == read_at_version)
    was_due = conn.execute(select(runs.c.due_at).where(*row)).scalar()
    due = [stamp(one.due_at) for one in run.timers] + ([was_due] if was_due else [])
    values = {"state": run.state, "run": run.model_dump_json(), "version": read_at_version + 1, "updated_at": stamp(at)}
    changed = conn.execute(update(runs).where(*row).values(**values, due_at=min(due, default=None)))
    if changed.rowcount != 1:
        raise StaleRun(f"run of conversation {run.conversation_id} is no longer at version {read_at_version}")
