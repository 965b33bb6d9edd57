"""Settings → what turns words into vectors, and the index that searches with it. It asks and ranks nothing."""

from pathlib import Path

from bot.settings import Settings
from retrieval.index.choosing import chosen_embedder
from retrieval.index.embedder import Embedder, ModelMissing
from retrieval.index.hybrid import HybridIndex
from retrieval.index.opening import open_index


def index_of(settings: Settings, embedder: Embedder | ModelMissing) -> HybridIndex:
    directory: Path = settings.service.data_dir / "index"
    return open_index(directory, embedder, chroma_url=settings.service.chroma_url or None, rebuild=True)


def embedder_of(settings: Settings) -> Embedder | ModelMissing:
    service = settings.service
    return chosen_embedder(
        service.embedder,
        api_key=service.embedder_api_key.get_secret_value(),
        model=service.embedder_model,
        base_url=service.embedder_base_url,
    )
