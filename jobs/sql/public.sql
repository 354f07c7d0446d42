-- Functions, because a function's plan is made once a session: planning would cost three times the
-- work. They say `search_path` themselves, so that one plan serves every company.

-- Promises, in the caller's transaction; the same key twice is the first promise.
-- Looked for among the settled ones last: each statement here sees what was committed before it, so
-- a job that is done at this very moment is found in one table or in the other.
-- Only what is due before timekeepers look again by themselves, once a second, wakes them.
CREATE OR REPLACE FUNCTION public.promise_jobs(p_company bigint, p_jobs jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $promise$
DECLARE
  one record;
BEGIN
  FOR one IN
    SELECT *, coalesce(due_at, clock_timestamp() + make_interval(secs => coalesce(after, 0))) AS due
    FROM jsonb_to_recordset(p_jobs) AS job (kind text, key text, lane smallint, crew text,
      urgency smallint, payload jsonb, due_at timestamptz, after float8)
  LOOP
    INSERT INTO public.jobs_job
      (company_id, kind, key, lane, crew, urgency, payload, state, due_at)
    VALUES (p_company, one.kind, one.key, one.lane, one.crew, one.urgency, one.payload, 'pending',
      one.due)
    ON CONFLICT (key) DO NOTHING;
    CONTINUE WHEN NOT FOUND;
    IF EXISTS (SELECT FROM public.jobs_settledjob WHERE key = one.key) THEN
      DELETE FROM public.jobs_job WHERE key = one.key;
    ELSIF one.due < clock_timestamp() + interval '1.5 s' THEN
      PERFORM pg_notify('jobs', one.crew);
    END IF;
  END LOOP;
END $promise$;
REVOKE ALL ON FUNCTION public.promise_jobs FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.promise_jobs TO {app_role};

-- The most urgent due jobs, for somebody, until the lease ends, with what running them asks of their
-- companies; one row without a job where none is due.
-- The lines come in the order of urgency, and each is an index range that ends now and begins at a
-- mark: neither what lies ahead nor what is gone, but still in the index, is read.
-- A function that returns more columns than before has to go first; what is new comes last, because
-- timekeepers of the former release still read it.
DO $older$
BEGIN
  IF EXISTS (SELECT FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      AND proname = 'claim_due_jobs' AND NOT 'time_zone' = ANY(proargnames)) THEN
    DROP FUNCTION public.claim_due_jobs;
  END IF;
END $older$;
CREATE OR REPLACE FUNCTION public.claim_due_jobs(
  p_lane smallint, p_crews text[], p_urgencies smallint[], p_from timestamptz[], p_kinds text[],
  p_full bigint[], p_most bigint, p_state text, p_me text, p_lease interval)
RETURNS TABLE (looked_at timestamptz, id bigint, company_id bigint, kind varchar, key varchar,
  lane smallint, crew varchar, urgency smallint, payload jsonb, state varchar,
  due_at timestamptz, attempts integer, failures integer, lease_by text,
  schema_name varchar, is_suspended boolean, time_zone varchar)
LANGUAGE plpgsql SET search_path = '' AS $claim$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH due AS (
    SELECT job.id FROM unnest(p_crews, p_urgencies, p_from) AS line (crew, urgency, mark)
    CROSS JOIN LATERAL (
      SELECT j.id FROM public.jobs_job j
      WHERE j.state = 'pending' AND j.lane = p_lane AND j.crew = line.crew
        AND j.urgency = line.urgency
        AND j.due_at >= line.mark AND j.due_at <= statement_timestamp()
        AND j.kind = ANY(p_kinds) AND j.company_id <> ALL(p_full)
      ORDER BY j.due_at LIMIT p_most FOR UPDATE SKIP LOCKED) AS job
    LIMIT p_most),
  claimed AS (
    UPDATE public.jobs_job j SET state = p_state, lease_by = p_me, attempts = j.attempts + 1,
      lease_until = clock_timestamp() + p_lease
    FROM due WHERE j.id = due.id RETURNING j.*)
  SELECT statement_timestamp(), one.id, one.company_id, one.kind, one.key, one.lane, one.crew,
    one.urgency, one.payload, one.state, one.due_at, one.attempts, one.failures, one.lease_by,
    company.schema_name, company.is_suspended, company.time_zone
  FROM (VALUES (1)) AS look
  LEFT JOIN claimed AS one ON true
  LEFT JOIN LATERAL (
    SELECT c.schema_name, c.is_suspended, c.time_zone FROM public.tenants_company c
    WHERE c.id = one.company_id LIMIT 1) AS company ON true
  ORDER BY one.urgency, one.due_at;
END $claim$;
REVOKE ALL ON FUNCTION public.claim_due_jobs FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.claim_due_jobs TO {app_role};

-- Whose work comes due next, and in how many seconds; no row where nothing waits.
CREATE OR REPLACE FUNCTION public.next_due_job(
  p_lane smallint, p_crews text[], p_looked_at timestamptz[], p_urgencies smallint[])
RETURNS TABLE (crew text, seconds float8)
LANGUAGE plpgsql SET search_path = '' AS $next$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT c.crew, extract(epoch FROM job.due_at - clock_timestamp())::float8
  FROM unnest(p_crews, p_looked_at) AS c (crew, looked_at)
  CROSS JOIN unnest(p_urgencies) AS u (urgency)
  CROSS JOIN LATERAL (
    SELECT j.due_at FROM public.jobs_job j
    WHERE j.state = 'pending' AND j.lane = p_lane AND j.crew = c.crew AND j.urgency = u.urgency
      AND j.due_at > c.looked_at ORDER BY j.due_at LIMIT 1) AS job
  ORDER BY job.due_at LIMIT 1;
END $next$;
REVOKE ALL ON FUNCTION public.next_due_job FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.next_due_job TO {app_role};

-- Locks a job until the end of the transaction, if the claim under which it runs is the last one.
CREATE OR REPLACE FUNCTION public.hold_job(p_id bigint, p_me text, p_attempt integer)
RETURNS bigint
LANGUAGE plpgsql SET search_path = '' AS $hold$
DECLARE
  held bigint;
BEGIN
  SELECT id INTO held FROM public.jobs_job
  WHERE id = p_id AND state = 'leased' AND lease_by = p_me AND attempts = p_attempt FOR UPDATE;
  RETURN held;
END $hold$;
REVOKE ALL ON FUNCTION public.hold_job FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.hold_job TO {app_role};

-- Moves jobs to the table of settled ones, which keeps their keys. Returns how many there were.
CREATE OR REPLACE FUNCTION public.settle_jobs(p_ids bigint[], p_state text) RETURNS bigint
LANGUAGE plpgsql SET search_path = '' AS $settle$
DECLARE
  settled bigint;
BEGIN
  WITH gone AS (DELETE FROM public.jobs_job WHERE id = ANY(p_ids) RETURNING *),
  kept AS (
    INSERT INTO public.jobs_settledjob (key, company_id, kind, lane, state, due_at, attempts,
      failures, last_error, settled_at)
    SELECT key, company_id, kind, lane, p_state, due_at, attempts, failures, last_error,
      clock_timestamp()
    FROM gone ON CONFLICT (key) DO NOTHING)
  SELECT count(*) INTO settled FROM gone;
  RETURN settled;
END $settle$;
REVOKE ALL ON FUNCTION public.settle_jobs FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.settle_jobs TO {app_role};
