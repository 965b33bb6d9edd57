"""Wide mode: a real Chroma server on loopback serves several indexes, is filled again where it lost all, and may go away."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.index.hybrid import HybridIndex
from retrieval.index.opening import open_index
from retrieval.index.problems import StoreUnreachable
from retrieval.ports import SyncReport
from tests.index.small_world import PUBLIC, SMALL_WORLD, BagOfTerms

PATIENCE_SECONDS = 30


class Server:
    """`chroma run` over a folder; started again over another one it has lost everything."""

    def __init__(self, port: int) -> None:
        self.port, self.url = port, f"http://127.0.0.1:{port}"
        self._running: subprocess.Popen[bytes] | None = None

    def start(self, folder: Path) -> None:
        program = Path(sys.executable).with_name("chroma")
        asked = [str(program), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(self.port)]
        self._running = subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            assert time.monotonic() < deadline, "the Chroma server did not start"
            time.sleep(0.05)

    def stop(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._running.wait()
            self._running = None

    def _answers(self) -> bool:
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    running = Server(port)
    running.start(tmp_path_factory.mktemp("chroma"))
    yield running
    running.stop()


async def found(index: HybridIndex, question: str) -> list[str]:
    return [hit.passage.article_id for hit in (await index.search(question, audiences=PUBLIC, limit=20)).hits]


async def test_two_processes_indexes_share_a_server_and_see_nothing_of_each_other(server: Server, tmp_path: Path) -> None:
    one = open_index(tmp_path / "one", BagOfTerms(), chroma_url=server.url)
    other = open_index(tmp_path / "other", BagOfTerms(), chroma_url=server.url)
    assert await one.sync(SMALL_WORLD) == SyncReport(5, 0, 0, 0)
    await other.sync(SMALL_WORLD[:2])
    assert one._dense is not None
    assert other._dense is not None
    assert (one._dense.count(), other._dense.count()) == (5, 2)
    assert (await found(one, "battery warranty"))[0] == "warranty"
    await one.sync(SMALL_WORLD[2:])
    assert (one._dense.count(), other._dense.count()) == (3, 2)
    assert not {article.article_id for article in SMALL_WORLD[:2]} & set(await found(one, "refund parcel tracking order"))
    one.close()
    other.close()


async def test_a_server_that_is_away_leaves_words_and_deletions_count_at_once(
    server: Server, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    embedder, index = BagOfTerms(), open_index(tmp_path, BagOfTerms(), chroma_url=server.url)
    index._meaning._seconds = lambda: next(minutes)
    minutes = (60.0 * minute for minute in range(100))
    await index.sync(SMALL_WORLD)
    server.stop()
    assert (await found(index, "battery warranty"))[0] == "warranty"
    assert "asked again in 30 seconds" in str(index.state().lexical_only)
    await index.sync([one for one in SMALL_WORLD if one.article_id != "warranty"])
    assert "warranty" not in await found(index, "battery warranty")
    with pytest.raises(StoreUnreachable, match="does not answer"):
        open_index(tmp_path / "another", embedder, chroma_url=server.url)

    server.start(tmp_path_factory.mktemp("empty"))
    await index.sync([one for one in SMALL_WORLD if one.article_id != "refund"])
    assert index._dense is not None
    assert index._dense.count() == 4
    assert (await found(index, "battery warranty"))[0] == "warranty"
    assert index.state().lexical_only is None
    index.close()


async def test_what_a_server_lost_it_is_told_at_the_next_opening_without_embedding(
    server: Server, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    embedder = BagOfTerms()
    index = open_index(tmp_path, embedder, chroma_url=server.url)
    await index.sync(SMALL_WORLD)
    index.close()
    server.stop()
    server.start(tmp_path_factory.mktemp("empty"))
    embedder.asked.clear()
    again = open_index(tmp_path, embedder, chroma_url=server.url)
    assert again._dense is not None
    assert (again._dense.count(), embedder.asked, again.state().lexical_only) == (5, [], None)
    again.close()
