"""Any LangChain embeddings behind the index's own door, a class named by its path. Never the default."""

# ruff: noqa: PLC0415 - heavy packages are imported when first needed

import hashlib
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.errors import Unavailable
from retrieval.index.embedder import Embedder, ModelMissing, Vectors, unit

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings


FAILURES = (OSError, RuntimeError, ValueError, LookupError, TypeError, AttributeError)
"""What classes that ask a server were seen to raise, or raise as bases of their own (requests, aiohttp: OSError). Any other
error passes through: the sync or search fails, once.
"""


class LangChainEmbedder:
    """Vectors are scaled to length 1, as the index expects."""

    def __init__(self, name: str, embeddings: "Embeddings") -> None:
        self.name, self._embeddings = name, embeddings

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, 1), np.float32)
        try:
            rows = self._embeddings.embed_documents(list(texts))
        except FAILURES as error:
            what = f"{self.name} failed ({type(error).__name__})"
            raise Unavailable("embeddings", what, remedy="See the documentation of that class, or set another.") from error
        return unit(np.asarray(rows, dtype=np.float32))


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
