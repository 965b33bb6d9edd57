"""Calls to Intercom through the house's door: version header, paging, and its error list read into the four errors.

It never logs or repeats the vendor's message, which may quote the customer; codes and field names are enough.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from retrieval.errors import Surprised
from retrieval.http import Calls, Door, Policy, Rate, json_object
from retrieval.vendors.intercom import wire
from retrieval.vendors.intercom.settings import Settings

VENDOR = "intercom"
NAMED = frozenset({400, 404, 405, 409, 410, 413, 415, 422})
"""Refusals whose body says which field was wrong; 401, 403, 429 and 5xx the door understands by itself."""

Read = TypeVar("Read", bound=BaseModel)
PageRead = TypeVar("PageRead", bound=wire.Page)


class Api:
    """What sources and the sink ask with. *Errors:* the four; `Surprised` carries Intercom's own code and field."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def ask(
        self,
        operation: str,
        method: str,
        path: str,
        model: type[Read],
        *,
        json: object | None = None,
        params: dict[str, str | int] | None = None,
        safe_to_repeat: bool | None = None,
    ) -> Read:
        response = await self._door.call(
            operation, method, path, json=json, params=params, safe_to_repeat=safe_to_repeat, answers=NAMED
        )
        if not response.is_success:
            raise refusal(response)
        return parsed(model, response)

    async def ask_if_any(self, operation: str, path: str, model: type[Read]) -> Read | None:
        """A record by its id; None where there is none. A merged contact (410) is followed to the one it became."""
        response = await self._door.call(operation, "GET", path, answers=NAMED)
        if response.status_code == 410 and (canonical := response.links.get("canonical", {}).get("url", "")).startswith("/"):
            response = await self._door.call(operation, "GET", canonical, answers=NAMED)
        if response.status_code in (404, 410):
            return None
        if not response.is_success:
            raise refusal(response)
        return parsed(model, response)


async def every(fetch: Callable[[str | None], Awaitable[PageRead]]) -> AsyncIterator[PageRead]:
    """All pages by their cursor; a cursor that comes twice ends it, so that a confused vendor cannot hold us forever."""
    cursor: str | None = None
    seen: set[str] = set()
    while True:
        page = await fetch(cursor)
        yield page
        cursor = page.cursor
        if cursor is None or cursor in seen:
            return
        seen.add(cursor)


def refusal(response: httpx.Response) -> Surprised:
    """Intercom's error list (type error.list) as the house's error, with the vendor's code and field."""
    try:
        fault = next(iter(wire.Faults.model_validate(response.json()).errors), wire.Fault())
    except ValueError:
        fault = wire.Fault()
    where = f" in {fault.field}" if fault.field else ""
    return Surprised(
        VENDOR,
        f"status {response.status_code} {fault.code or 'without a code'}{where}",
        remedy=f"Intercom refused the request ({fault.code or response.status_code}{where}).",
        code=fault.code or str(response.status_code),
        field=fault.field,
    )


def parsed(model: type[Read], response: httpx.Response) -> Read:
    body = json_object(VENDOR, response)
    try:
        return model.model_validate(body)
    except ValidationError as error:
        field = ".".join(str(one) for one in error.errors()[0]["loc"])
        raise Surprised(
            VENDOR,
            f"{field} is not as documented",
            remedy="Read Intercom's documentation again.",
            field=field,
            doubtful=response.request.method not in ("GET", "HEAD"),
        ) from None


async def _say_when(response: httpx.Response) -> None:
    """Intercom says when its window ends only in X-RateLimit-Reset (unix seconds); the door waits by Retry-After."""
    reset = response.headers.get("X-RateLimit-Reset", "")
    if response.status_code == 429 and "Retry-After" not in response.headers and reset.isdigit():
        response.headers["Retry-After"] = str(round(max(0.0, float(reset) - time.time()), 1))


def connected(settings: Settings, calls: Calls, transport: httpx.AsyncBaseTransport | None) -> tuple[Api, httpx.AsyncClient]:
    """*Units and limits:* the limit holds per window of ten seconds; a leaky bucket can spend its burst and its refill in
    one, so each gets half a window's share."""
    client = httpx.AsyncClient(
        base_url=settings.base_url,
        transport=transport,
        headers={
            "Authorization": f"Bearer {settings.access_token.get_secret_value()}",
            "Intercom-Version": settings.version,
            "Accept": "application/json",
        },
        event_hooks={"response": [_say_when]},
    )
    policy = Policy(rate=Rate(settings.calls_per_minute / 12, 10), timeout_seconds=settings.timeout_seconds)
    return Api(Door(VENDOR, client, policy, calls)), client
