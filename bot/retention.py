"""The daily sweep of what is no longer needed, by the clock; the periods are settings."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.jobs import Claimed, Commit, Handler, Jobs
from bot.memory import Connection
from bot.memory.retention import Kept, swept
from bot.schedule import Tick

log = logging.getLogger(__name__)

RETENTION = "retention"
DAILY = Tick(RETENTION, timedelta(days=1))


class Retention:
    def __init__(self, jobs: Jobs, kept: Kept, clock: Callable[[], datetime]) -> None:
        self._jobs, self._kept, self._clock = jobs, kept, clock

    @property
    def handlers(self) -> Mapping[str, Handler]:
        return {RETENTION: self.sweep}

    async def sweep(self, _: Claimed) -> Commit:
        now = self._clock()

        def sweep(conn: Connection) -> None:
            log.info("swept", extra={"swept": swept(conn, self._jobs, self._kept, now)})

        return sweep
