"""Ninja Van's OAuth2 client credentials as an httpx auth: fetches a token, renews it in time or once after a 401.

It never stores a token outside this process and never logs one.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Generator
from datetime import UTC, datetime

import httpx
from pydantic import SecretStr, ValidationError

from retrieval.errors import Refused, Surprised, Throttled, Unavailable
from retrieval.http import retry_after_seconds
from retrieval.vendors.ninjavan.wire import Token

VENDOR = "ninjavan"
EARLY_SECONDS = 300
"""Ninja Van asks for a new token only in the last five minutes of the old one, or after a 401."""


class ClientCredentials(httpx.Auth):
    """*Source:* POST /{country}/2.0/oauth/access_token (public client code and Ninja Van's API page, read 2026-11-22).

    *Errors:* Refused where the client id or key is not accepted. `clock` is seconds since 1970.
    """

    def __init__(
        self, token_url: str, client_id: str, client_secret: SecretStr, clock: Callable[[], float] = time.time
    ) -> None:
        self._token_url, self._client_id, self._client_secret, self._clock = token_url, client_id, client_secret, clock
        self._token: Token | None = None
        self._ends = 0.0
        self._lock = asyncio.Lock()

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        raise RuntimeError("this door is asynchronous")

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        async with self._lock:
            if self._token is None or self._clock() >= self._ends - EARLY_SECONDS:
                answer = yield self._token_request()
                await self._take(answer)
            used = self._token
        response = yield _signed(request, used)
        if response.status_code != 401:
            return
        async with self._lock:
            # Several calls may find the token refused at once: the first one here renews for all.
            if self._token is used:
                answer = yield self._token_request()
                await self._take(answer)
            renewed = self._token
        yield _signed(request, renewed)

    def _token_request(self) -> httpx.Request:
        body = {
            "client_id": self._client_id,
            "client_secret": self._client_secret.get_secret_value(),
            "grant_type": "client_credentials",
        }
        return httpx.Request("POST", self._token_url, json=body)

    async def _take(self, response: httpx.Response) -> None:
        await response.aread()
        token = token_in(response)
        self._token = token
        self._ends = token.expires or self._clock() + (token.expires_in or 0)


def token_in(response: httpx.Response) -> Token:
    status = response.status_code
    if status == 429:
        remedy = "Ninja Van's token endpoint is asked too often; it is tried again by itself."
        wait = retry_after_seconds(response, datetime.now(UTC))
        raise Throttled(VENDOR, "token endpoint 429", remedy=remedy, retry_after_seconds=wait)
    if status >= 500:
        raise Unavailable(VENDOR, f"token endpoint {status}", remedy="It is tried again by itself.")
    if status >= 400:
        raise Refused(VENDOR, f"token endpoint {status}", remedy="Check the Ninja Van client id, client key and country.")
    try:
        return Token.model_validate_json(response.content)
    except ValidationError:
        raise Surprised(VENDOR, "no token in the answer", remedy="Check the Ninja Van base URL and country.") from None


def _signed(request: httpx.Request, token: Token | None) -> httpx.Request:
    request.headers["Authorization"] = f"Bearer {token.access_token if token else ''}"
    return request
