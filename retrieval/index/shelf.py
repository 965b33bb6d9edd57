"""Reads the index's database for a search: partitions, candidate passages, articles, citations. Writes nothing."""

# ruff: noqa: S608 - only table names and integers of our own are put into statements; values are bound

import sqlite3
import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from playbooks.domain.content import Article, Audience, Passage
from retrieval.index.book import Book, Stretch
from retrieval.index.chunk import Piece
from retrieval.index.embedder import Vectors
from retrieval.index.scope import ADMITTED, Scope
from retrieval.index.shelving import passage


@dataclass(frozen=True)
class Resolved:
    """What a citation points at: still current, or superseded by a newer version, or withdrawn from its readers."""

    passage: Passage
    superseded: bool
    withdrawn: bool


class Shelf:
    """One connection, one reader at a time; a sync in progress is not seen until it is committed (WAL)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection, self._lock = connection, threading.RLock()
        self._counted_at = ""
        self._extents: dict[int, tuple[int, int]] = {}

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def partitions(self, scope: Scope) -> list[int]:
        """Of the audiences asked for: articles of no brand and of the brand asked for (of every brand where none is asked)."""
        found = self._query("SELECT id, audience, brand FROM partition")
        return [
            number for number, audience, brand in found
            if audience in scope.audiences and (scope.brand is None or brand in ("", scope.brand))
        ]  # fmt: skip

    def size(self) -> int:
        """Passages that can be found."""
        return int(self._query("SELECT count(*) FROM passage JOIN article ON article.id = article WHERE current = 1")[0][0])

    def generation(self) -> str:
        """Changes with every sync that changed something."""
        found = self._query("SELECT value FROM meta WHERE key = 'generation'")
        return str(found[0][0]) if found else "0"

    def extent(self, partitions: Collection[int]) -> tuple[int, float]:
        """Passages in these partitions, and their mean length with title; counted once after each sync, not at each search."""
        generation = self.generation()
        if generation != self._counted_at:
            counted = self._query(
                "SELECT partition, count(*), sum(length) FROM passage JOIN article ON article.id = passage.article"
                " WHERE current = 1 GROUP BY partition"
            )
            self._extents = {partition: (number, length) for partition, number, length in counted}
            self._counted_at = generation
        found = [self._extents.get(one, (0, 0)) for one in partitions]
        number = sum(one for one, _ in found)
        return number, sum(length for _, length in found) / number if number else 1.0

    def article_rows(self, passages: Collection[int]) -> dict[int, int]:
        """Passage number → row of its article, for those that are current: Chroma may lag behind."""
        found = self._query(
            "SELECT passage.id, article.id FROM passage JOIN article ON article.id = passage.article"
            f" WHERE current = 1 AND passage.id IN ({_numbers(passages)})"
        )
        return dict(found)

    def admitted(self, partitions: Collection[int], scope: Scope) -> list[int]:
        """Passages of these partitions that a narrow scope lets through."""
        found = self._query(f"SELECT passage.id {ADMITTED} AND partition IN ({_numbers(partitions)})", scope.bound)
        return [number for (number,) in found]

    def titled(self, partitions: Collection[int]) -> list[int]:
        """Rows of the current articles of these partitions whose title has a vector."""
        found = self._query(
            "SELECT id FROM article WHERE current = 1 AND title_vector IS NOT NULL"
            f" AND partition IN ({_numbers(partitions)}) ORDER BY id"
        )
        return [row for (row,) in found]

    def title_vectors(self, rows: Collection[int]) -> dict[int, Vectors]:
        found = self._query(f"SELECT id, title_vector FROM article WHERE id IN ({_numbers(rows)})")
        return {row: vector for row, blob in found if (vector := _vector(blob)) is not None}

    def books(self, rows: Collection[int]) -> list[Book]:
        stretches: dict[int, list[Stretch]] = {}
        for one in self._query(
            'SELECT id, article, ordinal, terms, breadcrumb, vector, start, "end" FROM passage'
            f" WHERE article IN ({_numbers(rows)}) ORDER BY article, ordinal"
        ):
            stretch = Stretch(one[0], one[1], one[2], tuple(one[3].split()), one[4], _vector(one[5]), one[6], one[7])
            stretches.setdefault(one[1], []).append(stretch)
        found = self._query(
            "SELECT id, title_terms, title_vector, updated_at, coalesce(helpful, 0), coalesce(unhelpful, 0) FROM article"
            f" LEFT JOIN feedback USING (article_id) WHERE id IN ({_numbers(rows)})"
        )
        return [
            Book(
                row,
                tuple(words.split()),
                _vector(title),
                tuple(stretches.get(row, ())),
                datetime.fromisoformat(updated) if updated else None,
                helpful,
                unhelpful,
            )
            for row, words, title, updated, helpful, unhelpful in found
        ]

    def articles(self, rows: Collection[int]) -> dict[int, Article]:
        """The stored articles of these rows, of whatever version."""
        found = self._query(f"SELECT id, content FROM article WHERE id IN ({_numbers(rows)})")
        return {row: Article.model_validate_json(content) for row, content in found}

    def article(self, article_id: str) -> Article | None:
        """The current version."""
        found = self._query("SELECT content FROM article WHERE article_id = ? AND current = 1", (article_id,))
        return Article.model_validate_json(found[0][0]) if found else None

    def resolved(self, passage_id: str, audiences: frozenset[Audience]) -> Resolved | None:
        """None where no kept version has this passage. Withdrawn: the article is deleted, or now for other readers."""
        found = self._query(
            'SELECT content, current, breadcrumb, start, "end" FROM passage JOIN article ON article.id = passage.article'
            " WHERE passage_id = ? ORDER BY article.id DESC LIMIT 1",
            (passage_id,),
        )
        if not found:
            return None
        cited = Article.model_validate_json(found[0][0])
        now = self.article(cited.article_id)
        readable = now is not None and now.audience in audiences
        piece = Piece(found[0][3], found[0][4], found[0][2])
        return Resolved(passage(cited, piece), superseded=not found[0][1], withdrawn=not readable)

    def vectors(self, numbers: Iterable[int]) -> dict[int, tuple[int, Vectors]]:
        """Passage number → partition and vector, of current passages that have one."""
        found = self._query(
            "SELECT passage.id, partition, vector FROM passage JOIN article ON article.id = passage.article"
            f" WHERE current = 1 AND vector IS NOT NULL AND passage.id IN ({_numbers(numbers)})"
        )
        return {number: (partition, np.frombuffer(blob, np.float16).astype(np.float32)) for number, partition, blob in found}

    def some_vectors(self, after: int, limit: int) -> list[tuple[int, Vectors]]:
        found = self._query(
            "SELECT passage.id, vector FROM passage JOIN article ON article.id = passage.article"
            " WHERE current = 1 AND vector IS NOT NULL AND passage.id > ? ORDER BY passage.id LIMIT ?",
            (after, limit),
        )
        return [(number, np.frombuffer(blob, np.float16).astype(np.float32)) for number, blob in found]

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _query(self, sql: str, values: Sequence[object] = ()) -> list[tuple]:  # type: ignore[type-arg]
        with self._lock:
            return self._connection.execute(sql, values).fetchall()


def _numbers(numbers: Iterable[int]) -> str:
    """Integers of our own inside the statement: SQLite's limit on bound values does not apply to them."""
    return ",".join(str(int(one)) for one in numbers)


def _vector(blob: bytes | None) -> Vectors | None:
    return None if blob is None else np.frombuffer(blob, np.float16).astype(np.float32)
