"""The SQL of the embedded engine: plain statements for the plain driver. Finished rows are outside every index it reads.

A line is the jobs of one lock by `position`; only its head may be ready, retrying or running (a unique index sees to it).
Jobs that are not due yet have no position. Positions only order what is unfinished, so they may start again at 1.
"""

REGISTER = "INSERT INTO workers (started_at) VALUES (:now)"
BEAT = "UPDATE workers SET beat = beat + 1 WHERE worker_id = :worker_id"
IS_REGISTERED = "SELECT 1 FROM workers WHERE worker_id = :worker_id"
OTHERS = "SELECT worker_id, beat FROM workers WHERE worker_id <> :worker_id"
UNREGISTER = "DELETE FROM workers WHERE worker_id = :worker_id"

NEXT_POSITION = "(SELECT coalesce(max(position), 0) + 1 FROM jobs WHERE finished_at IS NULL)"

BEFORE = """
SELECT
    (SELECT json_group_array(once_key) FROM jobs WHERE once_key IN (SELECT value FROM json_each(:once_keys))),
    (SELECT json_group_object(lock, worst) FROM (
        SELECT lock, max(priority) AS worst FROM jobs
        WHERE finished_at IS NULL AND lock IN (SELECT value FROM json_each(:locks)) AND position IS NOT NULL GROUP BY lock
    )),
    (SELECT coalesce(max(position), 0) FROM jobs WHERE finished_at IS NULL)
"""

ENQUEUED = ("once_key", "kind", "payload", "lock", "priority", "enqueued_at", "due_at", "position", "state")

STAND_IN_LINE = f"""
UPDATE jobs SET finished_at = NULL, due_at = NULL, worker_id = NULL, position = {NEXT_POSITION},
    state = CASE WHEN lock IS NOT NULL AND EXISTS (
        SELECT 1 FROM jobs AS ahead WHERE ahead.finished_at IS NULL AND ahead.lock = jobs.lock
            AND ahead.position IS NOT NULL AND ahead.job_id <> jobs.job_id
    ) THEN 'queued' ELSE 'ready' END
WHERE job_id = :job_id
RETURNING lock, priority, position
"""  # noqa: S608 - constants only

LEND_PRIORITY = """
UPDATE jobs SET priority = :priority
WHERE finished_at IS NULL AND lock = :lock AND position < :position AND priority > :priority
"""

FALLEN_DUE = """
SELECT job_id FROM jobs WHERE due_at IS NOT NULL AND due_at <= :now AND state = 'later' ORDER BY due_at, job_id LIMIT 200
"""

RETRY_DUE = """
UPDATE jobs SET state = 'ready', due_at = NULL
WHERE due_at IS NOT NULL AND state = 'retrying' AND (due_at <= :now OR due_at > :clock_went_back)
"""

CLAIM = """
UPDATE jobs SET state = 'running', attempts = attempts + 1, token = token + 1, worker_id = :worker_id, started_at = :now
WHERE job_id IN (
    SELECT job_id FROM jobs
    WHERE finished_at IS NULL AND state = 'ready' AND kind IN (SELECT value FROM json_each(:kinds))
    ORDER BY priority, position LIMIT :limit
)
RETURNING job_id, kind, payload, lock, once_key, attempts, token, enqueued_at, priority, position
"""

NEXT_IN_LINE = """
UPDATE jobs SET state = 'ready' WHERE job_id = (
    SELECT job_id FROM jobs WHERE finished_at IS NULL AND lock = :lock AND state = 'queued' ORDER BY position LIMIT 1
) AND NOT EXISTS (
    SELECT 1 FROM jobs WHERE finished_at IS NULL AND lock = :lock AND state IN ('ready', 'retrying', 'running')
)
"""

ORPHANS = """
SELECT DISTINCT worker_id FROM jobs
WHERE finished_at IS NULL AND state = 'running' AND worker_id NOT IN (SELECT worker_id FROM workers)
"""

HELD_BY = """
SELECT job_id, kind, payload, lock, once_key, attempts, token, enqueued_at FROM jobs
WHERE finished_at IS NULL AND state = 'running' AND worker_id = :worker_id ORDER BY position
"""
