"""Stripe's read calls through the one door: single objects, lists with paging, search; errors become the house's four.

It writes nothing, and holds no meaning of charges or disputes.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from retrieval.errors import Refused, Surprised, VendorError
from retrieval.http import Door
from retrieval.vendors.stripe.wire import ApiError, ErrorBody, Listed, Thing

VENDOR = "stripe"
PAGE = 100
"""Stripe's largest page."""
MOST_ITEMS = 1000
"""Ten pages: beyond that a person is a test account or a reseller, and the newest thousand are shown."""
WE_JUDGE = frozenset({400, 401, 402, 403, 404, 409})

Item = TypeVar("Item", bound=Thing)
Shape = TypeVar("Shape", bound=BaseModel)
Params = Mapping[str, str | Sequence[str]]


class Api:
    """*Source:* Stripe API 2026-10-28.endive (read 2026-11-22). *Limits:* 100 calls a second in live mode, search 20."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def one(self, operation: str, path: str, shape: type[Item]) -> Item | None:
        """*Empty:* None where Stripe has no such object."""
        response = await self._answer(operation, path, {})
        if response.status_code == 404:
            return None
        return shaped(shape, accepted(response))

    async def all(self, operation: str, path: str, shape: type[Item], params: Params) -> list[Item]:
        """A whole list, newest first, page by page by the last id."""
        items: list[Item] = []
        page: Params = {**params, "limit": str(PAGE)}
        while True:
            listed = _listed(shape, await self._answer(operation, path, page))
            items += listed.data
            if not listed.has_more or not listed.data or len(items) >= MOST_ITEMS:
                return items
            page = {**page, "starting_after": listed.data[-1].id}

    async def found(self, operation: str, path: str, shape: type[Item], query: str) -> list[Item]:
        """One page of a search. What changed within the last minute may be missing: Stripe's index lags."""
        response = await self._answer(operation, f"{path}/search", {"query": query, "limit": str(PAGE)})
        return _listed(shape, response).data

    async def _answer(self, operation: str, path: str, params: Params) -> httpx.Response:
        return await self._door.call(operation, "GET", f"/v1/{path}", params=params, answers=WE_JUDGE)


def _listed(shape: type[Item], response: httpx.Response) -> Listed[Item]:
    return shaped(Listed[shape], accepted(response))  # type: ignore[valid-type]


def quoted(value: str) -> str:
    """The only place where a value becomes part of a search query."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def accepted(response: httpx.Response) -> httpx.Response:
    if not response.is_success:
        raise refusal(response.status_code, response.content)
    return response


def refusal(status: int, body: bytes) -> VendorError:
    """*Source:* Stripe API, "Errors". `str()` of it holds codes only; Stripe's sentence goes into the remedy."""
    try:
        error = ErrorBody.model_validate_json(body).error
    except ValidationError:
        error = ApiError()
    code = error.code or error.type or str(status)
    if status in (401, 403):
        return Refused(VENDOR, f"{status} {code}", remedy=_key_remedy(status))
    return Surprised(
        VENDOR,
        f"{status} {code}",
        remedy=f"Stripe did not accept the request: {error.message}" if error.message else "Read Stripe's documentation again.",
        code=code,
        field=error.param,
    )


def _key_remedy(status: int) -> str:
    if status == 401:
        return "Stripe does not accept the API key: check that it is whole and was not rolled."
    return "The restricted key lacks a read permission: see the Stripe README for the list."


def shaped(shape: type[Shape], response: httpx.Response) -> Shape:
    try:
        return shape.model_validate_json(response.content)
    except ValidationError as error:
        where = ".".join(str(one) for one in error.errors()[0]["loc"])
        raise Surprised(
            VENDOR,
            f"{shape.__name__} is misshapen at {where or 'its top'}",
            remedy="Stripe answered in an unexpected shape; check the pinned API version.",
        ) from None
