"""Brings the index to a given set of articles: only what changed is cut and embedded. Never leaves half an article searched."""

import logging
from collections.abc import Iterator, Sequence

import numpy as np

from playbooks.domain.content import Article
from retrieval.index.chunk import passages_of
from retrieval.index.dense import DenseStore, failures
from retrieval.index.embedder import Embedder, Vectors
from retrieval.index.library import Library, fingerprint
from retrieval.index.problems import VectorsChanged
from retrieval.index.shelf import Shelf
from retrieval.index.shelving import Prepared
from retrieval.ports import SyncReport

log = logging.getLogger(__name__)

CUTTER = "structure-1"
"""Raise when chunk.py or analysis.py changes what it makes: every article is then cut anew by the next sync."""

AT_ONCE = 256
"""Articles embedded and stored together: bounds memory, and what an interrupted first sync has to repeat."""

TOLD_AT_ONCE = 5000
"""Changes handed to Chroma in one go; its own limit is 5,461."""


class Syncing:
    def __init__(self, library: Library, shelf: Shelf, dense: DenseStore | None, embedder: Embedder | None) -> None:
        self._library, self._shelf, self._dense, self._embedder = library, shelf, dense, embedder
        self._maker = f"{CUTTER}/{embedder.name if embedder else 'no model'}"

    def sync(self, articles: Sequence[Article]) -> SyncReport:
        """`articles` is the whole of what should be found. Of two with one id the later counts."""
        wanted = {one.article_id: one for one in articles}
        marks = {one.article_id: fingerprint(one, self._maker) for one in wanted.values()}
        known = self._library.fingerprints()
        gone = [one for one in known if one not in wanted]
        changed = [one for one in wanted.values() if known.get(one.article_id) != marks[one.article_id]]
        self._library.replace([], gone)
        for part in _parts(changed):
            self._library.replace(self._prepared(part, marks), [])
        self._tell_what_it_can()
        added = sum(one.article_id not in known for one in changed)
        return SyncReport(added, len(changed) - added, len(gone), len(wanted) - len(changed))

    def _tell_what_it_can(self) -> None:
        """SQLite knows already and answers by it: a vector store that is away is told by the next sync. One that lost what
        it was told is told all again.
        """
        try:
            if self._dense is not None and self._embedder is not None and self._dense.count() < self._library.told_count():
                self._library.tell_all(self._embedder.name)
            self.tell_dense()
        except failures() as error:
            if self._dense is not None:
                self._dense.look_again()
            log.warning("the vector store was not told what changed", extra={"error": type(error).__name__})

    def tell_dense(self) -> None:
        """Hands Chroma what it has not been told, also what an earlier process could not."""
        while self._dense is not None and (changes := self._library.pending(TOLD_AT_ONCE)):
            last = {passage: (partition, op) for _, passage, partition, op in changes}
            vectors = self._shelf.vectors([passage for passage, (_, op) in last.items() if op == "add"])
            for partition in {one for one, _ in last.values()}:
                removed = [passage for passage, (place, op) in last.items() if place == partition and op == "remove"]
                added = [passage for passage, (place, _) in vectors.items() if place == partition]
                self._dense.remove(partition, removed)
                if added:
                    self._dense.put(partition, added, np.stack([vectors[one][1] for one in added]))
            self._library.told(changes[-1][0])

    def _prepared(self, articles: Sequence[Article], marks: dict[str, str]) -> list[Prepared]:
        pieces = [passages_of(one.body) for one in articles]
        if self._embedder is None:
            return [Prepared(one, marks[one.article_id], cut, None, None) for one, cut in zip(articles, pieces, strict=True)]
        titles = self._embedder.embed([one.title for one in articles])
        texts = [
            embedded_text(one.title, piece.breadcrumb, one.body[piece.start : piece.end])
            for one, cut in zip(articles, pieces, strict=True)
            for piece in cut
        ]
        vectors, prepared = self._embedder.embed(texts), list[Prepared]()
        self._same_length(self._embedder, titles)
        for number, (one, cut) in enumerate(zip(articles, pieces, strict=True)):
            prepared.append(Prepared(one, marks[one.article_id], cut, vectors[: len(cut)], titles[number]))
            vectors = vectors[len(cut) :]
        return prepared

    def _same_length(self, embedder: Embedder, vectors: Vectors) -> None:
        """*Errors:* VectorsChanged; then what was there keeps serving."""
        held, given = self._library.vector_length(), vectors.shape[1]
        if held is not None and held != given:
            raise VectorsChanged(embedder.name, held, given)


def embedded_text(title: str, breadcrumb: str, text: str) -> str:
    """A passage alone rarely says what it is about."""
    return "\n".join(one for one in (title, breadcrumb, text) if one)


def _parts(articles: Sequence[Article]) -> Iterator[Sequence[Article]]:
    for start in range(0, len(articles), AT_ONCE):
        yield articles[start : start + AT_ONCE]
