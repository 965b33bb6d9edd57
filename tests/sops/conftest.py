"""The engine's databases, for procedures that are remembered."""

from tests.engine.conftest import any_database, any_url, migrated_file, sqlite_database, sqlite_url
from tests.postgres import postgres

__all__ = ["any_database", "any_url", "migrated_file", "postgres", "sqlite_database", "sqlite_url"]
