"""Keeps articles and their versions in SQLite: what is current, what was, and which vectors still have to reach Chroma.

It never deletes a version that a recent draft may cite: the KEPT_VERSIONS latest of each article stay resolvable.
"""

# ruff: noqa: S608 - only table names and integers of our own are put into statements; values are bound

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from playbooks.domain.content import Article
from retrieval.index.shelving import Prepared, add, forget_old, retire
from retrieval.index.signals import Verdicts

DAMAGED, FOLDER = "dense_damaged", "dense_folder"
"""What is remembered of Chroma: that it failed while serving, and where its files are."""

DENSE = "FROM passage JOIN article ON article.id = passage.article WHERE current = 1 AND vector IS NOT NULL"
"""The passages whose vectors belong into Chroma."""


def fingerprint(article: Article, maker: str) -> str:
    """Changes with anything that search shows or filters by, and with what made the passages (`maker`: cutter and embedder)."""
    return hashlib.sha256(f"{maker}\n{article.model_dump_json()}".encode()).hexdigest()[:32]


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
            ended_well = False
            try:
                yield self._connection
                ended_well = True
            finally:
                self._connection.execute("COMMIT" if ended_well else "ROLLBACK")

    def fingerprints(self) -> dict[str, str]:
        """Of the current articles, by article id."""
        with self._lock:
            return dict(self._connection.execute("SELECT article_id, fingerprint FROM article WHERE current = 1"))

    def replace(self, prepared: Iterable[Prepared], gone: Iterable[str]) -> None:
        """One transaction: what is gone or changed leaves search, what is new enters it."""
        with self.writing() as connection:
            for article_id in gone:
                retire(connection, article_id)
            for one in prepared:
                retire(connection, one.article.article_id)
                add(connection, one)
                forget_old(connection, one.article.article_id)
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

    def vector_length(self) -> int | None:
        """Of the passages that can be found; None where none has a vector."""
        with self._lock:
            row = self._connection.execute(f"SELECT length(vector) {DENSE} LIMIT 1").fetchone()
        return row[0] // 2 if row else None

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

    def weigh(self, verdicts: Mapping[tuple[str, str], Verdicts]) -> None:
        """What search then weighs within bounds (signals.py), in place of what it weighed before."""
        with self.writing() as connection:
            current = set(connection.execute("SELECT article_id, version FROM article WHERE current = 1"))
            rows = [(key[0], one.helpful, one.unhelpful) for key, one in verdicts.items() if key in current]
            connection.execute("DELETE FROM feedback")
            connection.executemany("INSERT INTO feedback VALUES (?, ?, ?)", rows)
