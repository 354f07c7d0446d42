-- At least one person administers each company. Whoever takes the role or the sign-in from one of
-- two waits for whoever does the same with the other, and then sees what is left.
CREATE OR REPLACE FUNCTION public.last_hr_admin_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  others boolean;
BEGIN
  IF NOT (OLD.is_active AND 'hr_admin' = ANY (OLD.roles)) THEN
    RETURN COALESCE(NEW, OLD);
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NEW.is_active AND 'hr_admin' = ANY (NEW.roles) THEN
      RETURN NEW;
    END IF;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(TG_TABLE_SCHEMA || '.hr_admin', 0));
  EXECUTE format(
    'SELECT EXISTS (SELECT FROM %I.%I WHERE id <> $1 AND is_active AND ''hr_admin'' = ANY (roles))',
    TG_TABLE_SCHEMA, TG_TABLE_NAME
  ) INTO others USING OLD.id;
  IF NOT others THEN
    RAISE EXCEPTION 'the last hr_admin stays' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'last_hr_admin_stays', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
  END IF;
  RETURN COALESCE(NEW, OLD);
END $$;
