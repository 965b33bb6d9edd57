"""Keeps an index directory to one process: two writers of one Chroma path corrupted it in 4 of 4 tries (dependencies.md).

The lock is SQLite's own exclusive lock on a file of its own: it works on every platform and dies with its process.
"""

import os
import sqlite3
from pathlib import Path

from retrieval.index.problems import IndexDamaged, IndexInUse, IndexUnwritable


class Ownership:
    """Held from construction to `release`. *Errors:* IndexInUse names the owner's process id; IndexUnwritable."""

    def __init__(self, directory: Path) -> None:
        self.place, note = str(directory), directory / "owner.txt"
        self._connection = _opened(directory)
        try:
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            self._connection.close()
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise IndexUnwritable(str(directory), str(error)) from None
            raise IndexInUse(str(directory), _named(note)) from None
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise IndexDamaged(str(directory / "owner.lock"), str(error)) from None
        note.write_text(f"process {os.getpid()}", encoding="utf-8")

    def release(self) -> None:
        self._connection.close()


def _opened(directory: Path) -> sqlite3.Connection:
    try:
        return sqlite3.connect(directory / "owner.lock", timeout=0, isolation_level=None, check_same_thread=False)
    except sqlite3.OperationalError as error:
        raise IndexUnwritable(str(directory), str(error)) from None


def _named(note: Path) -> str:
    """Beside the lock, not in it: the locked file cannot be read on every platform."""
    try:
        return note.read_text(encoding="utf-8")
    except OSError:
        return "another process"
