"""One question to an OpenAI-compatible server, streamed and bounded by a deadline; it offers no tools and keeps nothing.

*Source:* POST /v1/chat/completions, streamed (platform.openai.com/docs/api-reference/chat, remembered; openai-python 3.54).
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playbooks.domain.writing import Usage
from retrieval.errors import Surprised, Unavailable, VendorError
from retrieval.http import Calls
from retrieval.llm.answers import NAME, UNUSABLE
from retrieval.llm.failures import translated
from retrieval.llm.rest import Rest
from retrieval.llm.settings import LlmSettings

if TYPE_CHECKING:
    from openai import AsyncOpenAI

LONGEST_ANSWER = 40_000
"""Characters; a model that runs away is cut off here whatever the server allows."""
SLOW = "The model was too slow. Raise DESKSIDE_LLM_DEADLINE_SECONDS, or choose a smaller model."
CUT = "The model's answer broke off. If it happens again, look at the server's log."


@dataclass
class _Heard:
    """What has arrived so far."""

    text: str = ""
    refusal: str = ""
    finish: str | None = None
    counted: Any = None


@dataclass(frozen=True)
class Told:
    text: str
    usage: Usage


class Chat:
    """Formats are tried from the strictest down; what a server refuses is not tried again with it."""

    def __init__(self, settings: LlmSettings, clock: Callable[[], float] = time.monotonic, calls: Calls | None = None) -> None:
        self._settings, self._clock, self._rest = settings, clock, Rest(clock)
        self._calls, self._host = calls or Calls(), urlsplit(settings.base_url).hostname or ""
        self._client: AsyncOpenAI | None = None
        self._format = 0

    async def ask(self, messages: list[dict[str, str]], schema: Mapping[str, object], prompt_version: str) -> Told:
        """*Errors:* Throttled, Unavailable (also past the deadline), Refused, Surprised (refusal, cut off, filtered)."""
        self._rest.check()
        await self._loaded()
        begun = self._clock()
        try:
            with self._calls.watched(NAME, "chat", "POST", self._host):
                heard = await self._in_time(messages, schema)
        except VendorError as error:
            self._rest.failed(error)
            raise
        self._rest.went_well()
        return Told(heard.text, self._usage(heard, prompt_version, round((self._clock() - begun) * 1000)))

    async def _loaded(self) -> None:
        """The package takes most of a second, once; a thread loads it so that nobody else waits for that."""
        if self._client is None:
            await asyncio.to_thread(import_module, "openai")
            logging.getLogger("openai").setLevel(logging.WARNING)  # it writes whole requests at DEBUG

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def _in_time(self, messages: list[dict[str, str]], schema: Mapping[str, object]) -> _Heard:
        try:
            async with asyncio.timeout(self._settings.deadline_seconds):
                return await self._in_some_format(messages, schema)
        except TimeoutError:
            raise Unavailable(NAME, "no whole answer within the deadline", remedy=SLOW) from None

    async def _in_some_format(self, messages: list[dict[str, str]], schema: Mapping[str, object]) -> _Heard:
        while True:
            asked = self._format
            try:
                return await self._heard(messages, _options(asked, schema, self._settings.most_tokens))
            except Surprised as error:
                if error.code != "400" or asked + 1 >= FORMATS:
                    raise
                self._format = max(self._format, asked + 1)

    async def _heard(self, messages: list[dict[str, str]], options: dict[str, object]) -> _Heard:
        import httpx2  # noqa: PLC0415 - openai 3 speaks through it, and a stream that breaks raises its errors
        import openai  # noqa: PLC0415 - 0.7 s and 48 MB that only a configured model is worth

        client, heard = self._connected(), _Heard()
        create: Any = client.chat.completions.create
        try:
            async with await create(model=self._settings.model, messages=messages, stream=True, **options) as stream:
                async for chunk in stream:
                    _add(heard, chunk)
        except openai.OpenAIError as error:
            raise translated(error) from None
        except (httpx2.HTTPError, OSError, ValueError) as error:  # a stream that breaks or is no event stream
            raise Unavailable(NAME, f"the stream broke ({type(error).__name__})", remedy=CUT) from None
        return _whole(heard)

    def _connected(self) -> "AsyncOpenAI":
        if self._client is None:
            from openai import AsyncOpenAI  # noqa: PLC0415

            key = self._settings.api_key.get_secret_value() or "none"
            seconds = self._settings.deadline_seconds
            self._client = AsyncOpenAI(base_url=self._settings.base_url, api_key=key, max_retries=0, timeout=seconds)
        return self._client

    def _usage(self, heard: _Heard, prompt_version: str, milliseconds: int) -> Usage:
        counted = heard.counted
        asked, answered = getattr(counted, "prompt_tokens", None), getattr(counted, "completion_tokens", None)
        return Usage(
            model=self._settings.model,
            prompt_version=prompt_version,
            prompt_tokens=asked,
            cached_tokens=getattr(getattr(counted, "prompt_tokens_details", None), "cached_tokens", None),
            completion_tokens=answered,
            cost_usd=self._cost(asked, answered),
            milliseconds=milliseconds,
        )

    def _cost(self, asked: int | None, answered: int | None) -> Decimal | None:
        prices = (self._settings.input_usd, self._settings.output_usd)
        if not any(prices) or asked is None or answered is None:
            return None
        return (asked * prices[0] + answered * prices[1]) / 1_000_000


FORMATS = 3


def _options(number: int, schema: Mapping[str, object], most_tokens: int) -> dict[str, object]:
    """A strict schema; any JSON object; plain words, which is all that some servers take."""
    strict = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": dict(schema)}}
    if number == 0:
        return {
            "response_format": strict,
            "stream_options": {"include_usage": True},
            "max_completion_tokens": most_tokens,
        }
    if number == 1:
        return {"response_format": {"type": "json_object"}, "max_tokens": most_tokens, "temperature": 0}
    return {"max_tokens": most_tokens}


def _add(heard: _Heard, chunk: Any) -> None:
    heard.counted = getattr(chunk, "usage", None) or heard.counted
    for choice in getattr(chunk, "choices", None) or ():
        delta = choice.delta
        heard.text += getattr(delta, "content", None) or ""
        heard.refusal += getattr(delta, "refusal", None) or ""
        heard.finish = choice.finish_reason or heard.finish
    if len(heard.text) > LONGEST_ANSWER:
        raise Surprised(NAME, "the answer is endless", remedy=UNUSABLE)


def _whole(heard: _Heard) -> _Heard:
    if heard.refusal:
        raise Surprised(NAME, "the model refused", remedy="The model would not answer this message.", code="refusal")
    if heard.finish is None:
        raise Unavailable(NAME, "the stream ended before the answer did", remedy=CUT)
    if heard.finish != "stop":
        raise Surprised(NAME, f"the answer ended with {heard.finish}", remedy=UNUSABLE, code=heard.finish)
    return heard
