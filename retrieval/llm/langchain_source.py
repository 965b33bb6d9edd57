"""Answers of any LangChain chat model, named by its class's path; streamed, without tools, in the format the prompt asks for.

Which errors an integration raises is its own affair: a status tells ours apart, anything else is "later".
"""

# ruff: noqa: PLC0415 - heavy packages are imported when first needed

import asyncio
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from retrieval.errors import Refused, Throttled, Unavailable, VendorError
from retrieval.llm.answers import NAME
from retrieval.llm.failures import LATER
from retrieval.llm.heard import Hear, Heard

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

FINISHED = frozenset({"stop", "end_turn", "STOP", "stop_sequence"})
"""As OpenAI, Anthropic and Google name an answer that is whole (assumed); an integration that says nothing is believed."""


class LangChainSource:
    """Whoever sets the class's path runs that code. Its keys are its own: it reads them from its environment."""

    def __init__(self, path: str, arguments: Mapping[str, Any] | None = None) -> None:
        self._path, self._arguments = path, dict(arguments or {})
        self._model: BaseChatModel | None = None
        self._loading = asyncio.Lock()

    async def load(self) -> None:
        """*Errors:* Refused where the class cannot be had."""
        async with self._loading:
            self._model = self._model or await asyncio.to_thread(_made, self._path, self._arguments)

    async def answer(self, messages: list[dict[str, str]], _schema: Mapping[str, object], hear: Hear) -> Heard:
        assert self._model is not None
        heard = Heard(finish="stop")
        try:
            async for chunk in self._model.astream([(one["role"], one["content"]) for one in messages]):
                _add(heard, chunk)
                hear(heard.text)
        except (VendorError, TimeoutError):
            raise
        except Exception as error:  # noqa: BLE001 - there is no list of what integrations raise
            raise translated(error) from None
        return heard.whole()

    async def aclose(self) -> None:
        """LangChain's models have no end of their own."""


def _made(path: str, arguments: dict[str, Any]) -> "BaseChatModel":
    from langchain_core.language_models import BaseChatModel

    module, _, name = path.rpartition(".")
    try:
        kind = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError):
        raise Refused(NAME, f"{path} cannot be imported", remedy="Install its package; name it module.Class.") from None
    if not (isinstance(kind, type) and issubclass(kind, BaseChatModel)):
        raise Refused(NAME, f"{path} is no LangChain chat model", remedy="Name a subclass of BaseChatModel.")
    try:
        return kind(**arguments)
    except (TypeError, ValueError) as error:
        raise Refused(
            NAME, f"{path} was not made ({type(error).__name__})", remedy="Check DESKSIDE_LLM_ARGUMENTS and its key."
        ) from None


def _add(heard: Heard, chunk: Any) -> None:
    said = chunk.content
    heard.add(said if isinstance(said, str) else "".join(one.get("text", "") for one in said if isinstance(one, dict)))
    if counted := getattr(chunk, "usage_metadata", None):
        heard.read_tokens = (heard.read_tokens or 0) + counted.get("input_tokens", 0)
        heard.written_tokens = (heard.written_tokens or 0) + counted.get("output_tokens", 0)
        heard.cached_tokens = (heard.cached_tokens or 0) + (counted.get("input_token_details") or {}).get("cache_read", 0)
    told = getattr(chunk, "response_metadata", None) or {}
    if finish := told.get("finish_reason") or told.get("stop_reason"):
        heard.finish = "stop" if finish in FINISHED else str(finish)


def translated(error: Exception) -> VendorError:
    """By the HTTP status that most integrations' errors carry; no text of theirs is kept, it may quote what was asked."""
    status, name = getattr(error, "status_code", None), type(error).__name__
    if status == 429:
        return Throttled(NAME, "429", remedy=LATER)
    if status in {401, 403, 404}:
        return Refused(NAME, str(status), remedy="Check the model's name and the key its package reads.")
    return Unavailable(NAME, f"failed ({name})", remedy=LATER)
