-- Grants on the shared tables, and the one way for the application to make a company's schema.
CREATE TABLE IF NOT EXISTS public.applied_sql (id int PRIMARY KEY DEFAULT 1 CHECK (id = 1), fingerprint text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
GRANT USAGE ON SCHEMA public TO {app_role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app_role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app_role};
CREATE TABLE IF NOT EXISTS public.schema_template (id int PRIMARY KEY DEFAULT 1 CHECK (id = 1), name text NOT NULL, sql text NOT NULL, stored_at timestamptz NOT NULL DEFAULT now());
-- Empty where a former release has stored it: nothing is made ahead of it then.
ALTER TABLE public.schema_template ADD COLUMN IF NOT EXISTS naming_sql text, ADD COLUMN IF NOT EXISTS fingerprint text;
-- Empty schemas that wait for their company. No company can have such a name (see below).
CREATE TABLE IF NOT EXISTS public.spare_schema (name text PRIMARY KEY CHECK (name ~ '^zz_spare_[0-9a-f]{12}$'), fingerprint text NOT NULL, made_at timestamptz NOT NULL DEFAULT now());
REVOKE ALL ON public.schema_template, public.spare_schema, public.django_migrations, public.applied_sql FROM {app_role};
GRANT SELECT ON public.django_migrations, public.applied_sql TO {app_role};
CREATE OR REPLACE FUNCTION public.provision_company(p_schema text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $provision$
DECLARE template record; spare text;
BEGIN
  IF p_schema !~ '^[a-z][a-z0-9_]{1,47}$' OR p_schema ~ '^(pg_|zz_|public$|information_schema$)' THEN
    RAISE EXCEPTION 'not a usable schema name: %', p_schema USING ERRCODE = 'invalid_schema_name';
  END IF;
  -- `migrate` replaces the row, and so waits for every company that is being made from the old one.
  SELECT name, sql, naming_sql, fingerprint INTO STRICT template
  FROM public.schema_template FOR SHARE;
  DELETE FROM public.spare_schema WHERE name = (
    SELECT s.name FROM public.spare_schema s
    WHERE s.fingerprint = template.fingerprint AND to_regnamespace(s.name) IS NOT NULL
    LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING name INTO spare;
  IF spare IS NULL THEN
    EXECUTE replace(template.sql, template.name, p_schema);
  ELSE
    EXECUTE format('ALTER SCHEMA %I RENAME TO %I', spare, p_schema);
    EXECUTE replace(template.naming_sql, template.name, p_schema);
  END IF;
END $provision$;
REVOKE ALL ON FUNCTION public.provision_company(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.provision_company(text) TO {app_role};

-- Makes one more, unless there are enough, or somebody else makes one at this moment.
CREATE OR REPLACE FUNCTION public.make_spare_schema(p_enough int) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $spare$
DECLARE
  template record;
  spare text := 'zz_spare_' || right(gen_random_uuid()::text, 12);
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('spare_schema', 0)) THEN
    RETURN false;
  END IF;
  SELECT name, sql, fingerprint INTO template FROM public.schema_template FOR SHARE;
  IF template.fingerprint IS NULL OR p_enough <= (
      SELECT count(*) FROM public.spare_schema s WHERE s.fingerprint = template.fingerprint) THEN
    RETURN false;
  END IF;
  EXECUTE replace(template.sql, template.name, spare);
  INSERT INTO public.spare_schema (name, fingerprint) VALUES (spare, template.fingerprint);
  RETURN true;
END $spare$;
REVOKE ALL ON FUNCTION public.make_spare_schema(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.make_spare_schema(int) TO {app_role};
