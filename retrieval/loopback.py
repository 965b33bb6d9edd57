"""A small JSON client for addresses on this machine: sandboxes' control routes, and the demo's agent at the console."""

from typing import Any

import httpx


class Unreachable(Exception):
    """Nobody answers there, or not as one of ours would."""


class Loopback:
    """Keeps cookies. *Errors:* ValueError with the answer's words for a 4xx, Unreachable for everything else."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.AsyncClient(base_url=url, timeout=10)

    async def get(self, path: str, **params: str | int) -> Any:
        return (await self._answered("GET", path, params=params)).json()

    async def post(self, path: str, body: object) -> Any:
        response = await self._answered("POST", path, json=body)
        return response.json() if response.content else None

    async def delete(self, path: str) -> None:
        await self._answered("DELETE", path)

    async def _answered(self, method: str, path: str, **given: Any) -> httpx.Response:
        try:
            response = await self._client.request(method, path, **given)
        except httpx.HTTPError as error:
            raise Unreachable(f"{method} {self.url}{path}: {type(error).__name__}") from None
        if response.is_client_error:
            raise ValueError(response.text)
        if not response.is_success:
            raise Unreachable(f"{method} {self.url}{path}: status {response.status_code}")
        return response

    async def aclose(self) -> None:
        await self._client.aclose()
