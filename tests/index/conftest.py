"""One open index a test, closed afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.index.hybrid import HybridIndex
from retrieval.index.opening import open_index
from tests.index.small_world import BagOfTerms


@pytest.fixture
def embedder() -> BagOfTerms:
    return BagOfTerms()


@pytest.fixture
def index(tmp_path: Path, embedder: BagOfTerms) -> Iterator[HybridIndex]:
    opened = open_index(tmp_path / "index", embedder)
    yield opened
    opened.close()
