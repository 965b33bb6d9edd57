"""Moves the running chats of one procedure version to another: all that can, in one transaction; it decides nothing itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.memory import Connection, audit, sop_versions
from playbooks.domain.policy import HoursPolicy
from playbooks.domain.sop import Sop
from playbooks.migration import Moving, is_running, moving


@dataclass(frozen=True)
class Migrated:
    """`moved` and `stays` are chats; `finished` counts those that had ended and stay on their version."""

    moved: tuple[Moving, ...]
    stays: tuple[Moving, ...]
    finished: int


def migrated(
    conn: Connection,
    old: Sop,
    new: Sop,
    *,
    states: Mapping[str, str],
    now: datetime,
    by: str,
    dry_run: bool,
    hours: HoursPolicy | None = None,
) -> Migrated:
    """*Errors:* StaleRun where a chat moved on meanwhile: then nothing is changed, and it may be run again."""
    saved = sop_versions.runs_of(conn, old.sop_id, old.version)
    running = [one for one in saved if is_running(old, one.run)]
    event_id = f"{old.sop_id}:{old.version}:{new.version}:{now.isoformat()}"
    all_of_them = [(one, moving(old, new, one.run, states=states, now=now, event_id=event_id, hours=hours)) for one in running]
    if not dry_run:
        sop_versions.keep(conn, new, now)
        for one, way in all_of_them:
            if way.run is not None:
                sop_versions.move(conn, way.run, one.version, now)
                detail = {"from": old.version, "to": new.version, "state": way.to_state}
                audit.append(conn, at=now, actor=by, what="sop_migrated", subject=way.conversation_id, detail=detail)
    ways = [way for _, way in all_of_them]
    return Migrated(
        moved=tuple(one for one in ways if one.run is not None),
        stays=tuple(one for one in ways if one.run is None),
        finished=len(saved) - len(running),
    )
