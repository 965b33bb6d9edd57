"""The clock's events: what fell due, each named by its due time, so that a second sweep of the same moment adds none."""

from datetime import datetime

from bot.memory import runs
from bot.memory.database import Database
from playbooks.domain.events import TimerDue


async def fallen_due(database: Database, now: datetime) -> list[TimerDue]:
    """Every procedure's run whose time has come."""
    due = await database.read(lambda conn: runs.due(conn, now))
    return [
        TimerDue(
            event_id=f"timer:{one.conversation_id}:{one.due_at.isoformat()}",
            source="deskside",
            at=now,
            conversation_id=one.conversation_id,
            timer="due",
        )
        for one in due
    ]
