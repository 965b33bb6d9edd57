"""The index the rest of the house sees: sync, search, resolve a citation. Never blocks the event loop: it works in threads."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from playbooks.domain.content import Article, Audience, Hit, SearchResult
from retrieval.errors import VendorError
from retrieval.index.abstention import shipped, why_not
from retrieval.index.analysis import terms
from retrieval.index.book import Book
from retrieval.index.chunk import Piece
from retrieval.index.dense import DenseStore
from retrieval.index.embedder import Embedder, ModelMissing, Vectors
from retrieval.index.evidence import evidence
from retrieval.index.lexical import Lexical, searched_terms
from retrieval.index.library import Library
from retrieval.index.meaning import Meaning
from retrieval.index.owner import Ownership
from retrieval.index.problems import IndexUnwritable
from retrieval.index.question import Ground, Question, rarity, subject_of
from retrieval.index.ranking import Ranked, ranked, shortlist
from retrieval.index.scope import Scope
from retrieval.index.shelf import Resolved, Shelf
from retrieval.index.shelving import passage
from retrieval.index.signals import Verdicts
from retrieval.index.survey import Survey
from retrieval.index.syncing import Syncing
from retrieval.llm.embeddings import OpenAIEmbedder
from retrieval.ports import SyncReport

log = logging.getLogger(__name__)

DEPTH = 100
"""Passages taken from each of the two searches before they are ranked together."""


SHORTLIST = 50
"""Articles that are ranked with all their passages; 100 ranked no better on any set and took twice the time."""

NOTHING = "no article that you may read has any of these words"


Clock = Callable[[], datetime]
"""Now, with a zone: an article's age moves its rank a little."""


@dataclass(frozen=True)
class IndexState:
    """What the index can do. `lexical_only` says why dense search is off, None where it is on."""

    passages: int
    embedder: str | None
    lexical_only: str | None


