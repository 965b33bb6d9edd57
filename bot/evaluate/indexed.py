"""A help centre in an index of its own, in a folder that goes away afterwards. Never touches the product's index."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.evaluate.layout import HelpCentre
from retrieval.index.embedder import Embedder, ModelMissing
from retrieval.index.hybrid import HybridIndex
from retrieval.index.opening import default_embedder, open_index


@asynccontextmanager
async def indexed(centre: HelpCentre, embedder: Embedder | ModelMissing | None = None) -> AsyncIterator[HybridIndex]:
    """The articles, searchable. Without an embedder given, the default one."""
    with tempfile.TemporaryDirectory(prefix="deskside-eval-", ignore_cleanup_errors=True) as folder:
        index = open_index(Path(folder), embedder or default_embedder())
        try:
            await index.sync(centre.articles)
            yield index
        finally:
            index.close()
