"""Setting → embedder. What cannot be had becomes a ModelMissing that says why; search is then by words alone."""

from typing import Any

from retrieval.index.embedder import Embedder, ModelMissing
from retrieval.index.langchain_embedder import embedder_of_class, openai_embedder
from retrieval.index.opening import default_embedder

SWITCHED_OFF = ModelMissing("embeddings are switched off by setting", "Set the embedder to minilm.")


def chosen_embedder(
    choice: str, *, api_key: str = "", threads: int = 2, arguments: dict[str, Any] | None = None
) -> Embedder | ModelMissing:
    """`choice` is minilm, none, openai or the path of a LangChain Embeddings class."""
    match choice:
        case "minilm" | "":
            return default_embedder(threads)
        case "none":
            return SWITCHED_OFF
        case "openai" if not api_key:
            return ModelMissing("embedder=openai has no API key", "Set the embedder's API key.")
        case "openai":
            return openai_embedder(api_key)
        case _:
            return embedder_of_class(choice, arguments)
