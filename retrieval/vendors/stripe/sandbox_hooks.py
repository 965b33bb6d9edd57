"""The sandbox account's webhooks: signs an event and posts it to the registered endpoints. It uses no code of the client.

*Source:* Stripe signature scheme v1: HMAC-SHA256 over "{t}.{body}" (read 2026-11-22).
"""

import hashlib
import hmac
import json
from dataclasses import dataclass

import httpx

from retrieval.vendors.stripe.sandbox_shapes import Shape


@dataclass(frozen=True)
class Endpoint:
    url: str
    secret: str


def signature(secret: str, body: bytes, at: int) -> str:
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


class Hooks:
    """`deliveries` is the journal: where, which event, what was answered (0: nobody)."""

    def __init__(self) -> None:
        self.endpoints: list[Endpoint] = []
        self.deliveries: list[dict[str, object]] = []

    async def send(self, event: Shape, at: int) -> list[dict[str, object]]:
        body = json.dumps(event | {"pending_webhooks": len(self.endpoints)}).encode()
        made = [await self._deliver(one, str(event["id"]), body, at) for one in self.endpoints]
        self.deliveries += made
        return made

    async def _deliver(self, endpoint: Endpoint, event_id: str, body: bytes, at: int) -> dict[str, object]:
        headers = {"Content-Type": "application/json", "Stripe-Signature": signature(endpoint.secret, body, at)}
        try:
            async with httpx.AsyncClient(timeout=10) as client:
                answer = (await client.post(endpoint.url, content=body, headers=headers)).status_code
        except httpx.HTTPError:
            answer = 0
        return {"url": endpoint.url, "event": event_id, "status": answer}
