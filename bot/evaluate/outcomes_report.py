"""The outcomes of drafts out of the service's own database, for the command line; it opens, reads and closes it."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.evaluate.outcomes import outcomes
from bot.memory.database import open_database
from bot.settings import read_settings


async def outcome_rows(days: int) -> list[dict[str, Any]]:
    """*Errors:* BadSettings; StorageUnavailable where the database is not there or is of another version."""
    service = read_settings().service
    url = service.database_url or f"sqlite:///{service.data_dir.resolve() / 'deskside.db'}"
    database = await open_database(url)
    try:
        return [asdict(row) for row in await outcomes(database, datetime.now(UTC) - timedelta(days=days))]
    finally:
        await database.close()
