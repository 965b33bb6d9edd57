"""Forgets what is no longer needed: customers' words first, then what only we needed. What was done stays known by its key."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.jobs import Jobs
from bot.memory import bulks, drafts, facts_cache, inbox, outbox, unanswered
from bot.schedule import forget_ticks

TICKS_KEPT = timedelta(days=2)
"""Only a name's newest counts for what was missed."""


@dataclass(frozen=True)
class Kept:
    """How long. `jobs` are the finished ones; those given up are kept until somebody decides about them."""

    payloads: timedelta
    facts: timedelta
    jobs: timedelta
    questions: timedelta
    drafts: timedelta


def swept(conn: Connection, jobs: Jobs, kept: Kept, now: datetime) -> dict[str, int]:
    """How many of each went."""
    return {
        "payloads": inbox.drop_payloads(conn, now - kept.payloads),
        "actions": outbox.drop_actions(conn, now - kept.payloads),
        "bulks": bulks.forget_before(conn, now - kept.payloads),
        "questions": unanswered.forget_before(conn, now - kept.questions),
        "drafts": drafts.forget_before(conn, now - kept.drafts),
        "facts": facts_cache.forget_before(conn, now - kept.facts),
        "jobs": jobs.forget(conn, now - kept.jobs),
        "ticks": forget_ticks(conn, now - TICKS_KEPT),
    }
