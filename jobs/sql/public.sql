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
