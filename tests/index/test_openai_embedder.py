"""embedder=openai against a scripted server on a real socket: batches, 429, other lengths, another model, an outage."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from playbooks.domain.content import SearchResult
from retrieval.errors import Refused, Surprised, Unavailable
from retrieval.index.choosing import chosen_embedder
from retrieval.index.hybrid import HybridIndex
from retrieval.index.opening import open_index
from retrieval.index.problems import VectorsChanged
from retrieval.llm.embeddings import MOST_TEXTS, OpenAIEmbedder
from retrieval.ports import SyncReport
from retrieval.sandbox import SandboxServer
from tests.index.small_world import PUBLIC, SMALL_WORLD, BagOfTerms, article

HANG_UP = {"connection": "close"}
"""A connection kept alive would outlast the server of its test."""

Answer = Callable[[list[str]], list[list[float]]]


def by_terms(texts: list[str]) -> list[list[float]]:
    return [[float(one) for one in row] for row in BagOfTerms().embed(texts)]


class FakeEmbeddings:
    """`refusals` are the statuses of the next answers; then it answers as `says` does."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.models: list[str] = []
        self.refusals: list[int] = []
        self.says: Answer = by_terms
        self.embedders: list[OpenAIEmbedder] = []
        self.server = SandboxServer(Starlette(routes=[Route("/v1/embeddings", self._answer, methods=["POST"])]))

    async def _answer(self, request: Request) -> Response:
        body = await request.json()
        if self.refusals:
            status = self.refusals.pop(0)
            return JSONResponse({"error": {"message": "no", "code": None}}, status, {"retry-after-ms": "1"} | HANG_UP)
        self.asked.append(body["input"])
        self.models.append(body["model"])
        rows = [{"object": "embedding", "index": place, "embedding": row} for place, row in enumerate(self.says(body["input"]))]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        told = {"object": "list", "data": rows[::-1], "model": body["model"], "usage": usage}
        return JSONResponse(told, headers=HANG_UP)


@pytest.fixture
def fake() -> Iterator[FakeEmbeddings]:
    one = FakeEmbeddings()
    with one.server:
        yield one
        for embedder in one.embedders:
            embedder.close()


def embedder_at(fake: FakeEmbeddings, model: str = "small") -> OpenAIEmbedder:
    """Closed with the fake, or with the index it is given to."""
    chosen = chosen_embedder("openai", api_key="sk-x", model=model, base_url=f"{fake.server.url}/v1")
    assert isinstance(chosen, OpenAIEmbedder)
    fake.embedders.append(chosen)
    return chosen


async def searched(index: HybridIndex) -> SearchResult:
    return await index.search("battery warranty", audiences=PUBLIC)


def test_many_texts_are_asked_in_batches_and_come_back_in_their_order(fake: FakeEmbeddings) -> None:
    texts = [f"word{n}" for n in range(MOST_TEXTS * 2 + 3)]
    vectors = embedder_at(fake).embed(texts)
    assert [len(one) for one in fake.asked] == [MOST_TEXTS, MOST_TEXTS, 3]
    assert vectors == pytest.approx(BagOfTerms().embed(texts), abs=1e-6)
    assert embedder_at(fake).embed([]).shape[0] == 0


def test_a_server_that_says_wait_is_asked_again(fake: FakeEmbeddings) -> None:
    fake.refusals = [429, 503]
    assert embedder_at(fake).embed(["a"]).shape == (1, 64)
    assert fake.refusals == []


@pytest.mark.parametrize(("status", "kind", "remedy"), [(401, Refused, "EMBEDDER_API_KEY"), (500, Unavailable, "server")])
def test_a_refusal_names_its_remedy(fake: FakeEmbeddings, status: int, kind: type[Exception], remedy: str) -> None:
    fake.refusals = [status] * 9
    with pytest.raises(kind) as told:
        embedder_at(fake).embed(["a"])
    assert remedy in told.value.remedy  # type: ignore[attr-defined]
    assert "DESKSIDE_LLM" not in told.value.remedy  # type: ignore[attr-defined]


@pytest.mark.parametrize("rows", [[[1.0, 2.0]], [[1.0, 2.0], [1.0]]], ids=["too few", "of different lengths"])
def test_an_answer_that_is_not_as_documented_is_no_vector(fake: FakeEmbeddings, rows: list[list[float]]) -> None:
    fake.says = lambda _: rows
    with pytest.raises(Surprised, match="vectors"):
        embedder_at(fake).embed(["a", "b"])


async def test_another_length_under_the_same_name_is_said_and_what_was_there_keeps_serving(
    fake: FakeEmbeddings, tmp_path: Path
) -> None:
    index = open_index(tmp_path, embedder_at(fake))
    await index.sync(SMALL_WORLD)
    fake.says = lambda texts: [[1.0, 2.0, 3.0]] * len(texts)
    with pytest.raises(VectorsChanged, match="vectors of 3 numbers, the index holds vectors of 64"):
        await index.sync([*SMALL_WORLD, article("new", "New", "News.")])
    assert (await searched(index)).hits[0].passage.article_id == "warranty"
    index.close()


async def test_another_model_embeds_everything_anew(fake: FakeEmbeddings, tmp_path: Path) -> None:
    first = open_index(tmp_path, embedder_at(fake))
    await first.sync(SMALL_WORLD)
    first.close()
    fake.says = lambda texts: [[1.0, float(len(text)), 3.0] for text in texts]
    second = open_index(tmp_path, embedder_at(fake, "large"))
    assert await second.sync(SMALL_WORLD) == SyncReport(0, 5, 0, 0)
    assert fake.models[-1] == "large"
    assert second._library.vector_length() == 3
    second.close()


async def test_while_the_server_is_away_answers_go_by_words(fake: FakeEmbeddings, tmp_path: Path) -> None:
    index = open_index(tmp_path, embedder_at(fake))
    await index.sync(SMALL_WORLD)
    fake.refusals = [401]
    found = await searched(index)
    assert found.hits[0].passage.article_id == "warranty"
    assert found.hits[0].dense == 0.0
    assert (await searched(index)).hits[0].dense > 0.0
    index.close()
