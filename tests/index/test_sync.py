"""Sync changes only what changed, honours deletions at once, keeps old citations resolvable, and survives loss."""

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from playbooks.domain.content import Audience
from retrieval.index.hybrid import HybridIndex
from retrieval.index.opening import open_index
from retrieval.index.problems import IndexDamaged, IndexInUse, IndexUnwritable
from retrieval.index.shelving import KEPT_VERSIONS
from retrieval.ports import KnowledgeIndex, SyncReport
from tests.index.small_world import EVERYTHING, PUBLIC, SMALL_WORLD, BagOfTerms, BrokenEmbedder, article


async def found(index: HybridIndex, question: str) -> list[str]:
    return [hit.passage.article_id for hit in (await index.search(question, audiences=PUBLIC, limit=20)).hits]


def dense_count(index: HybridIndex) -> int:
    assert index._dense is not None
    return index._dense.count()


def test_it_is_what_the_house_asks_for(index: HybridIndex) -> None:
    port: KnowledgeIndex = index
    assert port


async def test_only_what_changed_is_embedded_again(index: HybridIndex, embedder: BagOfTerms) -> None:
    assert await index.sync(SMALL_WORLD) == SyncReport(5, 0, 0, 0)
    embedder.asked.clear()
    assert await index.sync(SMALL_WORLD) == SyncReport(0, 0, 0, 5)
    assert embedder.asked == []
    changed = article("refund", "Ask for a refund", "Write to us. Money arrives within nine days.")
    assert await index.sync([*SMALL_WORLD[:1], changed]) == SyncReport(0, 1, 3, 1)
    assert all("refund" in text for text in embedder.asked)


async def test_a_deleted_article_is_gone_from_both_searches(index: HybridIndex) -> None:
    await index.sync(SMALL_WORLD)
    before = dense_count(index)
    await index.sync([one for one in SMALL_WORLD if one.article_id != "refund"])
    assert "refund" not in await found(index, "ask for a refund, refund form")
    assert dense_count(index) == before - 1
    assert await index.size() == before - 1


async def test_an_article_that_turned_internal_is_gone_for_customers(index: HybridIndex) -> None:
    await index.sync(SMALL_WORLD)
    hidden = SMALL_WORLD[1].model_copy(update={"audience": Audience.INTERNAL})
    await index.sync([hidden, *SMALL_WORLD[2:]])
    assert "refund" not in await found(index, "ask for a refund, refund form")
    inside = await index.search("ask for a refund", audiences=EVERYTHING)
    assert inside.hits[0].passage.article_id == "refund"


async def test_a_citation_of_an_old_version_resolves_and_says_superseded(index: HybridIndex) -> None:
    await index.sync(SMALL_WORLD)
    old = (await index.search("ask for a refund", audiences=PUBLIC)).hits[0].passage
    current = await index.resolve(old.passage_id, PUBLIC)
    assert current is not None
    assert (current.superseded, current.withdrawn) == (False, False)
    await index.sync([article("refund", "Ask for a refund", "The form is gone. Call us."), SMALL_WORLD[0]])
    later = await index.resolve(old.passage_id, PUBLIC)
    assert later is not None
    assert (later.passage.text, later.superseded, later.withdrawn) == (old.text, True, False)
    await index.sync([SMALL_WORLD[0]])
    withdrawn = await index.resolve(old.passage_id, PUBLIC)
    assert withdrawn is not None
    assert withdrawn.withdrawn
    assert await index.resolve("no such passage", PUBLIC) is None


async def test_old_versions_do_not_pile_up(index: HybridIndex) -> None:
    for number in range(KEPT_VERSIONS + 5):
        await index.sync([article("a", "Title", f"Body number {number}.")])
    assert int(str(index._shelf.rows("SELECT count(*) FROM article")[0][0])) == KEPT_VERSIONS + 1
    assert await found(index, "body number 14") == ["a"]


async def test_an_article_that_comes_back_is_found_again(index: HybridIndex) -> None:
    await index.sync(SMALL_WORLD)
    await index.sync([])
    assert await found(index, "battery warranty") == []
    await index.sync(SMALL_WORLD)
    assert (await found(index, "battery warranty"))[0] == "warranty"


async def test_a_failed_sync_leaves_what_was_there_serving(tmp_path: Path) -> None:
    index = open_index(tmp_path, BrokenEmbedder())
    await index.sync(SMALL_WORLD)
    with pytest.raises(ConnectionError):
        await index.sync([*SMALL_WORLD, article("bad", "Poison", "poison")])
    assert (await found(index, "battery warranty"))[0] == "warranty"
    assert await index.sync(SMALL_WORLD) == SyncReport(0, 0, 0, 5)
    index.close()


async def test_what_was_indexed_is_there_after_a_restart(tmp_path: Path, embedder: BagOfTerms) -> None:
    first = open_index(tmp_path, embedder)
    await first.sync(SMALL_WORLD)
    first.close()
    embedder.asked.clear()
    second = open_index(tmp_path, embedder)
    assert (await found(second, "battery warranty"))[0] == "warranty"
    assert await second.sync(SMALL_WORLD) == SyncReport(0, 0, 0, 5)
    second.close()


def _chroma(directory: Path) -> Path:
    (folder,) = directory.glob("chroma*")
    return folder


