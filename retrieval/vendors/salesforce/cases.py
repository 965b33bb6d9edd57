"""Reads Salesforce cases: one by id or by our key, and the ones that changed since a cursor. It writes nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playbooks.domain.case import Case
from playbooks.domain.events import CaseUpdated
from retrieval.vendors.salesforce import queries, soql, translate
from retrieval.vendors.salesforce.rest import Budget, ExternalKey, Rest, path_segment
from retrieval.vendors.salesforce.settings import Settings
from retrieval.vendors.salesforce.wire import CaseRow

LOWEST_ID = "0" * 15


@dataclass(frozen=True)
class CaseChanges:
    """Changes, oldest first. Store `cursor` in the transaction that stores the events; poll again at once when `more`."""

    events: tuple[CaseUpdated, ...]
    cursor: str
    more: bool = False


class SalesforceCases:
    """CaseSource. *Source:* sobjects/Case and /query, v62.0 (read 2026-11-22)."""

    def __init__(self, rest: Rest, settings: Settings) -> None:
        self._rest, self._settings = rest, settings

    @property
    def budget(self) -> Budget | None:
        """The org's daily requests as the last answer of any role told; None before the first."""
        return self._rest.budget

    async def case(self, case_id: str) -> Case | None:
        row = await self._rest.record("case", f"Case/{path_segment(case_id)}", queries.case_fields(self._settings), CaseRow)
        return translate.case(row, self._settings) if row else None

    async def case_by_external_id(self, external_id: str) -> Case | None:
        """By the record, not by a query: what was just written is found at once."""
        key = ExternalKey("Case", self._settings.key_field, external_id)
        row = await self._rest.keyed("case", key, queries.case_fields(self._settings), CaseRow)
        return translate.case(row, self._settings) if row else None

    async def updated_since(self, cursor: str | None, now: datetime, limit: int = 200) -> CaseChanges:
        """Our cases (those with our key) that changed after `cursor`; None begins at `now`.

        Ordered by SystemModstamp, then Id, and the cursor is both: records of one moment are neither lost nor repeated
        across pages. SystemModstamp has whole seconds and is set before the commit, so the last `settle_seconds` are left
        for the next poll; the cursor never moves past what was seen.
        """
        if cursor is None:
            return CaseChanges(events=(), cursor=cursor_at(now))
        rows = await self._rest.query("case_changes", self._changes_query(cursor, now, limit), CaseRow)
        events = tuple(translate.case_updated(row, self._settings) for row in rows)
        reached = f"{soql.moment(rows[-1].SystemModstamp)}|{rows[-1].Id}" if rows else cursor
        return CaseChanges(events=events, cursor=reached, more=len(rows) == limit)

    def _changes_query(self, cursor: str, now: datetime, limit: int) -> str:
        at, last_id = _opened(cursor)
        until = now - timedelta(seconds=self._settings.settle_seconds)
        where = (
            f"{self._settings.key_field} != null AND SystemModstamp <= {soql.moment(until)} AND "
            f"(SystemModstamp > {soql.moment(at)} OR (SystemModstamp = {soql.moment(at)} AND Id > {soql.text(last_id)}))"
        )
        return queries.case_query(self._settings, where, "SystemModstamp, Id", limit)


def cursor_at(moment: datetime) -> str:
    """A cursor that begins at this moment (the second it falls into included)."""
    return f"{soql.moment(moment)}|{LOWEST_ID}"


def _opened(cursor: str) -> tuple[datetime, str]:
    moment, _, last_id = cursor.partition("|")
    return datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC), last_id
