"""Agents' ratings reach the search index: at once in the process that works on the press, in others with their next sync.

What is true is the table of ratings; the index only mirrors it, so a rating survives a restart and an index made anew.
"""

from collections.abc import Mapping

from bot.jobs import SWEEP, Claimed, Handler, Jobs, NewJob
from bot.memory import Connection, verdicts
from bot.memory.database import Database
from retrieval.index.hybrid import HybridIndex

WEIGH = "weigh_articles"


class Ratings:
    def __init__(self, database: Database, index: HybridIndex) -> None:
        self._database, self._index = database, index

    @property
    def handlers(self) -> Mapping[str, Handler]:
        return {WEIGH: self.changed}

    async def changed(self, _: Claimed) -> None:
        await self.bring()

    async def bring(self) -> None:
        """The index in step with all ratings there are."""
        await self._index.weigh(await self._database.read(verdicts.of_articles))


def weigh_later(jobs: Jobs, conn: Connection, cause: str) -> None:
    """In the transaction that saves the rating."""
    jobs.enqueue(conn, NewJob(kind=WEIGH, payload={}, once_key=f"weigh:{cause}", lock=WEIGH, priority=SWEEP))
