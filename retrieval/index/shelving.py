"""Puts an article's rows into the index's database and takes them out of search. Runs inside the library's transaction."""

# ruff: noqa: S608 - only table names and integers of our own are put into statements; values are bound

import sqlite3
from collections.abc import Sequence
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


@dataclass(frozen=True)
class Prepared:
    """An article cut and embedded, ready to be stored; vectors are None where there is no model."""

    article: Article
    fingerprint: str
    pieces: Sequence[Piece]
    vectors: Vectors | None
    title_vector: Vectors | None


def packed(vector: Vectors) -> bytes:
    """Half precision: cosines move by less than 0.0005, the file is half as large."""
    return vector.astype(np.float16).tobytes()


def partition_of(connection: sqlite3.Connection, audience: str, brand: str) -> int:
    connection.execute("INSERT OR IGNORE INTO partition (audience, brand) VALUES (?, ?)", (audience, brand))
    row = connection.execute("SELECT id FROM partition WHERE audience = ? AND brand = ?", (audience, brand)).fetchone()
    return int(row[0])


def add(connection: sqlite3.Connection, one: Prepared) -> None:
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


def retire(connection: sqlite3.Connection, article_id: str) -> None:
    """Out of search at once; the rows stay so that citations resolve."""
    row = connection.execute("SELECT id, partition FROM article WHERE article_id = ? AND current = 1", (article_id,)).fetchone()
    if row is None:
        return
    connection.execute("UPDATE article SET current = 0 WHERE id = ?", (row[0],))
    words = full_text(connection, row[1])
    for (number,) in connection.execute("SELECT id FROM passage WHERE article = ?", (row[0],)).fetchall():
        connection.execute(f"DELETE FROM {words} WHERE rowid = ?", (number,))
        connection.execute("INSERT INTO pending (passage, partition, op) VALUES (?, ?, 'remove')", (number, row[1]))


def forget_old(connection: sqlite3.Connection, article_id: str) -> None:
    old = connection.execute(
        "SELECT id FROM article WHERE article_id = ? AND current = 0 ORDER BY id DESC LIMIT -1 OFFSET ?",
        (article_id, KEPT_VERSIONS),
    ).fetchall()
    connection.executemany("DELETE FROM article WHERE id = ?", old)
