"""A colleague at work in Salesforce itself, through its own REST API."""

from typing import Any

import httpx


class Colleague:
    """Somebody at Salesforce, through its own REST API."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(base_url=url)

    async def __aenter__(self) -> "Colleague":
        given = {"grant_type": "client_credentials", "client_id": "sandbox-consumer-key"}
        answer = await self._http.post("/services/oauth2/token", data=given | {"client_secret": "sandbox-consumer-secret"})
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def changes(self, case: dict[str, Any], **fields: str) -> None:
        (await self._http.patch(f"/services/data/v62.0/sobjects/Case/{case['Id']}", json=fields)).raise_for_status()

    async def comments(self, case: dict[str, Any], text: str) -> None:
        given = {"ParentId": case["Id"], "CommentBody": text}
        (await self._http.post("/services/data/v62.0/sobjects/CaseComment", json=given)).raise_for_status()

    async def deletes(self, kind: str, record: dict[str, Any]) -> None:
        (await self._http.delete(f"/services/data/v62.0/sobjects/{kind}/{record['Id']}")).raise_for_status()

    async def makes(self, kind: str, **fields: str) -> str:
        answer = await self._http.post(f"/services/data/v62.0/sobjects/{kind}", json=fields)
        answer.raise_for_status()
        return str(answer.json()["id"])
