"""Vectors from OpenAI, or from any server that speaks its protocol; it keeps no text and asks nothing before it is needed.

*Source:* POST /v1/embeddings (platform.openai.com/docs/api-reference/embeddings, remembered; openai-python 3.54).
"""

# ruff: noqa: PLC0415 - the package takes most of a second, which only a configured model is worth

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from retrieval.errors import Surprised, VendorError
from retrieval.index.embedder import Vectors, unit
from retrieval.llm.failures import translated

if TYPE_CHECKING:
    from openai import OpenAI

NAME = "embeddings"
MOST_TEXTS, MOST_CHARACTERS = 256, 200_000
"""In one request; OpenAI takes 2,048 texts and 300,000 tokens (remembered), smaller servers less."""
LONGEST_TEXT = 24_000
"""Characters: below the model's 8,191 tokens for any usual text; what is beyond is not read."""
SECONDS, TRIES_AGAIN = 20.0, 3
"""The package waits as the server's Retry-After says, or longer each time."""


class OpenAIEmbedder:
    """An `Embedder`. *Errors:* the four vendor errors, after TRIES_AGAIN."""

    def __init__(self, api_key: str, model: str, base_url: str) -> None:
        self.name = f"openai/{model}"
        self._api_key, self._model, self._base_url = api_key, model, base_url
        self._client: OpenAI | None = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = [row for part in _parts([text[:LONGEST_TEXT] or " " for text in texts]) for row in self._asked(part)]
        if not rows:
            return np.zeros((0, 1), np.float32)
        if len({len(row) for row in rows}) > 1:
            raise self._wrong("vectors of different lengths")
        return unit(np.array(rows, dtype=np.float32))

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _asked(self, texts: Sequence[str]) -> list[list[float]]:
        import openai

        try:
            answer = self._connected().embeddings.create(model=self._model, input=list(texts), encoding_format="float")
        except openai.OpenAIError as error:
            raise _renamed(translated(error)) from None
        found = {one.index: one.embedding for one in answer.data}
        if sorted(found) != list(range(len(texts))):
            raise self._wrong(f"{len(found)} vectors for {len(texts)} texts")
        return [found[place] for place in range(len(texts))]

    def _connected(self) -> "OpenAI":
        if self._client is None:
            from openai import OpenAI

            logging.getLogger("openai").setLevel(logging.WARNING)  # it writes whole requests at DEBUG
            self._client = OpenAI(
                api_key=self._api_key or "none", base_url=self._base_url, timeout=SECONDS, max_retries=TRIES_AGAIN
            )
        return self._client

    def _wrong(self, what: str) -> Surprised:
        return Surprised(NAME, what, remedy="The server does not answer as OpenAI's documentation says; choose another model.")


def _renamed(error: VendorError) -> VendorError:
    """The same with the settings that are about embeddings, not about drafts."""
    error.vendor = NAME
    error.remedy = error.remedy.replace("DESKSIDE_LLM_", "DESKSIDE_EMBEDDER_").replace("draft", "sync")
    return error


def _parts(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    part: list[str] = []
    size = 0
    for text in texts:
        if part and (len(part) >= MOST_TEXTS or size + len(text) > MOST_CHARACTERS):
            yield part
            part, size = [], 0
        part.append(text)
        size += len(text)
    if part:
        yield part
