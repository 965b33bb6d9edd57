"""Answers of an OpenAI-compatible server, streamed; it offers no tools.

*Source:* POST /v1/chat/completions, streamed (platform.openai.com/docs/api-reference/chat, remembered; openai-python 3.54).
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from retrieval.errors import Surprised, Unavailable
from retrieval.llm.answers import NAME
from retrieval.llm.failures import translated
from retrieval.llm.heard import CUT, Hear, Heard
from retrieval.llm.settings import LlmSettings

if TYPE_CHECKING:
    from openai import AsyncOpenAI


class OpenAiSource:
    """Formats are tried from the strictest down; what a server refuses is not tried again with it."""

    def __init__(self, settings: LlmSettings) -> None:
        self._settings = settings
        self._client: AsyncOpenAI | None = None
        self._loading, self._format = asyncio.Lock(), 0

    async def load(self) -> None:
        """Package and client take a second, once; a thread makes them, so that nobody else waits and no deadline runs."""
        async with self._loading:
            if self._client is not None:
                return
            self._client = await asyncio.to_thread(self._made)
            logging.getLogger("openai").setLevel(logging.WARNING)  # it writes whole requests at DEBUG

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def answer(self, messages: list[dict[str, str]], schema: Mapping[str, object], hear: Hear) -> Heard:
        while True:
            asked = self._format
            try:
                return await self._heard(messages, _options(asked, schema, self._settings.most_tokens), hear)
            except Surprised as error:
                if error.code != "400" or asked + 1 >= FORMATS:
                    raise
                self._format = max(self._format, asked + 1)

    async def _heard(self, messages: list[dict[str, str]], options: dict[str, object], hear: Hear) -> Heard:
        import httpx2  # noqa: PLC0415 - openai 3 speaks through it, and a stream that breaks raises its errors
        import openai  # noqa: PLC0415

        assert self._client is not None
        heard, create = Heard(), cast("Any", self._client.chat.completions.create)
        try:
            async with await create(model=self._settings.model, messages=messages, stream=True, **options) as stream:
                async for chunk in stream:
                    _add(heard, chunk)
                    hear(heard.text)
        except openai.OpenAIError as error:
            raise translated(error) from None
        except (httpx2.HTTPError, OSError, ValueError) as error:  # a stream that breaks or is no event stream
            raise Unavailable(NAME, f"the stream broke ({type(error).__name__})", remedy=CUT) from None
        return heard.whole()

    def _made(self) -> "AsyncOpenAI":
        from openai import AsyncOpenAI  # noqa: PLC0415 - 0.7 s and 48 MB that only a configured model is worth

        key = self._settings.api_key.get_secret_value() or "none"
        seconds = self._settings.deadline_seconds
        return AsyncOpenAI(base_url=self._settings.base_url, api_key=key, max_retries=0, timeout=seconds)


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


def _add(heard: Heard, chunk: Any) -> None:
    if counted := getattr(chunk, "usage", None):
        heard.read_tokens, heard.written_tokens = counted.prompt_tokens, counted.completion_tokens
        heard.cached_tokens = getattr(getattr(counted, "prompt_tokens_details", None), "cached_tokens", None)
    for choice in getattr(chunk, "choices", None) or ():
        delta = choice.delta
        heard.add(getattr(delta, "content", None) or "")
        heard.refusal += getattr(delta, "refusal", None) or ""
        heard.finish = choice.finish_reason or heard.finish
