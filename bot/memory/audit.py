"""Who read or did what, append-only: each entry is hashed over the one before, so that a change shows.

The hash covers a digest of the detail, not the detail: a privacy request may empty it and the chain still holds. Entries
cut off the end show only against a head kept elsewhere (`head`, printed by `deskside audit`). It never stores customers' words.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text, update

from bot.memory.moments import moment, stamp
from bot.memory.tables import audit

FIRST = "0" * 64
APPEND_LOCK = 0x61756474  # "audt": PostgreSQL's writers append one after the other


@dataclass(frozen=True)
class AuditEntry:
    seq: int
    at: datetime
    actor: str
    what: str
    subject: str
    detail: dict[str, Any] | None
    hash: str


@dataclass(frozen=True)
class ChainReport:
    """`broken_at` is the first entry that does not fit, `reason` says how."""

    checked: int
    broken_at: int | None = None
    reason: str = ""

    @property
    def holds(self) -> bool:
        return self.broken_at is None


def append(
    conn: Connection, *, at: datetime, actor: str, what: str, subject: str, detail: Mapping[str, Any] | None = None
) -> int:
    """The entry's number. `actor` is an agent_id or "deskside"; `subject` an id; `detail` ids and counts."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": APPEND_LOCK})
    seq, prev_hash = head(conn)
    words = json.dumps(dict(detail or {}), sort_keys=True)
    entry = {"seq": seq + 1, "at": stamp(at), "actor": actor, "what": what, "subject": subject}
    entry |= {"detail_digest": _digest(words), "prev_hash": prev_hash}
    conn.execute(audit.insert().values(**entry, detail=words, hash=_hash(entry)))
    return seq + 1


def head(conn: Connection) -> tuple[int, str]:
    """Number and hash of the last entry; keep it elsewhere to notice a cut."""
    last = conn.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).first()
    return (last.seq, last.hash) if last else (0, FIRST)


def entries(conn: Connection, *, after: int = 0, subject: str | None = None, limit: int = 500) -> Sequence[AuditEntry]:
    query = select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(limit)
    if subject is not None:
        query = query.where(audit.c.subject == subject)
    return [_entry(one) for one in conn.execute(query)]


def verify_chain(conn: Connection, known_head: tuple[int, str] | None = None) -> ChainReport:
    """`known_head` as `head` gave it once: finds entries that were cut off or written anew since."""
    number, prev_hash = 0, FIRST
    for row in conn.execute(select(audit).order_by(audit.c.seq)):
        number += 1
        if fault := _fault(row, number, prev_hash, known_head):
            return ChainReport(number, number, fault)
        prev_hash = row.hash
    if known_head and known_head[0] > number:
        return ChainReport(number, number + 1, "entries are missing at the end")
    return ChainReport(number)


def erase_detail(conn: Connection, subject: str) -> int:
    """A privacy request: that something was done stays, what exactly goes. How many."""
    return conn.execute(update(audit).where(audit.c.subject == subject).values(detail=None)).rowcount


def _fault(row: Any, number: int, prev_hash: str, known_head: tuple[int, str] | None) -> str:
    if row.seq != number:
        return "an entry is missing"
    if row.prev_hash != prev_hash or row.hash != _hash(row._mapping):
        return "an entry was changed"
    if row.detail is not None and _digest(row.detail) != row.detail_digest:
        return "an entry's detail was changed"
    if known_head and known_head[0] == number and known_head[1] != row.hash:
        return "the entries were written anew"
    return ""


def _hash(entry: Mapping[str, Any]) -> str:
    fields = ("seq", "at", "actor", "what", "subject", "detail_digest", "prev_hash")
    return _digest(json.dumps([entry[name] for name in fields]))


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def _entry(row: Any) -> AuditEntry:
    detail = json.loads(row.detail) if row.detail is not None else None
    return AuditEntry(row.seq, moment(row.at), row.actor, row.what, row.subject, detail, row.hash)