@pytest.mark.parametrize("damage", ["deleted", "garbage"])
async def test_lost_vectors_are_put_back_without_embedding(tmp_path: Path, embedder: BagOfTerms, damage: str) -> None:
    first = open_index(tmp_path, embedder)
    await first.sync(SMALL_WORLD)
    first.close()
    chroma = _chroma(tmp_path)
    if damage == "deleted":
        shutil.rmtree(chroma)
    else:
        (chroma / "chroma.sqlite3").write_bytes(b"not a database" * 500)
    embedder.asked.clear()
    second = open_index(tmp_path, embedder)
    assert dense_count(second) == 5
    assert embedder.asked == []
    second.close()


async def test_another_embedder_makes_all_vectors_anew(tmp_path: Path, embedder: BagOfTerms) -> None:
    first = open_index(tmp_path, embedder)
    await first.sync(SMALL_WORLD)
    first.close()
    second = open_index(tmp_path, BagOfTerms("another model"))
    assert dense_count(second) == 0
    assert (await found(second, "battery warranty"))[0] == "warranty"
    assert await second.sync(SMALL_WORLD) == SyncReport(0, 5, 0, 0)
    assert dense_count(second) == 5
    second.close()


async def test_a_damaged_database_is_refused_or_rebuilt_and_kept_aside(tmp_path: Path, embedder: BagOfTerms) -> None:
    first = open_index(tmp_path, embedder)
    await first.sync(SMALL_WORLD)
    first.close()
    (tmp_path / "index.sqlite").write_bytes(b"rubbish" * 1000)
    with pytest.raises(IndexDamaged, match="--rebuild"):
        open_index(tmp_path, embedder)
    rebuilt = open_index(tmp_path, embedder, rebuild=True)
    assert await rebuilt.sync(SMALL_WORLD) == SyncReport(5, 0, 0, 0)
    assert (await found(rebuilt, "battery warranty"))[0] == "warranty"
    assert (tmp_path / "index.sqlite.damaged").exists()
    rebuilt.close()


async def test_an_index_of_an_older_layout_is_named(tmp_path: Path, embedder: BagOfTerms) -> None:
    open_index(tmp_path, embedder).close()
    connection = sqlite3.connect(tmp_path / "index.sqlite")
    connection.execute("UPDATE meta SET value = '0' WHERE key = 'layout'")
    connection.commit()
    connection.close()
    with pytest.raises(IndexDamaged, match="layout 0"):
        open_index(tmp_path, embedder)


def test_a_second_owner_is_refused_in_this_and_in_another_process(tmp_path: Path, embedder: BagOfTerms) -> None:
    index = open_index(tmp_path, embedder)
    with pytest.raises(IndexInUse, match="in use by process"):
        open_index(tmp_path, embedder)
    code = (
        "import sys; from pathlib import Path; from retrieval.index.owner import Ownership\n"
        "from retrieval.index.problems import IndexInUse\n"
        "try: Ownership(Path(sys.argv[1]))\nexcept IndexInUse: print('refused')"
    )
    asked = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "refused"
    index.close()
    open_index(tmp_path, embedder).close()


async def test_what_chroma_was_not_told_it_is_told_at_the_next_opening(tmp_path: Path, embedder: BagOfTerms) -> None:
    index = open_index(tmp_path, embedder)
    await index.sync(SMALL_WORLD)
    assert index._dense is not None
    index._dense.remove(1, [1, 2])
    index.close()
    again = open_index(tmp_path, embedder)
    assert dense_count(again) == 5
    again.close()


class FailingStore:
    """A vector store in this process that broke while it was serving."""

    may_return = False

    def __getattr__(self, _: str) -> object:
        raise RuntimeError("Error finding id")


async def test_a_vector_store_that_breaks_while_serving_is_replaced_at_the_next_start(
    tmp_path: Path, embedder: BagOfTerms
) -> None:
    first = open_index(tmp_path, embedder)
    await first.sync(SMALL_WORLD)
    assert first._dense is not None
    first._dense.close()
    first._meaning._dense = first._dense = FailingStore()  # type: ignore[assignment]
    assert (await found(first, "battery warranty"))[0] == "warranty"
    assert "vector store failed" in str(first.state().lexical_only)
    first._dense = None
    first.close()
    second = open_index(tmp_path, embedder)
    assert (dense_count(second), second.state().lexical_only) == (5, None)
    second.close()


async def test_a_disk_that_takes_no_more_is_named_and_what_was_found_is_still_found(
    tmp_path: Path, embedder: BagOfTerms
) -> None:
    index = open_index(tmp_path, embedder)
    first, *rest = SMALL_WORLD
    await index.sync([first])
    index._library._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(IndexUnwritable, match="cannot be written") as caught:
        await index.sync([first, *rest])
    assert "disk space" in caught.value.remedy
    assert await index.size() > 0
    index._library._connection.execute("PRAGMA query_only = OFF")
    assert (await index.sync([first, *rest])).added == len(rest)
    index.close()


def test_a_folder_that_cannot_be_locked_is_not_said_to_be_in_use(tmp_path: Path, embedder: BagOfTerms) -> None:
    (tmp_path / "owner.lock").mkdir()
    with pytest.raises(IndexUnwritable):
        open_index(tmp_path, embedder)
