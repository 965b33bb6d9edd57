"""Nearest vectors in Chroma: a collection per partition instead of filters, telemetry off, vectors always given by us.

It never embeds (Chroma's default embedder would download a model) and holds no text: numbers of passages and their vectors.
"""

# ruff: noqa: PLC0415 - heavy packages are imported when first needed

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from retrieval.index.embedder import Vectors
from retrieval.index.problems import IndexDamaged, StoreUnreachable

SECONDS = 5.0
"""chromadb waits for its server for ever (its own client has no time limit); a query takes milliseconds, a batch seconds."""

SEARCH_WIDTH = 200
"""HNSW's ef_search: twice the neighbours asked for; 100 lost 1 % of the true nearest at 100,000, 200 almost none."""


class DenseStore(Protocol):
    """Passages by number, apart by partition. `may_return`: what failed may work again by itself, as a server does."""

    @property
    def may_return(self) -> bool: ...

    def put(self, partition: int, numbers: Sequence[int], vectors: Vectors) -> None: ...

    def remove(self, partition: int, numbers: Sequence[int]) -> None: ...

    def nearest(self, partitions: Sequence[int], vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """(number, cosine), best first, over all these partitions."""
        ...

    def count(self) -> int: ...

    def clear(self) -> None: ...

    def look_again(self) -> None:
        """After a failure: a server may have been started anew, with other collections than those that were known."""
        ...

    def close(self) -> None: ...


class ChromaStore:
    """`prefix` keeps collections of several indexes on one server apart."""

    def __init__(self, client: Any, prefix: str = "passages", sessions: frozenset[Any] = frozenset()) -> None:
        """`sessions` are the connections to a server; none where Chroma runs in this process."""
        self._client, self._prefix, self._sessions = client, prefix, sessions
        self._known: dict[int, Any] = {}

    @property
    def may_return(self) -> bool:
        return bool(self._sessions)

    def put(self, partition: int, numbers: Sequence[int], vectors: Vectors) -> None:
        collection, most = self._collection(partition), int(self._client.get_max_batch_size())
        for start in range(0, len(numbers), most):
            part = numbers[start : start + most]
            collection.upsert(ids=[str(one) for one in part], embeddings=vectors[start : start + most])

    def remove(self, partition: int, numbers: Sequence[int]) -> None:
        if numbers:
            self._collection(partition).delete(ids=[str(one) for one in numbers])

    def nearest(self, partitions: Sequence[int], vector: Vectors, limit: int) -> list[tuple[int, float]]:
        found: list[tuple[int, float]] = []
        for partition in partitions:
            answer = self._collection(partition).query(query_embeddings=[vector], n_results=limit, include=["distances"])
            found += [(int(one), 1.0 - far) for one, far in zip(answer["ids"][0], answer["distances"][0], strict=True)]
        return sorted(found, key=lambda one: -one[1])[:limit]

    def count(self) -> int:
        return sum(int(one.count()) for one in self._ours())

    def clear(self) -> None:
        for one in self._ours():
            self._client.delete_collection(one.name)
        self._known.clear()

    def look_again(self) -> None:
        self._known.clear()

    def close(self) -> None:
        self._known.clear()
        self._client.close()
        for one in self._sessions:
            one.close()

    def _ours(self) -> list[Any]:
        return [one for one in self._client.list_collections() if one.name.startswith(f"{self._prefix}-")]

    def _collection(self, partition: int) -> Any:
        if partition not in self._known:
            self._known[partition] = self._client.get_or_create_collection(
                f"{self._prefix}-{partition}",
                embedding_function=None,
                configuration={"hnsw": {"space": "ip", "ef_search": SEARCH_WIDTH}},
            )
        return self._known[partition]


def embedded_chroma(directory: Path) -> ChromaStore:
    """Chroma in this process. *Errors:* IndexDamaged where its files cannot be opened."""
    import chromadb

    try:
        client = chromadb.PersistentClient(path=str(directory), settings=_quiet())
        client.list_collections()
    except failures() as error:
        raise IndexDamaged(str(directory), type(error).__name__) from None
    return ChromaStore(client)


def served_chroma(url: str, prefix: str) -> ChromaStore:
    """Chroma as a server (`chroma run`), for several processes. *Errors:* StoreUnreachable."""
    import chromadb

    place = urlsplit(url)
    secure = place.scheme == "https"
    port = place.port or (443 if secure else 8000)
    try:
        client = chromadb.HttpClient(host=place.hostname or "127.0.0.1", port=port, ssl=secure, settings=_quiet())
    except failures():
        raise StoreUnreachable(url) from None
    sessions = _sessions(client)
    for one in sessions:
        one.timeout = SECONDS
    return ChromaStore(client, prefix, sessions)


def _sessions(client: Any) -> frozenset[Any]:
    """Its HTTP clients, the one it asks for the tenant included: chromadb 1.5 sets no time limit and closes neither."""
    return frozenset(one._server._session for one in (client, client._admin_client))


def failures() -> tuple[type[Exception], ...]:
    """What chromadb was seen to raise for broken files, a lost index and an unreachable server."""
    import httpx
    from chromadb.errors import ChromaError

    return (ChromaError, httpx.HTTPError, OSError, RuntimeError, ValueError, AttributeError, KeyError)


def wiped(directory: Path) -> Path:
    """The directory, empty: Chroma's files are derived from SQLite and may always go."""
    shutil.rmtree(directory, ignore_errors=True)
    return directory


def _quiet() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)
