-- The only writer of every company's audit. It runs as the owner, so it writes nowhere but into a
-- company's audit tables that the same owner owns: a table that somebody else planted under that
-- name could carry a trigger, which would run with the owner's rights.
CREATE OR REPLACE FUNCTION public.audit_append(p_schema text, p_stream text, p_payload jsonb)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $audit$
DECLARE
  last_seq bigint;
  last_hash bytea;
  moment timestamptz;
  canon text;
  new_hash bytea;
BEGIN
  IF (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = p_schema AND c.relname IN ('audit_head', 'audit_event')
        AND c.relkind = 'r' AND c.relowner = quote_ident(current_user)::regrole) <> 2
    OR NOT EXISTS (SELECT FROM public.tenants_company WHERE schema_name = p_schema) THEN
    RAISE EXCEPTION 'no audit in schema %', quote_literal(p_schema)
      USING ERRCODE = 'invalid_schema_name';
  END IF;
  IF p_stream IS NULL OR p_stream = '' OR p_payload IS NULL THEN
    RAISE EXCEPTION 'an audit entry needs a stream and a payload'
      USING ERRCODE = 'null_value_not_allowed';
  END IF;
  EXECUTE format(
    'INSERT INTO %I.audit_head (stream, seq, hash) VALUES ($1, 0, ''\x00'') ON CONFLICT DO NOTHING',
    p_schema) USING p_stream;
  EXECUTE format('SELECT seq, hash FROM %I.audit_head WHERE stream = $1 FOR UPDATE', p_schema)
    INTO last_seq, last_hash USING p_stream;
  -- Only now: whoever waited for the lock must not bear an earlier time than the one before.
  moment := clock_timestamp();
  canon := jsonb_build_object(
    'v', 1, 'stream', p_stream, 'seq', last_seq + 1,
    'at', to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'p', p_payload
  )::text;
  new_hash := sha256(last_hash || convert_to(canon, 'UTF8'));
  EXECUTE format(
    'INSERT INTO %I.audit_event (stream, seq, at, payload, canon, prev_hash, hash)'
    ' VALUES ($1, $2, $3, $4, $5, $6, $7)', p_schema)
    USING p_stream, last_seq + 1, moment, p_payload, canon, last_hash, new_hash;
  EXECUTE format('UPDATE %I.audit_head SET seq = $2, hash = $3 WHERE stream = $1', p_schema)
    USING p_stream, last_seq + 1, new_hash;
  RETURN last_seq + 1;
END $audit$;

REVOKE ALL ON FUNCTION public.audit_append(text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.audit_append(text, text, jsonb) TO {app_role};

-- The triggers below stop the owner's own slips, and everybody else's should a grant go astray.
CREATE OR REPLACE FUNCTION public.audit_no_change() RETURNS trigger LANGUAGE plpgsql AS $audit$
BEGIN
  RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'insufficient_privilege';
END $audit$;

CREATE OR REPLACE FUNCTION public.audit_head_forward() RETURNS trigger LANGUAGE plpgsql AS $audit$
BEGIN
  IF NEW.stream IS DISTINCT FROM OLD.stream OR NEW.seq IS DISTINCT FROM OLD.seq + 1 THEN
    RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $audit$;
