"""Deeds for many conversations: what was listed and asked for, whether it was confirmed, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from bot.memory.moments import moment, stamp
from bot.memory.tables import bulk_items, bulks
from bot.memory.upsert import inserted, put
from playbooks.domain.deed import Bulk, ItemOutcome

ENDED = ("done", "left", "failed")


@dataclass(frozen=True)
class SavedBulk:
    bulk: Bulk
    created_at: datetime
    confirmed_at: datetime | None


def save(conn: Connection, bulk: Bulk, at: datetime) -> bool:
    """As listed, nothing done yet. False: it is there already."""
    values = {
        "bulk_id": bulk.bulk_id,
        "agent_id": bulk.agent_id,
        "bulk": bulk.model_dump_json(),
        "undoes": bulk.undoes,
        "created_at": stamp(at),
    }
    return inserted(conn, bulks, values)


def confirm(conn: Connection, bulk_id: str, at: datetime) -> bool:
    """False: it was confirmed before."""
    open_one = update(bulks).where(bulks.c.bulk_id == bulk_id, bulks.c.confirmed_at.is_(None))
    return conn.execute(open_one.values(confirmed_at=stamp(at))).rowcount == 1


def find(conn: Connection, bulk_id: str) -> SavedBulk | None:
    row = conn.execute(select(bulks).where(bulks.c.bulk_id == bulk_id)).first()
    if row is None:
        return None
    confirmed = moment(row.confirmed_at) if row.confirmed_at else None
    return SavedBulk(Bulk.model_validate_json(row.bulk), moment(row.created_at), confirmed)


def confirmed_since(conn: Connection, agent_id: str, since: datetime) -> int:
    """How many this person let happen; taking one back is not counted."""
    mine = select(func.count()).where(bulks.c.agent_id == agent_id, bulks.c.undoes.is_(None))
    return conn.execute(mine.where(bulks.c.confirmed_at >= stamp(since))).scalar_one()


def record(conn: Connection, one: ItemOutcome) -> None:
    """An end is not taken back by an older state that comes late."""
    known = conn.execute(
        select(bulk_items.c.state).where(bulk_items.c.bulk_id == one.bulk_id, bulk_items.c.number == one.number)
    ).scalar()
    if known not in ENDED:
        put(conn, bulk_items, one.model_dump())


def outcomes(conn: Connection, bulk_id: str) -> Sequence[ItemOutcome]:
    """In the order in which they were listed; those nobody came to yet are missing."""
    query = select(bulk_items).where(bulk_items.c.bulk_id == bulk_id).order_by(bulk_items.c.number)
    return [ItemOutcome.model_validate(dict(row._mapping)) for row in conn.execute(query)]


def undone_by(conn: Connection, bulk_id: str) -> str | None:
    """The deed that takes this one back, where it was confirmed."""
    query = select(bulks.c.bulk_id).where(bulks.c.undoes == bulk_id, bulks.c.confirmed_at.is_not(None))
    return conn.execute(query).scalar()


def forget_before(conn: Connection, at: datetime) -> int:
    """How many went, with what became of their conversations."""
    old = select(bulks.c.bulk_id).where(bulks.c.created_at < stamp(at))
    conn.execute(delete(bulk_items).where(bulk_items.c.bulk_id.in_(old)))
    return conn.execute(delete(bulks).where(bulks.c.created_at < stamp(at))).rowcount
