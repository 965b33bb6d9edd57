"""SQL both engines share: what happens to a claimed job's row, and to a dead one's. Moving the line is each engine's own.

Written with named parameters, which SQLite's driver and SQLAlchemy's `text` both understand.
"""

from bot.engines.line import Failed
from bot.jobs import Claimed, Policies

HELD = "job_id = :job_id AND state = 'running' AND token = :token"

FINISH = f"""
UPDATE jobs SET state = 'done', finished_at = :now, payload = '{{}}', worker_id = NULL, position = NULL, error = NULL
WHERE {HELD}
"""  # noqa: S608 - constants only

WAIT = f"""
UPDATE jobs SET state = 'retrying', due_at = :due_at, worker_id = NULL, error = :error, error_id = :error_id,
    attempts = attempts - :given_back
WHERE {HELD}
"""  # noqa: S608 - constants only

BURY = f"""
UPDATE jobs SET state = 'dead', finished_at = :now, worker_id = NULL, position = NULL, error = :error, error_id = :error_id
WHERE {HELD}
"""  # noqa: S608 - constants only

GIVE_BACK = f"""
UPDATE jobs SET state = 'ready', worker_id = NULL, attempts = attempts - 1 WHERE {HELD}
"""  # noqa: S608 - constants only

NEXT_DUE = "SELECT min(due_at) FROM jobs WHERE due_at IS NOT NULL"

REVIVE = "UPDATE jobs SET attempts = 0, error = NULL, error_id = NULL WHERE job_id = :job_id AND state = 'dead'"

DROP = """
UPDATE jobs SET state = 'done', finished_at = :now, due_at = NULL, position = NULL, payload = '{}',
    error = 'dropped by an operator'
WHERE job_id = :job_id AND state NOT IN ('running', 'done')
RETURNING lock, once_key
"""

RUNNING = """
SELECT job_id, kind, payload, lock, once_key, attempts, token, enqueued_at FROM jobs
WHERE job_id = :job_id AND state = 'running' FOR UPDATE
"""


def abandoned(claimed: Claimed, policies: Policies) -> tuple[Failed, float | None]:
    """What becomes of a job whose worker died: seconds to wait, None for dead.

    The attempt counts: a job that kills its worker each time must end. Only the first takeover is at once.
    """
    patience = policies.of(claimed.kind)
    failed = Failed("its worker died while it ran", f"J{claimed.job_id}-{claimed.token}")
    if claimed.attempt >= patience.attempts:
        return failed, None
    return failed, 0.0 if claimed.attempt == 1 else patience.wait_seconds(claimed.once_key, claimed.attempt)
