"""A staged product, an agent at its console and a model: what tests of replies ask for; a file may stage its own product."""

from collections.abc import Iterator

import pytest

from tests.journeys.conftest import mei, stage
from tests.replies.fake_llm import FakeLlm

__all__ = ["llm", "mei", "stage"]


@pytest.fixture(scope="module")
def llm() -> Iterator[FakeLlm]:
    with FakeLlm() as served:
        yield served
