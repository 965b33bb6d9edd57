"""Where Teams conversations can be reached, kept across restarts and shared by all processes; it sends nothing."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.memory.database import Database
from bot.memory.moments import stamp
from bot.memory.tables import teams_conversations, teams_members
from bot.memory.upsert import put
from bot.teams.references import Reference


class KeptReferences:
    """A `bot.teams.references.References`. A message from a conversation proves that it lives."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    async def remember(self, reference: Reference) -> None:
        known = await self.find(reference.conversation_id)
        if known == reference:  # nearly always: no write for each message
            return
        values = {
            "conversation_id": reference.conversation_id,
            "reference": reference.model_dump_json(exclude={"dead"}),
            "person_id": reference.person_id,
            "dead": None,
            "updated_at": stamp(self._clock()),
        }
        await self._database.transact(lambda conn: put(conn, teams_conversations, values))

    async def find(self, conversation_id: str) -> Reference | None:
        wanted = teams_conversations.c.conversation_id == conversation_id
        return await self._database.read(lambda conn: _first(conn, wanted))

    async def personal(self, person_id: str) -> Reference | None:
        wanted = (teams_conversations.c.person_id == person_id) & teams_conversations.c.dead.is_(None)
        return await self._database.read(lambda conn: _first(conn, wanted))

    async def bury(self, conversation_id: str, why: str) -> None:
        one = update(teams_conversations).where(teams_conversations.c.conversation_id == conversation_id)
        values = {"dead": why, "updated_at": stamp(self._clock())}
        await self._database.transact(lambda conn: conn.execute(one.values(**values)) and None)

    async def know(self, person_id: str, member_id: str) -> None:
        if await self.member_id(person_id) != member_id:
            values = {"person_id": person_id, "member_id": member_id}
            await self._database.transact(lambda conn: put(conn, teams_members, values))

    async def member_id(self, person_id: str) -> str | None:
        query = select(teams_members.c.member_id).where(teams_members.c.person_id == person_id)
        return await self._database.read(lambda conn: conn.execute(query).scalar())


def _first(conn: Connection, wanted) -> Reference | None:  # type: ignore[no-untyped-def]
    """The one that was heard of last."""
    query = select(teams_conversations).where(wanted).order_by(teams_conversations.c.updated_at.desc()).limit(1)
    row = conn.execute(query).first()
    return Reference.model_validate_json(row.reference).model_copy(update={"dead": row.dead}) if row else None
