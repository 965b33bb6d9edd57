"""What a restored backup leaves open: what was decided or told before the restore may have been done already, unknown to us.

So everything of before is read back at the vendor before it is done again; what people pressed after the backup is lost.
"""

from datetime import datetime

from sqlalchemy import Connection

from bot.memory import cursors, outbox
from bot.memory.moments import moment_or_none, stamp

RESTORED = "restored"


def note(conn: Connection, now: datetime) -> None:
    outbox.doubt_all(conn)
    cursors.move(conn, RESTORED, stamp(now), now)


def when(conn: Connection) -> datetime | None:
    """Of the last restore; a service does not run meanwhile, so it asks once."""
    return moment_or_none(cursors.value(conn, RESTORED))
