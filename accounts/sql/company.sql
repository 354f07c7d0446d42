CREATE OR REPLACE TRIGGER last_hr_admin_stays BEFORE UPDATE OR DELETE ON {schema}.accounts_user
  FOR EACH ROW EXECUTE FUNCTION public.last_hr_admin_stays();
