-- Grants on the shared tables, and the one way for the application to make a company's schema.
CREATE TABLE IF NOT EXISTS public.applied_sql (id int PRIMARY KEY DEFAULT 1 CHECK (id = 1), fingerprint text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
GRANT USAGE ON SCHEMA public TO {app_role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app_role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app_role};
CREATE TABLE IF NOT EXISTS public.schema_template (id int PRIMARY KEY DEFAULT 1 CHECK (id = 1), name text NOT NULL, sql text NOT NULL, stored_at timestamptz NOT NULL DEFAULT now());
REVOKE ALL ON public.schema_template, public.django_migrations, public.applied_sql FROM {app_role};
GRANT SELECT ON public.django_migrations, public.applied_sql TO {app_role};
CREATE OR REPLACE FUNCTION public.provision_company(p_schema text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $provision$
DECLARE template record;
BEGIN
  IF p_schema !~ '^[a-z][a-z0-9_]{1,47}$' OR p_schema ~ '^(pg_|zz_|public$|information_schema$)' THEN
    RAISE EXCEPTION 'not a usable schema name: %', p_schema USING ERRCODE = 'invalid_schema_name';
  END IF;
  -- `migrate` replaces the row, and so waits for every company that is being made from the old one.
  SELECT name, sql INTO STRICT template FROM public.schema_template FOR SHARE;
  EXECUTE replace(template.sql, template.name, p_schema);
END $provision$;
REVOKE ALL ON FUNCTION public.provision_company(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.provision_company(text) TO {app_role};
