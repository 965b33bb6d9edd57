"""Any LangChain embeddings behind the index's own door: OpenAIEmbeddings, or a class named by its path. Never the default."""

# ruff: noqa: PLC0415 - heavy packages are imported when first needed

import hashlib
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.index.embedder import Embedder, ModelMissing, Vectors, unit

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

PROBE = "What can I do for you?"
"""Embedded once to learn how long the vectors are."""


class LangChainEmbedder:
    """Vectors are scaled to length 1, as the index expects. A vendor's error passes through: the sync or search fails, once."""

    def __init__(self, name: str, embeddings: "Embeddings") -> None:
        self.name, self._embeddings = name, embeddings
        self.dimensions = len(embeddings.embed_query(PROBE))

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        return unit(np.asarray(self._embeddings.embed_documents(list(texts)), dtype=np.float32))


def openai_embedder(
    api_key: str, *, model: str = "text-embedding-3-small", base_url: str | None = None
) -> Embedder | ModelMissing:
    """OpenAI's embeddings, or those of a server that speaks its protocol. Needs the package langchain-openai."""
    try:
        langchain_openai = import_module("langchain_openai")
    except ImportError:
        return ModelMissing("langchain-openai is not installed", "Install langchain-openai, or choose embedder=minilm.")
    made = langchain_openai.OpenAIEmbeddings(api_key=api_key, model=model, base_url=base_url, check_embedding_ctx_length=False)
    return LangChainEmbedder(f"openai/{model}", made)


def embedder_of_class(path: str, arguments: dict[str, Any] | None = None) -> Embedder | ModelMissing:
    """`package.module.Class` of a LangChain Embeddings, made with these arguments. Whoever sets it runs that code."""
    from langchain_core.embeddings import Embeddings

    module, _, name = path.rpartition(".")
    try:
        kind = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError):
        return ModelMissing(f"{path} cannot be imported", "Give the class as package.module.Class and install its package.")
    if not (isinstance(kind, type) and issubclass(kind, Embeddings)):
        return ModelMissing(f"{path} is not a LangChain Embeddings class", "See langchain_core.embeddings.Embeddings.")
    marks = hashlib.sha256(repr(sorted((arguments or {}).items())).encode()).hexdigest()[:8]
    return LangChainEmbedder(f"{path}/{marks}", kind(**(arguments or {})))
