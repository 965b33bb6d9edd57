"""Keeps articles and their versions in SQLite: what is current, what was, and which vectors still have to reach Chroma.

It never deletes a version that a recent draft may cite: the KEPT_VERSIONS latest of each article stay resolvable.
"""

# ruff: noqa: S608 - only table names and integers of our own are put into statements; values are bound

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from playbooks.domain.content import Article, Passage
from retrieval.index.analysis import terms
from retrieval.index.book import TITLE_COUNTS
from retrieval.index.chunk import Piece
from retrieval.index.embedder import Vectors
from retrieval.index.schema import full_text

KEPT_VERSIONS = 10
"""Of each article beside the current one; a draft is sent within days, ten edits reach back further."""


DAMAGED, FOLDER = "dense_damaged", "dense_folder"
"""What is remembered of Chroma: that it failed while serving, and where its files are."""

DENSE = "FROM passage JOIN article ON article.id = passage.article WHERE current = 1 AND vector IS NOT NULL"
"""The passages whose vectors belong into Chroma."""


@dataclass(frozen=True)
class Prepared:
    """An article cut and embedded, ready to be stored; vectors are None where there is no model."""

    article: Article
    fingerprint: str
    pieces: Sequence[Piece]
    vectors: Vectors | None
    title_vector: Vectors | None


def fingerprint(article: Article, maker: str) -> str:
    """Changes with anything that search shows or filters by, and with what made the passages (`maker`: cutter and embedder)."""
    return hashlib.sha256(f"{maker}\n{article.model_dump_json()}".encode()).hexdigest()[:32]


def packed(vector: Vectors) -> bytes:
    """Half precision: cosines move by less than 0.0005, the file is half as large."""
    return vector.astype(np.float16).tobytes()


class Library:
    """The only writer of the index's database. One thread at a time, which `writing` sees to."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.RLock()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: readers see the state before until this ends well."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def fingerprints(self) -> dict[str, str]:
        """Of the current articles, by article id."""
        with self._lock:
            return dict(self._connection.execute("SELECT article_id, fingerprint FROM article WHERE current = 1"))

    def replace(self, prepared: Iterable[Prepared], gone: Iterable[str]) -> None:
        """One transaction: what is gone or changed leaves search, what is new enters it."""
        with self.writing() as connection:
            for article_id in gone:
                _retire(connection, article_id)
            for one in prepared:
                _retire(connection, one.article.article_id)
                _add(connection, one)
                _forget_old(connection, one.article.article_id)
            connection.execute(
                "INSERT INTO meta VALUES ('generation', '1') ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
            )

    def pending(self, limit: int) -> list[tuple[int, int, int, str]]:
        """Oldest changes that Chroma has not been told: (mark for `told`, passage, partition, add or remove)."""
        sql = "SELECT rowid, passage, partition, op FROM pending ORDER BY rowid LIMIT ?"
        with self._lock:
            return self._connection.execute(sql, (limit,)).fetchall()

    def tell_all(self, embedder: str) -> None:
        """Chroma's files were lost or belong to other vectors: every current passage is to be told again."""
        with self.writing() as connection:
            if self.remembered("embedder") not in (None, embedder):
                connection.execute("UPDATE passage SET vector = NULL")  # of another model; the next sync embeds anew
                connection.execute("UPDATE article SET title_vector = NULL")
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('embedder', ?)", (embedder,))
            connection.execute("DELETE FROM pending")
            connection.execute(f"INSERT INTO pending (passage, partition, op) SELECT passage.id, partition, 'add' {DENSE}")

    def told_count(self) -> int:
        """How many vectors Chroma should hold, once it has been told what is pending."""
        sql = f"SELECT (SELECT count(*) {DENSE}) - (SELECT count(*) FROM pending WHERE op = 'add')"
        with self._lock:
            return int(self._connection.execute(sql).fetchone()[0])

    def remember(self, key: str, value: str) -> None:
        with self.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def remembered(self, key: str) -> str | None:
        with self._lock:
            row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def identity(self) -> str:
        """Names this index among others on one Chroma server."""
        with self.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO meta VALUES ('identity', lower(hex(randomblob(6))))")
        return str(self.remembered("identity"))

    def told(self, last: int) -> None:
        with self.writing() as connection:
            connection.execute("DELETE FROM pending WHERE rowid <= ?", (last,))

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def rate(self, article_id: str, *, helpful: bool) -> None:
        """Counts an agent's verdict on an article; search weighs it within bounds (signals.py)."""
        with self.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO feedback VALUES (?, 0, 0)", (article_id,))
            column = "helpful" if helpful else "unhelpful"
            connection.execute(f"UPDATE feedback SET {column} = {column} + 1 WHERE article_id = ?", (article_id,))


