"""The desk's memory: reads what the road saved; never writes."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.desk.office import Made, Remembered
from bot.memory import alerts, bulks, drafts, outbox, posted, presence, runs, threads
from bot.memory.database import Database
from bot.memory.states import States, is_final
from bot.versions import KeptVersions
from playbooks.domain.actions import Action
from playbooks.domain.alert import RaisedAlert
from playbooks.domain.content import Draft
from playbooks.domain.deed import Bulk, ItemOutcome
from playbooks.domain.place import MessageRef, Place
from playbooks.domain.presence import Presence
from playbooks.domain.run import SopRun

ENDED_BADLY = frozenset({outbox.OutboxState.FAILED, outbox.OutboxState.REFUSED})


class Recall:
    """`bot.desk.office.Memory` over the database."""

    def __init__(self, database: Database, versions: KeptVersions | None = None) -> None:
        """`versions` tell when a chat is over; without them none is."""
        self._database, self._versions = database, versions

    async def run(self, conversation_id: str) -> Remembered:
        saved = await self._database.read(lambda conn: runs.load(conn, conversation_id))
        return Remembered(saved.run, saved.facts, saved.version) if saved else Remembered()

    async def draft(self, draft_id: str) -> Draft | None:
        saved = await self._database.read(lambda conn: drafts.find(conn, draft_id))
        return saved.draft if saved else None

    async def latest_draft(self, conversation_id: str) -> Draft | None:
        saved = await self._database.read(lambda conn: drafts.latest(conn, conversation_id))
        return saved.draft if saved else None

    async def undecided(self, conversation_id: str) -> Sequence[Draft]:
        saved = await self._database.read(lambda conn: drafts.undecided(conn, conversation_id))
        return [one.draft for one in saved]

    async def conversation_of(self, place: Place) -> str | None:
        return await self._database.read(lambda conn: threads.conversation_of(conn, place))

    async def places_of(self, conversation_id: str) -> Sequence[Place]:
        return await self._database.read(lambda conn: threads.places_of(conn, conversation_id))

    async def presences(self) -> Sequence[Presence]:
        return await self._database.read(presence.all_told)

    async def posted(self, card_key: str) -> MessageRef | None:
        return await self._database.read(lambda conn: posted.find(conn, card_key))

    async def unused_key(self, once_key: str) -> str:
        key, tries = once_key, 1
        while (row := await self._outbox(key)) is not None and row.state in ENDED_BADLY:
            tries += 1
            key = f"{once_key}:try{tries}"
        return key

    async def _outbox(self, once_key: str) -> outbox.OutboxRow | None:
        return await self._database.read(lambda conn: outbox.find(conn, once_key))

    async def pending(self, conversation_id: str) -> Sequence[Action]:
        rows = await self._database.read(lambda conn: outbox.of_conversation(conn, conversation_id))
        return [row.action for row in rows if row.action is not None and row.state.value in outbox.OPEN]

    async def alerts_of(self, conversation_id: str) -> Sequence[RaisedAlert]:
        return await self._database.read(lambda conn: alerts.of_conversation(conn, conversation_id))

    async def alerts(self, keys: Sequence[str]) -> Sequence[RaisedAlert]:
        return await self._database.read(lambda conn: alerts.find(conn, keys))

    async def alerts_since(self, rule: str, since: datetime) -> int:
        return await self._database.read(lambda conn: alerts.count_since(conn, rule, since))

    async def storm(self, rule: str, limit: int) -> tuple[int, Sequence[RaisedAlert]]:
        return await self._database.read(lambda conn: alerts.rolled_up(conn, rule, limit))

    async def loads(self) -> Mapping[str, int]:
        over = await self._over()
        return await self._database.read(lambda conn: runs.loads(conn, over))

    async def open_runs(self, owners: Sequence[str]) -> Sequence[SopRun]:
        over = await self._over()
        saved = await self._database.read(lambda conn: runs.open_of(conn, owners, over))
        return [one.run for one in saved]

    async def made(self, once_key: str) -> Made | None:
        row = await self._outbox(once_key)
        if row is None or row.action is None or row.state is not outbox.OutboxState.DONE:
            return None
        result = json.loads(row.result or "{}")
        return None if result.get("unchanged") else Made(row.action, result.get("result_id"), result.get("before") or "")

    async def bulk(self, bulk_id: str) -> Bulk | None:
        saved = await self._database.read(lambda conn: bulks.find(conn, bulk_id))
        return saved.bulk if saved else None

    async def bulk_outcomes(self, bulk_id: str) -> Sequence[ItemOutcome]:
        return await self._database.read(lambda conn: bulks.outcomes(conn, bulk_id))

    async def bulk_undone_by(self, bulk_id: str) -> str | None:
        return await self._database.read(lambda conn: bulks.undone_by(conn, bulk_id))

    async def bulks_since(self, agent_id: str, since: datetime) -> int:
        return await self._database.read(lambda conn: bulks.confirmed_since(conn, agent_id, since))

    async def _over(self) -> States:
        return await self._versions.states(is_final) if self._versions else States()
