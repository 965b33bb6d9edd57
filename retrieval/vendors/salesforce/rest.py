"""Salesforce's REST calls through the one door: query with paging, records, upsert; errors become the house's four.

It holds no meaning of cases or contacts, and never repeats a write by itself.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from retrieval.errors import Surprised
from retrieval.http import Door
from retrieval.vendors.salesforce.refusals import VENDOR, refusal
from retrieval.vendors.salesforce.wire import Description, QueryPage, Row, Saved

WE_JUDGE = frozenset({300, 400, 401, 403, 404, 405, 409, 412, 415, 420, 431})
"""Statuses whose body says more than the number: the door lets them through and `refusal` reads them."""

AnyRow = TypeVar("AnyRow", bound=Row)
Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True)
class Budget:
    """The org's API requests of the rolling 24 hours, as the last answer told."""

    used: int
    limit: int


@dataclass(frozen=True)
class ExternalKey:
    """A record's address by an external-id field of ours."""

    kind: str
    field: str
    value: str

    @property
    def path(self) -> str:
        return f"{self.kind}/{self.field}/{path_segment(self.value)}"


class Rest:
    """*Source:* REST API v62.0 (read 2026-11-22). *Limits:* the org's daily requests, see `budget`."""

    def __init__(self, door: Door, api_version: str) -> None:
        self._door, self._base = door, f"/services/data/v{api_version}"
        self.budget: Budget | None = None
        self.answered_at: datetime | None = None
        """Salesforce's own clock, as its last answer told it, in whole seconds; None where that told none."""

    async def query(self, operation: str, soql: str, row: type[AnyRow]) -> list[AnyRow]:
        """All rows, following nextRecordsUrl (2,000 a page); the SOQL's own LIMIT bounds it."""
        page = shaped(QueryPage, await self._call(operation, "GET", f"{self._base}/query", params={"q": soql}))
        rows = [_row(row, one) for one in page.records]
        while not page.done and page.nextRecordsUrl:
            page = shaped(QueryPage, await self._call(operation, "GET", page.nextRecordsUrl))
            rows += [_row(row, one) for one in page.records]
        return rows

    async def record(self, operation: str, path: str, fields: Sequence[str], row: type[AnyRow]) -> AnyRow | None:
        """*Empty:* None where there is no such record."""
        response = await self._answer(operation, "GET", self._sobjects(path), params={"fields": ",".join(fields)})
        return None if response.status_code == 404 else shaped(row, self._accepted(response))

    async def keyed(self, operation: str, key: ExternalKey, fields: Sequence[str], row: type[AnyRow]) -> AnyRow | None:
        """The record with this external id, read at once after it was written (no index in between).

        *Empty:* None. *Errors:* Surprised where several records carry the key.
        """
        response = await self._answer(operation, "GET", self._sobjects(key.path), params={"fields": ",".join(fields)})
        if response.status_code == 300:
            raise several_records(key)
        return None if response.status_code == 404 else shaped(row, self._accepted(response))

    async def create(
        self, operation: str, kind: str, fields: Mapping[str, object], headers: Mapping[str, str] | None = None
    ) -> str:
        made = await self._call(operation, "POST", self._sobjects(kind), json=dict(fields), headers=headers)
        return shaped(Saved, made).id

    async def change(self, operation: str, path: str, fields: Mapping[str, object]) -> None:
        """204 without a body; it states how a record is to be, so it may be repeated."""
        await self._call(operation, "PATCH", self._sobjects(path), json=dict(fields))

    async def upsert(self, operation: str, key: ExternalKey, fields: Mapping[str, object]) -> None:
        """201 created, 200 (204 before v46) updated. *Errors:* as `keyed`; doubtful where the answer is garbage."""
        response = await self._answer(operation, "PATCH", self._sobjects(key.path), json=dict(fields))
        if response.status_code == 300:
            raise several_records(key)
        if self._accepted(response).status_code != 204:
            shaped(Saved, response)

    async def describe(self, kind: str) -> Description:
        return shaped(Description, await self._call("describe", "GET", self._sobjects(f"{kind}/describe")))

    def _sobjects(self, path: str) -> str:
        return f"{self._base}/sobjects/{path}"

    async def _call(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: object | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        return self._accepted(await self._answer(operation, method, path, params=params, json=json, headers=headers))

    async def _answer(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: object | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        given = {"params": params, "json": json, "headers": headers}
        response = await self._door.call(operation, method, path, answers=WE_JUDGE, **given)  # type: ignore[arg-type]
        self.answered_at = moment_in(response.headers.get("Date", ""))
        if told := budget_in(response.headers.get("Sforce-Limit-Info", "")):
            self.budget = told
            self._door.has_left(told.limit - told.used, told.limit)
        return response

    def _accepted(self, response: httpx.Response) -> httpx.Response:
        if not response.is_success:
            raise refusal(response.status_code, response.content)
        return response


def budget_in(header: str) -> Budget | None:
    """From "api-usage=18/15000", with or without a per-app part behind it."""
    found = re.search(r"(?<!-)\bapi-usage=(\d+)/(\d+)", header)
    return Budget(used=int(found[1]), limit=int(found[2])) if found else None


def moment_in(header: str) -> datetime | None:
    """The moment of an HTTP date. *Empty:* None for what is none."""
    try:
        return parsedate_to_datetime(header).astimezone(UTC)
    except (ValueError, TypeError):
        return None


def path_segment(value: str) -> str:
    return quote(value, safe="")


def shaped(shape: type[Shape], response: httpx.Response) -> Shape:
    """*Errors:* Surprised where the body is not of this shape; doubtful after a write, which may well have happened."""
    try:
        return shape.model_validate_json(response.content)
    except ValidationError as error:
        raise _misshapen(shape, error, doubtful=response.request.method != "GET") from None


def several_records(key: ExternalKey) -> Surprised:
    return Surprised(
        VENDOR,
        f"several records carry one {key.field}",
        remedy=f"Make {key.field} unique in Salesforce (Object Manager → {key.kind} → {key.field}) and merge the doubles.",
        code="300",
        field=key.field,
    )


def _row(row: type[AnyRow], record: object) -> AnyRow:
    try:
        return row.model_validate(record)
    except ValidationError as error:
        raise _misshapen(row, error, doubtful=False) from None


def _misshapen(shape: type[BaseModel], error: ValidationError, doubtful: bool) -> Surprised:
    where = ".".join(str(one) for one in error.errors()[0]["loc"])
    return Surprised(
        VENDOR,
        f"{shape.__name__} is misshapen at {where or 'its top'}",
        remedy="Salesforce answered in an unexpected shape; check the API version.",
        doubtful=doubtful,
    )
