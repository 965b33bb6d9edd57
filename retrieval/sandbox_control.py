"""Steers running sandboxes over HTTP, for the demo, `deskside sandbox` and tests; never used against a vendor."""

from typing import Any

import httpx


class SandboxControl:
    """One sandbox's control routes. *Errors:* httpx's own; a sandbox that refuses an order raises ValueError with its words."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.AsyncClient(base_url=url, timeout=10)

    async def fault(self, **order: object) -> None:
        """Order a fault: the fields of retrieval.sandbox.Fault."""
        await self.post("/_sandbox/faults", order)

    async def clear_faults(self) -> None:
        await self._client.delete("/_sandbox/faults")

    async def calls(self) -> list[dict[str, Any]]:
        answer: list[dict[str, Any]] = await self.get("/_sandbox/calls")
        return answer

    async def state(self) -> Any:
        return await self.get("/_sandbox/state")

    async def get(self, path: str) -> Any:
        response = await self._client.get(path)
        response.raise_for_status()
        return response.json()

    async def post(self, path: str, body: object) -> Any:
        response = await self._client.post(path, json=body)
        if response.is_client_error:
            raise ValueError(response.text)
        response.raise_for_status()
        return response.json() if response.content else None

    async def aclose(self) -> None:
        await self._client.aclose()
