"""Says in one typed error that storage cannot be used now, and what to do about it; never hides a bug as an outage."""

import sqlite3

from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class StorageUnavailable(Exception):
    """Nothing of the work it was raised for is stored. `remedy` is fit to show to an operator."""

    def __init__(self, message: str, *, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


SQLITE_REMEDIES = {
    "SQLITE_FULL": "The disk is full: free space, or move the database to a larger disk. Work goes on by itself afterwards.",
    "SQLITE_READONLY": "The database or its folder is read-only: give this user write permission, or mount it writable.",
    "SQLITE_BUSY": "Another process holds the database: end the other writer, or use PostgreSQL for several processes.",
    "SQLITE_LOCKED": "Another process holds the database: end the other writer, or use PostgreSQL for several processes.",
    "SQLITE_IOERR": "The disk answers with errors: check the disk and its mount, then start again.",
    "SQLITE_CANTOPEN": "The database file cannot be opened: check that its folder exists and this user may write there.",
    "SQLITE_CORRUPT": "The database file is damaged: restore the last backup with `deskside restore`.",
    "SQLITE_NOTADB": "The file is not a database: check the path, or restore the last backup with `deskside restore`.",
}

POSTGRES_REMEDIES = {
    "08": "The database server cannot be reached: check that it runs and the network between. It is tried again by itself.",
    "25006": "The database is read-only (a standby?): point DESKSIDE_DATABASE_URL at the primary.",
    "28": "The database refused the user or password: correct DESKSIDE_DATABASE_URL.",
    "3D": "The database does not exist: create it, then run `deskside migrate`.",
    "53100": "The database server's disk is full: free space there. Work goes on by itself afterwards.",
    "53": "The database server is out of a resource (connections, memory): raise its limits or lower ours.",
    "55": "The database object is in use: it is tried again by itself.",
    "57": "The database server is stopping or starting. It is tried again by itself.",
    "58": "The database server's disk or system answers with errors: check the server.",
}


def unavailable(error: BaseException) -> StorageUnavailable | None:
    """The outage behind a driver's error; None where it is something else (a constraint, a bug)."""
    if isinstance(error, StorageUnavailable):
        return error
    if isinstance(error, (PoolTimeout, DisconnectionError)):
        return StorageUnavailable("no database connection is free", remedy=POSTGRES_REMEDIES["53"])
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, sqlite3.Error):
        return _sqlite_outage(original)
    return _postgres_outage(original) if type(original).__module__.startswith("psycopg") else None


def _sqlite_outage(error: sqlite3.Error) -> StorageUnavailable | None:
    name = getattr(error, "sqlite_errorname", "") or ""
    for prefix, remedy in SQLITE_REMEDIES.items():
        if name == prefix or name.startswith(f"{prefix}_"):
            return StorageUnavailable(f"SQLite: {error} ({name})", remedy=remedy)
    return None


def _postgres_outage(error: BaseException | None) -> StorageUnavailable | None:
    """A connection that broke carries no SQLSTATE: psycopg says OperationalError, which then counts as unreachable."""
    state = getattr(error, "sqlstate", None)
    if state is None:
        state = "08000" if type(error).__name__ in ("OperationalError", "ConnectionTimeout") else ""
    for prefix in (state, state[:2]):
        if prefix in POSTGRES_REMEDIES:
            return StorageUnavailable(f"PostgreSQL: {type(error).__name__} ({state})", remedy=POSTGRES_REMEDIES[prefix])
    return None
