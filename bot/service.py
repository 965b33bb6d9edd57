"""A running Deskside: its parts side by side, what they learn at start, and the order in which they stop."""

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field, replace

from starlette.applications import Starlette

from bot.desk import Desk
from bot.desk.office import Office
from bot.jobs import Jobs
from bot.journal import counted
from bot.last_told import LastTold
from bot.memory import draft_history
from bot.memory.database import Database
from bot.metrics import Metrics
from bot.ratings import Ratings
from bot.retention import Retention
from bot.road import Road
from bot.rounds import Rounds
from bot.schedule import Clock
from bot.settings import Settings
from bot.surfaces import Async
from playbooks.domain.content import Article, Macro
from retrieval.classify.macros import TrainedScorer
from retrieval.connection import Connection
from retrieval.content import Knowledge
from retrieval.errors import VendorError
from retrieval.http import Calls
from retrieval.index.hybrid import HybridIndex
from retrieval.index.problems import IndexProblem
from retrieval.ports import SyncReport

log = logging.getLogger(__name__)

LEARN_EVERY_SECONDS = 15 * 60
"""An article that was changed or withdrawn in Intercom is gone from answers within a quarter of an hour."""

MOST_READ = 5000
"""Used macros, the newest; the scorer chooses among them."""


@dataclass
class Service:
    """`web` answers requests, `work` does the jobs; `close` comes after both have ended."""

    settings: Settings
    knowledge: Knowledge
    database: Database
    jobs: Jobs
    road: Road
    desk: Desk
    index: HybridIndex
    calls: Calls
    metrics: Metrics
    web: Starlette
    clock: Clock
    rounds: Rounds
    retention: Retention
    ratings: Ratings
    connections: dict[str, Connection]
    told_macros: LastTold[Macro] = field(default_factory=LastTold)
    told_articles: LastTold[Article] = field(default_factory=LastTold)
    beside: list[tuple[Async, Async]] = field(default_factory=list)
    closes: list[Async] = field(default_factory=list)

    @property
    def office(self) -> Office:
        return self.desk.office

    async def work(self, stop: asyncio.Event) -> None:
        """Jobs and the clock until `stop`."""
        await self.clock.start()
        for start, _ in self.beside:
            await start()
        handlers = {**self.road.handlers, **self.rounds.handlers, **self.retention.handlers, **self.ratings.handlers}
        try:
            counting = counted(handlers, self.metrics, self.office.clock)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.road.sorter.run(stop))
                tasks.create_task(self.jobs.work(counting, stop, self.settings.service.workers, self.road.buried))
        finally:
            self.clock.stop()
            for _, stop_beside in self.beside:
                await stop_beside()

    async def learn(self) -> SyncReport:
        """Macros and articles of our files and of the connected systems: which macro fits what, and the index in step.

        A system that is away takes nothing from the others. *Errors:* the vendor error of one whose articles were never read
        here: the index is left as it is then, or that system's articles would go from it.
        """
        told, _ = await self.told_macros.all(
            {name: one.macro_source.macros for name, one in self.connections.items() if one.macro_source is not None}
        )
        macros = (*self.knowledge.macros, *told)
        self.desk.office = replace(self.office, macros=macros)
        if isinstance(self.office.scorer, TrainedScorer):
            used = await self.database.read(lambda conn: draft_history.used_macros(conn, MOST_READ))
            await asyncio.to_thread(self.office.scorer.learn, macros, used)
        articles, unknown = await self.told_articles.all(
            {name: one.article_source.articles for name, one in self.connections.items() if one.article_source is not None}
        )
        if unknown is not None:
            raise unknown
        report = await self.index.sync([*self.knowledge.articles, *articles])
        await self.ratings.bring()
        return report

    async def keep_learning(self, stop: asyncio.Event) -> None:
        """At start and then every quarter of an hour until `stop`."""
        while not stop.is_set():
            try:
                await self.learn()
            except VendorError as error:
                log.warning("the index is as it was", extra={"vendor": error.vendor, "reason": error.reason})
            except (IndexProblem, OSError) as error:  # an embedding service may be away too
                log.error("the index could not be brought in step", extra={"why": str(error)})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LEARN_EVERY_SECONDS)

    async def close(self) -> None:
        for close in self.closes:
            await close()
        for closing in self.connections.values():
            if closing.close is not None:
                with contextlib.suppress(OSError):
                    await closing.close()
        if self.office.drafter is not None:
            await self.office.drafter.aclose()
        self.index.close()
        await self.database.close()
