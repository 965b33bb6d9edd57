"""One question to a language model, bounded by a deadline, left alone while it rests, its cost told; it keeps nothing."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from playbooks.domain.writing import Usage
from retrieval.errors import Unavailable, VendorError
from retrieval.http import Calls
from retrieval.llm.answers import NAME
from retrieval.llm.heard import Hear, Heard, Source
from retrieval.llm.rest import Rest
from retrieval.llm.settings import LlmSettings

SLOW = "The model was too slow. Raise DESKSIDE_LLM_DEADLINE_SECONDS, or choose a smaller model."


@dataclass(frozen=True)
class Told:
    text: str
    usage: Usage


class Chat:
    def __init__(
        self,
        settings: LlmSettings,
        source: Source,
        clock: Callable[[], float] = time.monotonic,
        calls: Calls | None = None,
    ) -> None:
        self._settings, self._source, self._clock, self._rest = settings, source, clock, Rest(clock)
        self._calls, self._host = calls or Calls(), urlsplit(settings.base_url).hostname or ""

    async def ask(
        self,
        messages: list[dict[str, str]],
        schema: Mapping[str, object],
        prompt_version: str,
        hear: Hear = lambda _: None,
    ) -> Told:
        """`hear` is told the text as far as it is there.

        *Errors:* Throttled, Unavailable (also past the deadline), Refused, Surprised (refusal, cut off, filtered).
        """
        self._rest.check()
        await self._source.load()
        begun = self._clock()
        try:
            with self._calls.watched(NAME, "chat", "POST", self._host):
                heard = await self._in_time(messages, schema, hear)
        except VendorError as error:
            self._rest.failed(error)
            raise
        self._rest.went_well()
        return Told(heard.text, self._usage(heard, prompt_version, round((self._clock() - begun) * 1000)))

    async def aclose(self) -> None:
        await self._source.aclose()

    async def _in_time(self, messages: list[dict[str, str]], schema: Mapping[str, object], hear: Hear) -> Heard:
        try:
            async with asyncio.timeout(self._settings.deadline_seconds):
                return await self._source.answer(messages, schema, hear)
        except TimeoutError:
            raise Unavailable(NAME, "no whole answer within the deadline", remedy=SLOW) from None

    def _usage(self, heard: Heard, prompt_version: str, milliseconds: int) -> Usage:
        return Usage(
            model=self._settings.model,
            prompt_version=prompt_version,
            prompt_tokens=heard.read_tokens,
            cached_tokens=heard.cached_tokens,
            completion_tokens=heard.written_tokens,
            cost_usd=self._cost(heard.read_tokens, heard.written_tokens),
            milliseconds=milliseconds,
        )

    def _cost(self, asked: int | None, answered: int | None) -> Decimal | None:
        prices = (self._settings.input_usd, self._settings.output_usd)
        if not any(prices) or asked is None or answered is None:
            return None
        return (asked * prices[0] + answered * prices[1]) / 1_000_000
