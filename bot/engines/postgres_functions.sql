-- Our side of the wide engine, one round trip each, created anew by every `deskside migrate`.
--
-- The line of each lock is kept in our jobs table, as in SQLite, and only its head is given to Procrastinate (3.x), which
-- hands heads out to workers by priority, announces them, and knows which workers live. Procrastinate's own lock would do
-- for order, but its claim then looks at every job that waits behind another: 575 ms a claim with 2,000 of them (measured).
--
-- Whoever enters a line or leaves its head holds the line's advisory lock until the commit. Without it a job could be put
-- behind a head that is just being finished by somebody who does not see it, and wait for ever.

CREATE SEQUENCE IF NOT EXISTS deskside_positions;

-- A claim asks whether the candidate's lock is taken; Procrastinate's own index for that begins with the id.
CREATE INDEX IF NOT EXISTS deskside_procrastinate_line ON procrastinate_jobs (lock, id)
WHERE status IN ('todo', 'doing') AND lock IS NOT NULL;

CREATE OR REPLACE FUNCTION deskside_hold_line(p_lock text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF p_lock IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(p_lock, 0));
    END IF;
END;
$$;

CREATE OR REPLACE FUNCTION deskside_has_line(p_lock text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RETURN p_lock IS NOT NULL AND EXISTS (
        SELECT 1 FROM jobs WHERE finished_at IS NULL AND lock = p_lock AND position IS NOT NULL
    );
END;
$$;

-- Theirs is the higher priority first. Their lock is a second guard, their queueing lock makes the job easy to find.
CREATE OR REPLACE FUNCTION deskside_dispatch(p_job jobs) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM procrastinate_defer_jobs_v1(ARRAY[ROW(
        p_job.kind, 'run', -p_job.priority, p_job.lock, p_job.once_key, jsonb_build_object('job_id', p_job.job_id), NULL
    )::procrastinate_job_to_defer_v1]);
END;
$$;

-- After a job has entered its line: the head is dispatched, and a better priority is lent to those in front.
CREATE OR REPLACE FUNCTION deskside_entered(p_job jobs) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF p_job.state = 'ready' THEN
        PERFORM deskside_dispatch(p_job);
    ELSE
        UPDATE jobs SET priority = p_job.priority
        WHERE finished_at IS NULL AND lock = p_job.lock AND position IS NOT NULL AND state <> 'running'
            AND priority > p_job.priority;
        IF FOUND THEN
            UPDATE procrastinate_jobs SET priority = -p_job.priority
            WHERE lock = p_job.lock AND status = 'todo' AND priority < -p_job.priority;
        END IF;
    END IF;
END;
$$;

-- False: the once_key is taken.
CREATE OR REPLACE FUNCTION deskside_enqueue(
    p_once_key text, p_kind text, p_payload text, p_lock text, p_priority integer, p_now text, p_due_at text
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    new_job jobs;
BEGIN
    IF p_due_at IS NULL THEN
        PERFORM deskside_hold_line(p_lock);
    END IF;
    INSERT INTO jobs (once_key, kind, payload, lock, priority, enqueued_at, due_at, position, state)
    VALUES (p_once_key, p_kind, p_payload, p_lock, p_priority, p_now, p_due_at,
        CASE WHEN p_due_at IS NULL THEN nextval('deskside_positions') END,
        CASE WHEN p_due_at IS NOT NULL THEN 'later' WHEN deskside_has_line(p_lock) THEN 'queued' ELSE 'ready' END)
    ON CONFLICT (once_key) DO NOTHING
    RETURNING * INTO new_job;
    IF new_job.job_id IS NULL THEN
        RETURN false;
    END IF;
    IF p_due_at IS NULL THEN
        PERFORM deskside_entered(new_job);
    END IF;
    RETURN true;
END;
$$;

-- Now the same for many at once, at a tenth of the cost of each.
CREATE OR REPLACE FUNCTION deskside_dispatch(p_jobs jobs[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM procrastinate_defer_jobs_v1(array_agg(ROW(
        kind, 'run', -priority, lock, once_key, jsonb_build_object('job_id', job_id), NULL
    )::procrastinate_job_to_defer_v1 ORDER BY position)) FROM unnest(p_jobs) HAVING count(*) > 0;
END;
$$;

-- After jobs have entered their lines: a better priority is lent to those in front, and the heads are dispatched.
CREATE OR REPLACE FUNCTION deskside_entered(p_jobs jobs[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    behind boolean;
BEGIN
    SELECT bool_or(state = 'queued') FROM unnest(p_jobs) INTO behind;
    IF behind THEN
        UPDATE jobs SET priority = lent.priority FROM (
            SELECT ahead.job_id, min(entered.priority) AS priority FROM unnest(p_jobs) AS entered
            JOIN jobs AS ahead ON ahead.finished_at IS NULL AND ahead.lock = entered.lock AND ahead.position < entered.position
                AND ahead.priority > entered.priority AND ahead.state <> 'running'
            WHERE entered.state = 'queued' GROUP BY ahead.job_id
        ) AS lent WHERE jobs.job_id = lent.job_id;
        IF FOUND THEN
            UPDATE procrastinate_jobs SET priority = -lent.priority FROM (
                SELECT lock, min(priority) AS priority FROM unnest(p_jobs) WHERE state = 'queued' GROUP BY lock
            ) AS lent
            WHERE procrastinate_jobs.lock = lent.lock AND status = 'todo' AND procrastinate_jobs.priority < -lent.priority;
        END IF;
    END IF;
    PERFORM deskside_dispatch(array_agg(jobs)) FROM jobs
    WHERE job_id IN (SELECT job_id FROM unnest(p_jobs) WHERE state = 'ready');
END;
$$;

-- The once_keys that are new. As if one job entered after the other; lines are held in one order, so that two groups of
-- newcomers do not wait for each other in a ring.
CREATE OR REPLACE FUNCTION deskside_enqueue_all(
    p_once_keys text[], p_kinds text[], p_payloads text[], p_locks text[], p_priorities integer[], p_due_ats text[], p_now text
) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    expected integer;
    entered jobs[];
BEGIN
    PERFORM pg_advisory_xact_lock(line) FROM (
        SELECT DISTINCT hashtextextended(lock, 0) AS line FROM unnest(p_locks, p_due_ats) AS given (lock, due_at)
        WHERE lock IS NOT NULL AND due_at IS NULL ORDER BY line
    ) AS lines;
    WITH fresh AS (
        SELECT DISTINCT ON (once_key) given.* FROM unnest(p_once_keys, p_kinds, p_payloads, p_locks, p_priorities, p_due_ats)
            WITH ORDINALITY AS given (once_key, kind, payload, lock, priority, due_at, place)
        WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.once_key = given.once_key)
        ORDER BY once_key, place
    ), placed AS (
        SELECT fresh.*, due_at IS NULL AND lock IS NOT NULL AND (
            row_number() OVER (PARTITION BY lock, due_at IS NULL ORDER BY place) > 1
            OR EXISTS (SELECT 1 FROM jobs WHERE finished_at IS NULL AND jobs.lock = fresh.lock AND position IS NOT NULL)
        ) AS is_behind FROM fresh ORDER BY place
    ), inserted AS (
        INSERT INTO jobs (once_key, kind, payload, lock, priority, enqueued_at, due_at, position, state)
        SELECT once_key, kind, payload, lock, priority, p_now, due_at,
            CASE WHEN due_at IS NULL THEN nextval('deskside_positions') END,
            CASE WHEN due_at IS NOT NULL THEN 'later' WHEN is_behind THEN 'queued' ELSE 'ready' END
        FROM placed
        ON CONFLICT (once_key) DO NOTHING
        RETURNING *
    )
    SELECT (SELECT count(*) FROM fresh), array_agg(inserted ORDER BY position) FROM inserted INTO expected, entered;
    PERFORM deskside_entered(array_agg(one)) FROM unnest(entered) AS one WHERE one.due_at IS NULL HAVING count(*) > 0;
    -- A once_key that was taken in this instant by a job of another lock: whoever stood behind it here needs a head.
    IF expected > coalesce(array_length(entered, 1), 0) THEN
        PERFORM deskside_next_in_line(lock) FROM (SELECT DISTINCT lock FROM unnest(p_locks) AS lock ORDER BY lock) AS lines;
    END IF;
    RETURN QUERY SELECT once_key FROM unnest(entered);
END;
$$;

-- A job that was outside enters its line: it fell due, or an operator revived it.
CREATE OR REPLACE FUNCTION deskside_stand_in_line(p_job_id bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    one jobs;
BEGIN
    PERFORM deskside_hold_line((SELECT lock FROM jobs WHERE job_id = p_job_id));
    UPDATE jobs SET finished_at = NULL, due_at = NULL, worker_id = NULL, position = nextval('deskside_positions'),
        state = CASE WHEN deskside_has_line(lock) THEN 'queued' ELSE 'ready' END
    WHERE job_id = p_job_id
    RETURNING * INTO one;
    PERFORM deskside_entered(one);
END;
$$;

-- The head has left: the next of its line becomes the head.
CREATE OR REPLACE FUNCTION deskside_next_in_line(p_lock text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    next_job jobs;
BEGIN
    IF p_lock IS NULL THEN
        RETURN;
    END IF;
    PERFORM deskside_hold_line(p_lock);
    UPDATE jobs SET state = 'ready' WHERE job_id = (
        SELECT job_id FROM jobs WHERE finished_at IS NULL AND lock = p_lock AND state = 'queued' ORDER BY position LIMIT 1
    ) AND NOT EXISTS (
        SELECT 1 FROM jobs WHERE finished_at IS NULL AND lock = p_lock AND state IN ('ready', 'retrying', 'running')
    )
    RETURNING * INTO next_job;
    IF next_job.job_id IS NOT NULL THEN
        PERFORM deskside_dispatch(next_job);
    END IF;
END;
$$;

-- Due times are compared with the server's clock, so that a worker with a wrong one neither hurries nor waits.
CREATE OR REPLACE FUNCTION deskside_bring_due() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    server_now text := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00';
    due_id bigint;
BEGIN
    FOR due_id IN
        SELECT job_id FROM jobs WHERE due_at IS NOT NULL AND due_at <= server_now AND state = 'later'
        ORDER BY due_at, job_id LIMIT 200 FOR UPDATE SKIP LOCKED
    LOOP
        PERFORM deskside_stand_in_line(due_id);
    END LOOP;
END;
$$;

-- Claims up to a number of jobs; none for a worker that was taken for dead (the row lock holds a sweeper off meanwhile).
CREATE OR REPLACE FUNCTION deskside_take(p_kinds text[], p_worker_id bigint, p_limit integer, p_now text)
RETURNS SETOF jobs LANGUAGE plpgsql AS $$
DECLARE
    fetched procrastinate_jobs;
BEGIN
    PERFORM 1 FROM procrastinate_workers WHERE id = p_worker_id FOR KEY SHARE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM deskside_bring_due();
    FOR number IN 1..p_limit LOOP
        fetched := procrastinate_fetch_job_v2(p_kinds::varchar[], p_worker_id);
        EXIT WHEN fetched.id IS NULL;
        RETURN QUERY UPDATE jobs SET state = 'running', attempts = attempts + 1, token = token + 1,
            worker_id = p_worker_id, dispatch_id = fetched.id, started_at = p_now, due_at = NULL
            WHERE job_id = (fetched.args ->> 'job_id')::bigint
            RETURNING *;
    END LOOP;
END;
$$;
