-- A promise, in the caller's transaction; the same key twice is the first promise.
-- Looked for among the settled ones last: each statement here sees what was committed before it, so
-- a job that is done at this very moment is found in one table or in the other.
CREATE OR REPLACE FUNCTION public.promise_job(
  p_company bigint, p_kind text, p_key text, p_lane smallint, p_crew text, p_urgency smallint,
  p_payload jsonb, p_due_at timestamptz, p_after interval) RETURNS void
LANGUAGE plpgsql AS $promise$
BEGIN
  INSERT INTO public.jobs_job (company_id, kind, key, lane, crew, urgency, payload, state, due_at)
  VALUES (p_company, p_kind, p_key, p_lane, p_crew, p_urgency, p_payload, 'pending',
    coalesce(p_due_at, clock_timestamp() + coalesce(p_after, interval '0')))
  ON CONFLICT (key) DO NOTHING;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF EXISTS (SELECT FROM public.jobs_settledjob WHERE key = p_key) THEN
    DELETE FROM public.jobs_job WHERE key = p_key;
    RETURN;
  END IF;
  PERFORM pg_notify('jobs', p_crew);
END $promise$;
REVOKE ALL ON FUNCTION public.promise_job FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.promise_job TO {app_role};

-- The most urgent due jobs, for somebody, until the lease ends. A function, because its plan is made
-- once a session: planning would cost three times the work.
-- The lines come in the order of urgency, and each is an index range that ends now and begins at a
-- mark: neither what lies ahead nor what is gone, but still in the index, is read.
CREATE OR REPLACE FUNCTION public.claim_jobs(
  p_lane smallint, p_crews text[], p_urgencies smallint[], p_from timestamptz[], p_kinds text[],
  p_full bigint[], p_most bigint, p_state text, p_me text, p_lease interval,
  OUT p_now timestamptz, OUT p_ids bigint[])
LANGUAGE plpgsql AS $claim$
BEGIN
  p_now := statement_timestamp();
  WITH due AS (
    SELECT job.id FROM unnest(p_crews, p_urgencies, p_from) AS line (crew, urgency, mark)
    CROSS JOIN LATERAL (
      SELECT j.id FROM public.jobs_job j
      WHERE j.state = 'pending' AND j.lane = p_lane AND j.crew = line.crew
        AND j.urgency = line.urgency AND j.due_at >= line.mark AND j.due_at <= p_now
        AND j.kind = ANY(p_kinds) AND j.company_id <> ALL(p_full)
      ORDER BY j.due_at LIMIT p_most FOR UPDATE SKIP LOCKED) AS job
    LIMIT p_most),
  claimed AS (
    UPDATE public.jobs_job j SET state = p_state, lease_by = p_me, attempts = j.attempts + 1,
      lease_until = clock_timestamp() + p_lease
    FROM due WHERE j.id = due.id RETURNING j.id)
  SELECT array_agg(claimed.id) INTO p_ids FROM claimed;
END $claim$;
REVOKE ALL ON FUNCTION public.claim_jobs FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.claim_jobs TO {app_role};
