"""Judges a failed attempt: try again and when, or give up. It words the error without any customer's text."""

import traceback
from dataclasses import dataclass
from pathlib import PurePath

from bot.jobs import Claimed, Patience, PermanentFailure
from bot.memory.errors import StorageUnavailable
from retrieval.errors import Throttled, VendorError

OUR_WORDS = (VendorError, PermanentFailure, StorageUnavailable)
"""Errors whose text is ours and holds ids only; others may quote what they choked on (pydantic does)."""


@dataclass(frozen=True)
class Verdict:
    """`wait_seconds` None: dead. `counted` False: the attempt was not the job's fault."""

    wait_seconds: float | None
    error: str
    error_id: str
    where: str
    counted: bool = True


def judged(error: BaseException, claimed: Claimed, patience: Patience) -> Verdict:
    """The error id names job and attempt, so that it leads to the row as well as to the log line."""
    words = f"{type(error).__name__}: {error}" if isinstance(error, OUR_WORDS) else type(error).__name__
    counted = not isinstance(error, StorageUnavailable)
    away = isinstance(error, VendorError) and error.passes
    most = max(patience.attempts, patience.outage_attempts or 0) if away else patience.attempts
    gives_up = _is_permanent(error) or (counted and claimed.attempt >= most)
    asked = error.retry_after_seconds if isinstance(error, Throttled) else None
    wait = None if gives_up else patience.wait_seconds(claimed.once_key, claimed.attempt, asked)
    return Verdict(wait, words, f"J{claimed.job_id}-{claimed.token}", _where(error), counted)


def _is_permanent(error: BaseException) -> bool:
    """Refused and Surprised need a person, who runs the dead job again afterwards."""
    return isinstance(error, PermanentFailure) or (isinstance(error, VendorError) and not error.passes)


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return " < ".join(f"{PurePath(one.filename).name}:{one.lineno} {one.name}" for one in reversed(frames)) or "no frames"
