-- A dump grows old, what is in it must not: it carries along what moves its times, and the names
-- of its incidents.
CREATE SCHEMA dump;
CREATE TABLE dump.taken (at timestamptz NOT NULL);
CREATE TABLE dump.incident (
  company text, name text, public_id uuid NOT NULL, played_at timestamptz NOT NULL,
  PRIMARY KEY (company, name)
);

-- Every time in some rows of a table, whatever its columns are in this release.
CREATE FUNCTION dump.move(rows_of regclass, by interval, chosen text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  fresh text;
BEGIN
  SELECT string_agg(format('%1$I = %1$I + $1', attname), ', ') INTO fresh FROM pg_attribute
    WHERE attrelid = rows_of AND atttypid = 'timestamptz'::regtype AND attnum > 0;
  IF fresh IS NOT NULL THEN
    EXECUTE format('UPDATE %s SET %s WHERE %s', rows_of, fresh, chosen) USING by;
  END IF;
END $$;

-- One incident with all that was written and promised because of it.
CREATE FUNCTION dump.move_incident(company text, incident uuid, by interval) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  part text;
  mine text := format(
    '(SELECT id FROM %I.incidents_incident WHERE public_id = %L)', company, incident);
  cases text := format(
    '(SELECT public_id::text FROM public.operations_case WHERE incident_id = %L)', incident);
  messages text := format(
    '(SELECT d.public_id::text FROM %1$I.notifications_delivery d'
    ' JOIN %1$I.notifications_notice n ON n.id = d.notice_id WHERE n.incident_id = %2$L)',
    company, incident);
BEGIN
  PERFORM dump.move(
    format('%I.incidents_incident', company)::regclass, by, format('public_id = %L', incident));
  FOREACH part IN ARRAY '{incidents_tap,incidents_incidentevent,escalation_rung}'::text[] LOOP
    PERFORM dump.move(format('%I.%I', company, part)::regclass, by, 'incident_id = ' || mine);
  END LOOP;
  PERFORM dump.move(format('%I.notifications_notice', company)::regclass, by,
    format('incident_id = %L', incident));
  PERFORM dump.move('public.operations_case', by, format('incident_id = %L', incident));
  PERFORM dump.move('public.operations_accessgrant', by, format('incident_id = %L', incident));
  PERFORM dump.move('public.jobs_job', by, format(
    'payload->>''incident'' = %L OR payload->>''case'' IN %s OR payload->>''delivery'' IN %s',
    incident, cases, messages));
END $$;

CREATE FUNCTION dump.move_everything(by interval) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dump.move(oid::regclass, by, 'true') FROM pg_class
    WHERE relkind = 'r' AND relname ~ '^(incidents|escalation|notifications|operations|jobs)_';
END $$;
