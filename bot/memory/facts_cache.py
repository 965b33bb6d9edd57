"""The last good answer of each source about a customer, shown with its age when the source does not answer."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.memory.moments import stamp
from bot.memory.tables import facts_cache
from bot.memory.upsert import put as put_row
from playbooks.domain.facts import SourceFacts


def put(conn: Connection, key: str, facts: SourceFacts) -> None:
    values = {"source": facts.source, "key": key, "facts": facts.model_dump_json(), "as_of": stamp(facts.as_of)}
    put_row(conn, facts_cache, values)


def find(conn: Connection, source: str, key: str) -> SourceFacts | None:
    query = select(facts_cache.c.facts).where(facts_cache.c.source == source, facts_cache.c.key == key)
    facts = conn.execute(query).scalar()
    return SourceFacts.model_validate_json(facts) if facts else None


def newest(conn: Connection, limit: int) -> list[tuple[str, SourceFacts]]:
    """(key, facts), newest first."""
    query = select(facts_cache.c.key, facts_cache.c.facts).order_by(facts_cache.c.as_of.desc()).limit(limit)
    return [(key, SourceFacts.model_validate_json(facts)) for key, facts in conn.execute(query)]


def forget_before(conn: Connection, before: datetime) -> int:
    return conn.execute(delete(facts_cache).where(facts_cache.c.as_of < stamp(before))).rowcount
