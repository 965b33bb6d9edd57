"""Procedures by version: keeps what is loaded, and finds the version a running chat began with; it steps none of them."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from bot.memory import Connection, sop_versions
from bot.memory.database import Database
from bot.memory.states import States, states
from playbooks.domain.sop import Sop

DIGEST_LETTERS = 8
"""Enough to tell apart the few texts that one version name was ever given."""


class KeptVersions:
    """`bot.desk.office.Versions` over the database. A kept version never changes, so what was read once is remembered."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read: dict[tuple[str, str], Sop] = {}

    async def find(self, sop_id: str, version: str) -> Sop | None:
        known = self._read.get((sop_id, version))
        if known is None:
            known = await self._database.read(lambda conn: sop_versions.find(conn, sop_id, version))
            if known is not None:
                self._read[(sop_id, version)] = known
        return known

    async def every(self) -> Sequence[Sop]:
        """All that were ever kept, those of other processes included."""
        named = await self._database.read(sop_versions.names)
        found = [await self.find(sop_id, version) for sop_id, version in named]
        return [one for one in found if one is not None]

    async def states(self, holds: Callable[[Sop, str], bool]) -> States:
        """The states of a kind in every version of every procedure, since any of them may still have runs."""
        return states(await self.every(), holds)

    async def keep(self, sops: Iterable[Sop], at: datetime) -> Mapping[str, Sop]:
        """The procedures under the version names by which their runs will find them again, by sop_id."""
        loaded = tuple(sops)
        kept = await self._database.transact(lambda conn: [kept_as(conn, one, at) for one in loaded])
        return {one.sop_id: one for one in kept}


def kept_as(conn: Connection, sop: Sop, at: datetime) -> Sop:
    named = under_its_name(conn, sop)
    sop_versions.keep(conn, named, at)
    return named


def under_its_name(conn: Connection, sop: Sop) -> Sop:
    """Whoever changes a table and forgets its version changes it for new chats only: the text's digest joins the name."""
    kept = sop_versions.find(conn, sop.sop_id, sop.version)
    if kept is None or kept == sop:
        return sop
    text = sop.model_dump_json(exclude_defaults=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LETTERS]
    return sop.model_copy(update={"version": f"{sop.version}+{digest}"})