class HybridIndex:
    """Made by `open_index`. Implements `retrieval.ports.KnowledgeIndex`."""

    def __init__(
        self,
        library: Library,
        shelf: Shelf,
        dense: DenseStore | None,
        embedder: Embedder | ModelMissing,
        owner: Ownership,
        clock: Clock,
    ) -> None:
        self._library, self._shelf, self._dense, self._owner, self._clock = library, shelf, dense, owner, clock
        self._missing = embedder if isinstance(embedder, ModelMissing) else None
        self._embedder = None if isinstance(embedder, ModelMissing) else embedder
        self._lexical, self._meaning = Lexical(shelf), Meaning(shelf, dense, library)
        self._survey = Survey(shelf, self._meaning)
        self._syncing = Syncing(library, shelf, dense, self._embedder)
        self._one_sync = asyncio.Lock()

    async def sync(self, articles: Sequence[Article]) -> SyncReport:
        """`articles` is the whole of what should be found; what is not among them is gone from answers at once."""
        async with self._one_sync:
            try:
                return await asyncio.to_thread(self._syncing.sync, articles)
            except sqlite3.OperationalError as error:
                raise IndexUnwritable(self._owner.place, str(error)) from error

    async def search(
        self,
        question: str,
        *,
        audiences: frozenset[Audience],
        limit: int = 5,
        product: str | None = None,
        brand: str | None = None,
        locale: str | None = None,
    ) -> SearchResult:
        scope = Scope(audiences, brand, product, locale)
        return await asyncio.to_thread(self.searched, question, scope, limit)

    async def size(self) -> int:
        return await asyncio.to_thread(self._shelf.size)

    async def resolve(self, passage_id: str, audiences: frozenset[Audience]) -> Resolved | None:
        """What a citation of any age points at."""
        return await asyncio.to_thread(self._shelf.resolved, passage_id, audiences)

    async def says(self, article_id: str, audiences: frozenset[Audience]) -> str | None:
        article = await asyncio.to_thread(self._shelf.article, article_id)
        return article.body if article is not None and article.audience in audiences else None

    async def weigh(self, verdicts: Mapping[tuple[str, str], Verdicts]) -> None:
        """All verdicts there are, by article id and version; those on another version than the current one are left out: an
        article that was written anew is judged anew.
        """
        await asyncio.to_thread(self._library.weigh, verdicts)

    def state(self) -> IndexState:
        name = self._embedder.name if self._embedder else None
        why = self._missing.why if self._missing else self._meaning.trouble
        return IndexState(self._shelf.size(), name, why)

    def vectors(self, limit: int, after: int = 0) -> list[tuple[int, Vectors]]:
        """Passage numbers above `after` with their vectors, in order: to fill another store with the same."""
        return self._shelf.some_vectors(after, limit)

    def close(self) -> None:
        if self._dense is not None:
            self._dense.close()
        if isinstance(self._embedder, OpenAIEmbedder):
            self._embedder.close()
        self._shelf.close()
        self._library.close()
        self._owner.release()

    def searched(self, text: str, scope: Scope, limit: int, without: Collection[str] = ()) -> SearchResult:
        """The search itself, for threads, measurements and benchmarks."""
        question, found = self.ranked(text, scope, without)
        if not found:
            return SearchResult(question=text, hits=(), answerable=0.0, has_answer=False, why_not=NOTHING)
        model, hits = shipped(question.vector is not None), self._hits(found[:limit])
        chance = model.chance(evidence(question, found))
        enough = chance >= model.threshold
        reason = None if enough else why_not(question, hits[0].passage.title)
        return SearchResult(question=text, hits=hits, answerable=chance, has_answer=enough, why_not=reason)

    def ranked(self, text: str, scope: Scope, without: Collection[str] = ()) -> tuple[Question, list[Ranked]]:
        """The shortlist, best first. `without` leaves articles out, to ask what would be said if they were not written."""
        partitions = self._shelf.partitions(scope)
        question = self._question(text, partitions)
        books = self._candidates(question, partitions, scope)
        if without:
            hidden = {
                row for row, one in self._shelf.articles([book.row for book in books]).items() if one.article_id in without
            }
            books = [book for book in books if book.row not in hidden]
        _, average_length = self._shelf.extent(partitions)
        return question, ranked(question, books, average_length, self._clock())

    def _hits(self, shown: Sequence[Ranked]) -> tuple[Hit, ...]:
        articles = self._shelf.articles([one.book.row for one in shown])
        return tuple(_hit(one, articles[one.book.row]) for one in shown)

    def _question(self, text: str, partitions: Sequence[int]) -> Question:
        found = tuple(terms(text))
        total, _ = self._shelf.extent(partitions)
        documents = self._lexical.counts(partitions, tuple(dict.fromkeys(found)))
        weights = {term: rarity(total, count) for term, count in sorted(documents.items(), key=lambda one: one[1])}
        vector = self._vector(text) if partitions else None
        ground = self._survey.ground(partitions) if vector is not None else Ground()
        if vector is not None and ground.common is not None and vector.shape != ground.common.shape:
            log.error("the embedder gives vectors of another length than the index holds; its next sync says more")
            vector, ground = None, Ground()
        subject = {term: weights[term] for term in terms(subject_of(text))}
        return Question(text, found, weights, documents, vector, ground, subject)

    def _vector(self, text: str) -> Vectors | None:
        """None without a model, and where its server fails: an answer by words beats none."""
        try:
            return self._embedder.embed([text])[0] if self._embedder else None
        except VendorError as error:
            log.warning("the question was not embedded", extra={"vendor": error.vendor, "reason": error.reason})
            return None

    def _candidates(self, question: Question, partitions: Sequence[int], scope: Scope) -> list[Book]:
        lexical = dict(self._lexical.best(partitions, searched_terms(question), scope, DEPTH))
        dense = dict(self._meaning.nearest(question, partitions, scope, DEPTH))
        parents = self._shelf.article_rows(lexical.keys() | dense.keys())
        return self._shelf.books(shortlist(lexical, dense, parents, SHORTLIST))


def _hit(one: Ranked, article: Article) -> Hit:
    """With the article's other passages beside the one that fits best: a draft reads the whole article."""
    passages = [passage(article, Piece(each.start, each.end, each.breadcrumb)) for each in one.book.stretches]
    found = passages.pop(one.shown)
    score, words, meaning = min(1.0, max(0.0, one.score)), one.scores.best_lexical, one.scores.best_dense
    return Hit(passage=found, score=score, lexical=words, dense=meaning, beside=tuple(passages))
