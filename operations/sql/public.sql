-- The desk's role. It is nobody's sign-in: the application takes it for one transaction at a time
-- (operations/desk.py), and what it may see is in company.sql.
DO $desk$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sobani_ops') THEN
    CREATE ROLE sobani_ops NOLOGIN;
    GRANT sobani_ops TO {app_role};
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE EXCEPTION 'the role sobani_ops is missing' USING HINT =
    'As an administrator: CREATE ROLE sobani_ops NOLOGIN; GRANT sobani_ops TO {app_role};';
END $desk$;

-- Whose name stands in the companies' records: never what the caller says, always who signs in.
CREATE OR REPLACE FUNCTION public.desk_name(p_operator uuid) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $desk$
DECLARE desk text; found text;
BEGIN
  SELECT schema_name INTO desk FROM public.tenants_company WHERE kind = 'ops' ORDER BY id LIMIT 1;
  IF desk IS NOT NULL THEN
    EXECUTE format('SELECT trim(family_name || '' '' || given_name) FROM %I.accounts_user'
                   ' WHERE public_id = $1', desk) INTO found USING p_operator;
  END IF;
  RETURN COALESCE(found, '');
END $desk$;
REVOKE ALL ON FUNCTION public.desk_name(uuid) FROM PUBLIC;
