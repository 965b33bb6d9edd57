"""Setting → embedder. What cannot be had becomes a ModelMissing that says why; search is then by words alone."""

from typing import Any

from retrieval.index.embedder import Embedder, ModelMissing
from retrieval.index.langchain_embedder import embedder_of_class
from retrieval.index.opening import default_embedder
from retrieval.llm.embeddings import OpenAIEmbedder

MODEL, BASE_URL = "text-embedding-3-small", "https://api.openai.com/v1"

SWITCHED_OFF = ModelMissing("embeddings are switched off by setting", "Set the embedder to minilm.")


def chosen_embedder(
    choice: str,
    *,
    api_key: str = "",
    model: str = MODEL,
    base_url: str = BASE_URL,
    threads: int = 2,
    arguments: dict[str, Any] | None = None,
) -> Embedder | ModelMissing:
    """`choice` is minilm, none, openai or the path of a LangChain Embeddings class (`arguments` are then its own)."""
    match choice:
        case "minilm" | "":
            return default_embedder(threads)
        case "none":
            return SWITCHED_OFF
        case "openai" if not api_key and base_url == BASE_URL:
            return ModelMissing("embedder=openai has no API key", "Set DESKSIDE_EMBEDDER_API_KEY.")
        case "openai":
            return OpenAIEmbedder(api_key, model, base_url)
        case _:
            return embedder_of_class(choice, arguments)