def partition_of(connection: sqlite3.Connection, audience: str, brand: str) -> int:
    connection.execute("INSERT OR IGNORE INTO partition (audience, brand) VALUES (?, ?)", (audience, brand))
    row = connection.execute("SELECT id FROM partition WHERE audience = ? AND brand = ?", (audience, brand)).fetchone()
    return int(row[0])


def _add(connection: sqlite3.Connection, one: Prepared) -> None:
    article = one.article
    partition = partition_of(connection, article.audience, article.brand or "")
    words = full_text(connection, partition)
    title = terms(article.title)
    title_vector = packed(one.title_vector) if one.title_vector is not None else None
    row = connection.execute(
        "INSERT INTO article (article_id, version, fingerprint, current, partition, product, locale, title_vector,"
        " title_terms, updated_at, content)"
        " VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)",
        (
            article.article_id,
            article.version,
            one.fingerprint,
            partition,
            article.product,
            article.locale,
            title_vector,
            " ".join(title),
            article.updated_at.isoformat() if article.updated_at else None,
            article.model_dump_json(),
        ),
    ).lastrowid
    for ordinal, piece in enumerate(one.pieces):
        body = terms(article.body[piece.start : piece.end])
        vector = packed(one.vectors[ordinal]) if one.vectors is not None else None
        passage = connection.execute(
            'INSERT INTO passage (passage_id, article, ordinal, breadcrumb, start, "end", terms, length, vector)'
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                passage_name(article, piece),
                row,
                ordinal,
                piece.breadcrumb,
                piece.start,
                piece.end,
                " ".join(body),
                len(body) + TITLE_COUNTS * len(title),
                vector,
            ),
        ).lastrowid
        connection.execute(
            f"INSERT INTO {words} (rowid, title, breadcrumb, body) VALUES (?, ?, ?, ?)",
            (passage, " ".join(title), " ".join(terms(piece.breadcrumb)), " ".join(body)),
        )
        connection.execute("INSERT INTO pending (passage, partition, op) VALUES (?, ?, 'add')", (passage, partition))


def passage_name(article: Article, piece: Piece) -> str:
    """The same stretch of the same version has the same id in every index."""
    return f"{article.article_id}@{article.version}:{piece.start}-{piece.end}"


def passage(article: Article, piece: Piece) -> Passage:
    return Passage(
        passage_id=passage_name(article, piece),
        article_id=article.article_id,
        title=article.title,
        breadcrumb=piece.breadcrumb,
        text=article.body[piece.start : piece.end],
        start=piece.start,
        end=piece.end,
        version=article.version,
        audience=article.audience,
        updated_at=article.updated_at,
        url=article.url,
    )


def _retire(connection: sqlite3.Connection, article_id: str) -> None:
    """Out of search at once; the rows stay so that citations resolve."""
    row = connection.execute("SELECT id, partition FROM article WHERE article_id = ? AND current = 1", (article_id,)).fetchone()
    if row is None:
        return
    connection.execute("UPDATE article SET current = 0 WHERE id = ?", (row[0],))
    words = full_text(connection, row[1])
    for (number,) in connection.execute("SELECT id FROM passage WHERE article = ?", (row[0],)).fetchall():
        connection.execute(f"DELETE FROM {words} WHERE rowid = ?", (number,))
        connection.execute("INSERT INTO pending (passage, partition, op) VALUES (?, ?, 'remove')", (number, row[1]))


def _forget_old(connection: sqlite3.Connection, article_id: str) -> None:
    old = connection.execute(
        "SELECT id FROM article WHERE article_id = ? AND current = 0 ORDER BY id DESC LIMIT -1 OFFSET ?",
        (article_id, KEPT_VERSIONS),
    ).fetchall()
    connection.executemany("DELETE FROM article WHERE id = ?", old)
