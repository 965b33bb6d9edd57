"""The index's own SQLite file: articles with all their versions, passages with their vectors, one full-text table a partition.

SQLite is what is true; the Chroma collections beside it can always be made again from here without embedding anything.
"""

import sqlite3
from pathlib import Path

from retrieval.index.problems import IndexDamaged

LAYOUT = "5"
"""Raise when a table or the meaning of a column changes; an index of another layout is rebuilt by the next sync."""

TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS partition (
  id INTEGER PRIMARY KEY, audience TEXT NOT NULL, brand TEXT NOT NULL, UNIQUE (audience, brand));
CREATE TABLE IF NOT EXISTS article (
  id INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL, version TEXT NOT NULL,
  fingerprint TEXT NOT NULL, current INTEGER NOT NULL, partition INTEGER NOT NULL, product TEXT,
  locale TEXT NOT NULL, title_vector BLOB, title_terms TEXT NOT NULL, updated_at TEXT, content TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS one_current ON article (article_id) WHERE current = 1;
CREATE INDEX IF NOT EXISTS versions ON article (article_id, id);
CREATE TABLE IF NOT EXISTS passage (
  id INTEGER PRIMARY KEY AUTOINCREMENT, passage_id TEXT NOT NULL,
  article INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL, breadcrumb TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  terms TEXT NOT NULL, length INTEGER NOT NULL, vector BLOB);
CREATE INDEX IF NOT EXISTS passages_of ON passage (article, ordinal);
CREATE INDEX IF NOT EXISTS passage_names ON passage (passage_id);
CREATE TABLE IF NOT EXISTS pending (passage INTEGER NOT NULL, partition INTEGER NOT NULL, op TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS feedback (
  article_id TEXT PRIMARY KEY, helpful INTEGER NOT NULL, unhelpful INTEGER NOT NULL) WITHOUT ROWID;
"""


def connect(file: Path) -> sqlite3.Connection:
    """A connection that any thread may use, one at a time. *Errors:* IndexDamaged where the file is not a sound database."""
    try:
        connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=10)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")  # the articles' sources can always be read again
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.DatabaseError as error:
        raise IndexDamaged(str(file), str(error)) from None
    return connection


def lay_out(connection: sqlite3.Connection) -> None:
    connection.executescript(TABLES)
    connection.execute("INSERT OR IGNORE INTO meta VALUES ('layout', ?)", (LAYOUT,))


def check(connection: sqlite3.Connection, file: Path) -> None:
    """*Errors:* IndexDamaged where pages are broken or the layout is another one."""
    try:
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        layout = connection.execute("SELECT value FROM meta WHERE key = 'layout'").fetchone()
    except sqlite3.DatabaseError as error:
        raise IndexDamaged(str(file), str(error)) from None
    if verdict != "ok":
        raise IndexDamaged(str(file), str(verdict))
    if layout is None or layout[0] != LAYOUT:
        raise IndexDamaged(str(file), f"layout {layout[0] if layout else 'unknown'}, this program writes {LAYOUT}")


def full_text(connection: sqlite3.Connection, partition: int) -> str:
    """The partition's full-text table, made when first asked for. It holds terms: `unicode61` only splits them at spaces."""
    name = f"words_{int(partition)}"
    connection.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5"
        "(title, breadcrumb, body, tokenize = \"unicode61 remove_diacritics 0\", columnsize = 1, detail = 'full')"
    )
    connection.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS {name}_terms USING fts5vocab({name}, 'row')")
    return name
