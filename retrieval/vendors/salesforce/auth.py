"""Salesforce's OAuth client-credentials flow as an httpx auth: fetches a token, renews it once when the session ended.

It never stores a token outside this process and never logs one.
"""

import asyncio
from collections.abc import AsyncGenerator, Generator

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from retrieval.errors import Refused, Surprised, Unavailable

VENDOR = "salesforce"


class Token(BaseModel):
    access_token: SecretStr
    instance_url: str


class ClientCredentials(httpx.Auth):
    """*Source:* POST {login}/services/oauth2/token, grant_type client_credentials (Salesforce Help, read 2026-11-22).

    Requests go to the `instance_url` the token names. *Errors:* Refused where the app or its secret is not accepted.
    """

    def __init__(self, login_url: str, client_id: str, client_secret: SecretStr) -> None:
        self._token_url = f"{login_url.rstrip('/')}/services/oauth2/token"
        self._client_id, self._client_secret = client_id, client_secret
        self._token: Token | None = None
        self._lock = asyncio.Lock()

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        raise RuntimeError("this door is asynchronous")

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        async with self._lock:
            if self._token is None:
                self._token = token_in(await _read((yield self._token_request())))
            used = self._token
        response = yield signed(request, used)
        if not await session_ended(response):
            return
        async with self._lock:
            # Several calls may find the session ended at once: the first one here renews for all.
            if self._token is used:
                self._token = token_in(await _read((yield self._token_request())))
            used = self._token
        yield signed(request, used)

    def _token_request(self) -> httpx.Request:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._client_secret.get_secret_value(),
        }
        return httpx.Request("POST", self._token_url, data=form, headers={"Accept": "application/json"})


def signed(request: httpx.Request, token: Token) -> httpx.Request:
    instance = httpx.URL(token.instance_url)
    request.url = request.url.copy_with(scheme=instance.scheme, host=instance.host, port=instance.port)
    request.headers["Host"] = request.url.netloc.decode()
    request.headers["Authorization"] = f"Bearer {token.access_token.get_secret_value()}"
    return request


async def session_ended(response: httpx.Response) -> bool:
    return response.status_code == 401 and b"INVALID_SESSION_ID" in await response.aread()


async def _read(response: httpx.Response) -> httpx.Response:
    await response.aread()
    return response


def token_in(response: httpx.Response) -> Token:
    if response.status_code >= 500 or response.status_code == 429:
        raise Unavailable(VENDOR, f"token endpoint {response.status_code}", remedy="It is tried again by itself.")
    if response.status_code >= 400:
        raise Refused(
            VENDOR,
            f"token endpoint {response.status_code}",
            remedy="Check the Salesforce client id and secret, and that the app's client credentials flow has a run-as user.",
        )
    try:
        return Token.model_validate_json(response.content)
    except ValidationError:
        raise Surprised(VENDOR, "no token in the answer", remedy="Check that the login URL is the org's My Domain.") from None
