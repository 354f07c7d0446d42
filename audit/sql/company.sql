-- The application reads the audit and writes it through public.audit_append() alone. This must run
-- after whatever grants rights on all tables of the schema. With one role for everything there is
-- nothing to take away: the owner needs its rights, and the health page says so.
DO $audit$ BEGIN
  REVOKE ALL ON {schema}.audit_event, {schema}.audit_head FROM PUBLIC;
  IF '{app_role}'::regrole <> quote_ident(current_user)::regrole THEN
    REVOKE ALL ON {schema}.audit_event, {schema}.audit_head FROM {app_role};
    GRANT SELECT ON {schema}.audit_event, {schema}.audit_head TO {app_role};
  END IF;
END $audit$;

CREATE OR REPLACE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON {schema}.audit_event
  FOR EACH ROW EXECUTE FUNCTION public.audit_no_change();
CREATE OR REPLACE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON {schema}.audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION public.audit_no_change();
CREATE OR REPLACE TRIGGER audit_head_forward BEFORE UPDATE ON {schema}.audit_head
  FOR EACH ROW EXECUTE FUNCTION public.audit_head_forward();
CREATE OR REPLACE TRIGGER audit_head_no_delete BEFORE DELETE ON {schema}.audit_head
  FOR EACH ROW EXECUTE FUNCTION public.audit_no_change();
CREATE OR REPLACE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON {schema}.audit_head
  FOR EACH STATEMENT EXECUTE FUNCTION public.audit_no_change();

-- django-auditlog's own history of settings and master data is no evidence, but nobody edits it either.
DO $changes$ BEGIN
  IF '{app_role}'::regrole <> quote_ident(current_user)::regrole THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON {schema}.auditlog_logentry FROM {app_role};
  END IF;
END $changes$;
