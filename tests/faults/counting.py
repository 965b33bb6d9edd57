"""Jobs that count themselves in the database, in the transaction that ends them: a lost or doubled one shows."""

import asyncio
from dataclasses import dataclass

from bot.engines import jobs_in
from bot.jobs import Claimed, Commit, NewJob, Patience, Policies, Timing
from bot.memory import Connection, counters
from bot.memory.database import Database, open_database

KIND = "count"
TIMING = Timing(lease_seconds=1.5, beat_seconds=0.2, poll_seconds=0.2, grace_seconds=2)
POLICIES = Policies(Patience(attempts=1000, first_wait_seconds=0.02, longest_wait_seconds=0.2, limit_seconds=10))
WORK_SECONDS = 0.002


async def counting(url: str, ended: asyncio.Event) -> None:
    """A worker until `ended`."""
    database = await open_database(url)
    try:
        await jobs_in(database, policies=POLICIES, timing=TIMING).work({KIND: counted}, ended, concurrency=8)
    finally:
        await database.close()


async def counted(claimed: Claimed) -> Commit:
    await asyncio.sleep(WORK_SECONDS)
    line, number = claimed.payload["line"], claimed.payload["number"]

    def commit(conn: Connection) -> None:
        if counters.value(conn, f"line:{line}") != number:
            counters.add(conn, "out of order")
        counters.add(conn, f"line:{line}")
        counters.add(conn, "done")

    return commit


@dataclass
class Tally:
    enqueued: int
    done: int
    out_of_order: int
    deaths: int = 0
    cuts: int = 0


class Feeder:
    """Puts numbered jobs into lines; each line must be counted in order, each job once."""

    def __init__(self, database: Database, lines: int) -> None:
        self._database, self._lines, self.enqueued = database, lines, 0
        self._jobs = jobs_in(database, policies=POLICIES, timing=TIMING)

    async def feed(self) -> None:
        number = self.enqueued // self._lines

        def put(conn: Connection) -> None:
            for line in range(self._lines):
                payload = {"line": line, "number": number}
                self._jobs.enqueue(conn, NewJob(KIND, payload, f"{line}:{number}", lock=f"line:{line}"))

        await self._database.transact(put)
        self.enqueued += self._lines

    async def tally(self) -> Tally:
        values = await self._database.read(counters.all_values)
        return Tally(self.enqueued, values.get("done", 0), values.get("out of order", 0))
