"""The keys that sign Teams' requests, fetched without blocking and kept a day; it believes no key that is not endorsed.

Put into botbuilder's own cache of such documents, in place of its fetcher, which blocks the event loop, waits for ever, and
fails with an IndexError on an unknown key.
"""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from jwt.algorithms import RSAAlgorithm

KEPT_SECONDS = 24 * 3600.0
UNKNOWN_KEY_SECONDS = 300.0
"""A key we do not know makes us look again, but not for every forged one."""

FETCH_SECONDS = 5.0


class KeysUnavailable(Exception):
    """The keys cannot be fetched now: nobody can be believed, and Teams may try again."""


@dataclass(frozen=True)
class SigningKey:
    """What botbuilder's JwtTokenExtractor reads."""

    public_key: Any
    endorsements: list[str]


class SigningKeys:
    """Stands in for botbuilder's metadata object of one address."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url, self._clock = url, clock
        self._keys: dict[str, dict[str, Any]] = {}
        self._fetched_at = float("-inf")
        self._lock = asyncio.Lock()

    async def get(self, key_id: str | None) -> SigningKey:
        """*Errors:* PermissionError for a key that is unknown or endorses nothing; KeysUnavailable."""
        await self._refresh(KEPT_SECONDS)
        if key_id not in self._keys:
            await self._refresh(UNKNOWN_KEY_SECONDS)
        found = self._keys.get(key_id or "")
        if not found or not found.get("endorsements"):
            raise PermissionError("unknown or unendorsed key")
        return SigningKey(RSAAlgorithm.from_jwk(json.dumps(found)), list(found["endorsements"]))

    async def _refresh(self, older_than_seconds: float) -> None:
        async with self._lock:
            if self._clock() - self._fetched_at < older_than_seconds:
                return
            try:
                self._keys = await self._fetched()
                self._fetched_at = self._clock()
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError) as error:
                if not self._keys:
                    raise KeysUnavailable(type(error).__name__) from None

    async def _fetched(self) -> dict[str, dict[str, Any]]:
        limit = aiohttp.ClientTimeout(total=FETCH_SECONDS)
        async with aiohttp.ClientSession(timeout=limit, raise_for_status=True) as session:
            async with session.get(self._url) as response:
                document = await response.json(content_type=None)
            async with session.get(document["jwks_uri"]) as response:
                return {one["kid"]: one for one in (await response.json(content_type=None))["keys"]}
