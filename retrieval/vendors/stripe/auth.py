"""Stripe's key and the pinned API version on every request, as an httpx auth; it never refreshes and never logs."""

from collections.abc import Generator

import httpx
from pydantic import SecretStr

from retrieval.vendors.stripe.settings import API_VERSION


class RestrictedKey(httpx.Auth):
    """*Source:* Stripe API, "Authentication" and "Versioning" (read 2026-11-22)."""

    def __init__(self, api_key: SecretStr) -> None:
        self._api_key = api_key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._api_key.get_secret_value()}"
        request.headers["Stripe-Version"] = API_VERSION
        yield request
