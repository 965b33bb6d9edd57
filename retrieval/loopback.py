"""A small JSON client for addresses on this machine: sandboxes' control routes, and the demo's agent at the console."""

from typing import Any

import httpx


class Loopback:
    """Keeps cookies. *Errors:* ValueError with the answer's words for a 4xx, httpx's own for the rest."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.AsyncClient(base_url=url, timeout=10)

    async def get(self, path: str, **params: str | int) -> Any:
        response = await self._client.get(path, params=params)
        response.raise_for_status()
        return response.json()

    async def post(self, path: str, body: object) -> Any:
        response = await self._client.post(path, json=body)
        if response.is_client_error:
            raise ValueError(response.text)
        response.raise_for_status()
        return response.json() if response.content else None

    async def delete(self, path: str) -> None:
        (await self._client.delete(path)).raise_for_status()

    async def aclose(self) -> None:
        await self._client.aclose()
