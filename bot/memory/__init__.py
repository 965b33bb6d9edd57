"""What is remembered: inbox, outbox, runs, drafts, audit. Sync functions inside transactions; it never decides or sends."""

from sqlalchemy import Connection

__all__ = ["Connection"]
