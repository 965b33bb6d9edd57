"""Reads Salesforce cases: one by id or by our key, and the ones that changed since a cursor. It writes nothing."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from playbooks.domain.case import Case, CaseField
from retrieval.ports import CaseChanges
from retrieval.vendors.salesforce import queries, soql, translate
from retrieval.vendors.salesforce.people import CasePeople
from retrieval.vendors.salesforce.rest import Budget, ExternalKey, Rest, path_segment
from retrieval.vendors.salesforce.settings import Settings
from retrieval.vendors.salesforce.wire import CaseRow, CommentRow, FieldDescription

__all__ = ["CaseChanges", "SalesforceCases", "cursor_at"]

DESCRIBED_FOR_SECONDS = 600.0
LOWEST_ID = "0" * 15
Stamped = TypeVar("Stamped", CaseRow, CommentRow)


class SalesforceCases(CasePeople):
    """CaseSource. *Source:* sobjects/Case and /query, v62.0 (read 2026-11-22)."""

    def __init__(self, rest: Rest, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(rest, settings)
        self._clock = clock
        self._described: tuple[float, Mapping[str, FieldDescription]] | None = None

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

    async def case_fields(self, names: Sequence[str]) -> Sequence[CaseField]:
        known = await self.described()
        return [translate.case_field(known[one]) for one in names if one in known]

    async def described(self) -> Mapping[str, FieldDescription]:
        """*Source:* sobjects/Case/describe, kept for ten minutes: a picklist changes rarely, and the answer is large."""
        if self._described is None or self._clock() - self._described[0] > DESCRIBED_FOR_SECONDS:
            found = await self._rest.describe("Case")
            self._described = (self._clock(), {one.name: one for one in found.fields})
        return self._described[1]

    async def updated_since(self, cursor: str | None, now: datetime, limit: int = 200) -> CaseChanges:
        """Our cases (those with our key) that changed after `cursor`; None begins at `now`.

        Ordered by SystemModstamp, then Id, and the cursor is both: records of one moment are neither lost nor repeated
        across pages. SystemModstamp has whole seconds and is set before the commit, so the last `settle_seconds` by
        Salesforce's own clock, whatever ours says, are left for the next poll; the cursor never moves past what was seen.
        """
        if cursor is None:
            return await self._beginning(now)
        rows = self._settled(await self._rest.query("case_changes", self._changes_query(cursor, now, limit), CaseRow))
        events = tuple(translate.case_updated(row, self._settings) for row in rows)
        reached = f"{soql.moment(rows[-1].SystemModstamp)}|{rows[-1].Id}" if rows else cursor
        return CaseChanges(events=events, cursor=reached, more=len(rows) == limit)

    async def commented_since(self, cursor: str | None, now: datetime, limit: int = 200) -> CaseChanges:
        """Comments on our cases that are not ours, after `cursor`; None begins at `now`. Asked by themselves, because whether a
        comment stamps its case anew is not documented. One call more for each case that was commented on."""
        if cursor is None:
            return await self._beginning(now)
        where = self._window(cursor, now, f"Parent.{self._settings.key_field}")
        rows = self._settled(await self._rest.query("case_comments", queries.comments_query(where, limit), CommentRow))
        theirs = [row for row in rows if row.ParentId and not _ours(row)]
        parents = {one: await self._parent(one) for one in sorted({row.ParentId for row in theirs if row.ParentId})}
        events = [
            translate.case_commented(row, parent, self._settings) for row in theirs if (parent := parents[row.ParentId or ""])
        ]
        last = rows[-1] if rows else None
        reached = f"{soql.moment(last.SystemModstamp)}|{last.Id}" if last and last.SystemModstamp else cursor
        return CaseChanges(events=tuple(events), cursor=reached, more=len(rows) == limit)

    async def _beginning(self, now: datetime) -> CaseChanges:
        """Nothing yet, from here on. A clock of ours that is ahead must not begin in Salesforce's future: it is asked."""
        if self._rest.answered_at is None:
            await self._rest.query("case_changes", self._changes_query(cursor_at(now), now, 1), CaseRow)
        return CaseChanges(events=(), cursor=cursor_at(min(now, self._rest.answered_at or now)))

    def _settled(self, rows: Sequence[Stamped]) -> Sequence[Stamped]:
        """Those of seconds that are over where they were stamped. *Source:* the answer's Date header; without it, our clock."""
        if self._rest.answered_at is None:
            return rows
        until = self._rest.answered_at - timedelta(seconds=self._settings.settle_seconds)
        return [row for row in rows if row.SystemModstamp is None or row.SystemModstamp <= until]

    async def _parent(self, case_id: str) -> CaseRow | None:
        return await self._rest.record("case", f"Case/{path_segment(case_id)}", queries.case_fields(self._settings), CaseRow)

    def _changes_query(self, cursor: str, now: datetime, limit: int) -> str:
        where = self._window(cursor, now, self._settings.key_field)
        return queries.case_query(self._settings, where, "SystemModstamp, Id", limit)

    def _window(self, cursor: str, now: datetime, key_field: str) -> str:
        at, last_id = _opened(cursor)
        until = now - timedelta(seconds=self._settings.settle_seconds)
        return (
            f"{key_field} != null AND SystemModstamp <= {soql.moment(until)} AND "
            f"(SystemModstamp > {soql.moment(at)} OR (SystemModstamp = {soql.moment(at)} AND Id > {soql.text(last_id)}))"
        )


def _ours(row: CommentRow) -> bool:
    """Our own comments end with their key (`people.key_line`)."""
    lines = (row.CommentBody or "").splitlines()
    return bool(lines) and lines[-1].startswith("[deskside:")


def cursor_at(moment: datetime) -> str:
    """A cursor that begins at this moment (the second it falls into included)."""
    return f"{soql.moment(moment)}|{LOWEST_ID}"


def _opened(cursor: str) -> tuple[datetime, str]:
    moment, _, last_id = cursor.partition("|")
    return datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC), last_id
