-- What the security company's desk may see and write in a company: one incident per grant in force,
-- through the views and functions below and through nothing else. `sobani.grant` and
-- `sobani.operator` name a grant; naming is not holding: the row itself decides, and the role cannot
-- read the table of grants, so neither can be found out or made up. Every view is a security
-- barrier, so that no condition of a query sees a row before the grant was checked.
GRANT USAGE ON SCHEMA {schema} TO sobani_ops;

-- `looks`: sound, position and cameras end with the case; what is left of the grant is for notes.
-- Break-glass is for what has ended. The lead who reads along with a colleague hears no sound, sees no
-- camera and writes nothing.
CREATE OR REPLACE VIEW {schema}.ops_granted WITH (security_barrier = true) AS
SELECT i.id AS incident_pk, i.public_id AS incident_id, g.public_id AS grant_id, g.operator_id,
  g.source, g.source = 'break_glass' OR k.state <> 'closed' AS looks
FROM public.operations_accessgrant g
JOIN public.operations_case k ON k.id = g.case_id
JOIN public.tenants_company c ON c.id = g.company_id AND c.schema_name = '{schema}'
JOIN {schema}.incidents_incident i ON i.public_id = g.incident_id
WHERE g.public_id = NULLIF(current_setting('sobani.grant', true), '')::uuid
  AND g.operator_id = NULLIF(current_setting('sobani.operator', true), '')::uuid
  AND g.opened_at IS NOT NULL AND g.closed_at IS NULL AND g.expires_at > clock_timestamp();

CREATE OR REPLACE VIEW {schema}.ops_incident WITH (security_barrier = true) AS
SELECT i.public_id, i.number, i.level, i.drill, i.silent, i.state, i.opened_at, i.pressed_at,
  i.acknowledged_at, COALESCE(trim(a.family_name || ' ' || a.given_name), '') AS acknowledged_by,
  i.coming_at, COALESCE(trim(k.family_name || ' ' || k.given_name), '') AS coming_by,
  i.support_requested_at, i.safe_at, i.closed_at, i.outcome,
  COALESCE(e.family_name || ' ' || e.given_name, '') AS person,
  COALESCE(e.family_kana || ' ' || e.given_kana, '') AS person_kana,
  CASE WHEN g.source = 'dispatch' THEN '' ELSE COALESCE(e.phone, '') END AS person_phone,
  COALESCE(d.name, '') AS department, COALESCE(p.name, '') AS post,
  COALESCE(p.floor, e.floor, '') AS floor, v.kind AS device_kind,
  COALESCE(s.name, '') AS site, COALESCE(s.address, '') AS address,
  COALESCE(q.prefecture, '') AS prefecture, s.latitude, s.longitude,
  COALESCE(s.outline, '[]'::jsonb) AS outline, COALESCE(s.internal_number, '') AS internal_number,
  COALESCE(q.warnings, '') AS warnings, COALESCE(q.code_word, '') AS code_word,
  COALESCE(q.entrance, '') AS entrance, COALESCE(q.keys, '') AS keys,
  COALESCE(q.approach, '') AS approach, COALESCE(q.police_number, '') AS police_number,
  CASE WHEN g.source = 'dispatch' OR g.source = 'reading' OR NOT g.looks THEN ''
    ELSE COALESCE(q.camera_url, '') END AS camera_url,
  COALESCE((SELECT bool_and(t.report_only) FROM {schema}.incidents_tap t
    WHERE t.incident_id = i.id), false) AS report_only
FROM {schema}.ops_granted g
JOIN {schema}.incidents_incident i ON i.id = g.incident_pk
JOIN {schema}.people_device v ON v.id = i.device_id
LEFT JOIN {schema}.people_employee e ON e.id = i.reporter_id
LEFT JOIN {schema}.people_department d ON d.id = e.department_id
LEFT JOIN {schema}.people_post p ON p.id = i.post_id
LEFT JOIN {schema}.people_site s ON s.id = i.site_id
LEFT JOIN {schema}.people_siteguide q ON q.site_id = i.site_id
LEFT JOIN {schema}.accounts_user a ON a.id = i.acknowledged_by_id
LEFT JOIN {schema}.accounts_user k ON k.id = i.coming_by_id;

CREATE OR REPLACE VIEW {schema}.ops_contact WITH (security_barrier = true) AS
SELECT r.user_id, min(r."order") AS "order", trim(u.family_name || ' ' || u.given_name) AS name,
  COALESCE(max(e.phone), '') AS phone, bool_or(r.on_site) AS on_site,
  u.id = i.acknowledged_by_id AS has_acknowledged, u.id = i.coming_by_id AS is_coming
FROM {schema}.ops_granted g
JOIN {schema}.incidents_incident i ON i.id = g.incident_pk
JOIN (SELECT incident_id, "order", on_site, unnest(user_ids) AS user_id
      FROM {schema}.escalation_rung) r ON r.incident_id = i.id
JOIN {schema}.accounts_user u ON u.id = r.user_id
LEFT JOIN {schema}.people_employee e ON e.user_id = u.id
WHERE g.source <> 'dispatch' AND NOT EXISTS (
  SELECT FROM {schema}.people_exclusion x WHERE x.user_id = u.id AND x.ended_at IS NULL
  AND (x.employee_id = i.reporter_id OR x.incident_id = i.public_id))
GROUP BY r.user_id, u.id, i.acknowledged_by_id, i.coming_by_id;

CREATE OR REPLACE VIEW {schema}.ops_fix WITH (security_barrier = true) AS
SELECT f.id, f.latitude, f.longitude, f.accuracy_m, f.recorded_at, f.received_at, f.at
FROM {schema}.ops_granted g JOIN {schema}.incidents_locationfix f ON f.incident_id = g.incident_pk
WHERE g.looks;

CREATE OR REPLACE VIEW {schema}.ops_device WITH (security_barrier = true) AS
SELECT d.device_id, d.sound, d.position, d.unsent_seconds, d.battery_percent, d.network,
  d.received_at
FROM {schema}.ops_granted g
JOIN {schema}.incidents_incident i ON i.id = g.incident_pk AND i.state = 'open'
JOIN {schema}.incidents_devicestate d ON d.device_id IN (
  SELECT t.device_id FROM {schema}.incidents_tap t WHERE t.incident_id = i.id)
WHERE g.source <> 'dispatch' AND g.looks AND (d.received_at >= i.opened_at - interval '1 minute'
  OR d.tap_id IN (SELECT t.tap_id FROM {schema}.incidents_tap t WHERE t.incident_id = i.id));

CREATE OR REPLACE VIEW {schema}.ops_message WITH (security_barrier = true) AS
SELECT m.public_id, m.author_kind, m.author_name, m.text, m.at
FROM {schema}.ops_granted g JOIN {schema}.incidents_message m ON m.incident_id = g.incident_pk
WHERE g.source <> 'dispatch';

CREATE OR REPLACE VIEW {schema}.ops_event WITH (security_barrier = true) AS
SELECT e.id, e.kind, e.actor_kind, e.actor_name, e.at, e.payload
FROM {schema}.ops_granted g JOIN {schema}.incidents_incidentevent e ON e.incident_id = g.incident_pk
WHERE g.source <> 'dispatch';

CREATE OR REPLACE VIEW {schema}.ops_recording WITH (security_barrier = true) AS
SELECT r.public_id, r.started_at, r.closed_at
FROM {schema}.ops_granted g JOIN {schema}.recordings_recording r ON r.incident_id = g.incident_pk
WHERE g.source <> 'dispatch' AND g.source <> 'reading' AND g.looks AND r.erased_at IS NULL;

-- Loudness only, for the waveform: of the sound itself the desk's role sees nothing.
CREATE OR REPLACE VIEW {schema}.ops_loudness WITH (security_barrier = true) AS
SELECT r.public_id AS recording_id, r.sample_rate, u.seq, u.first_sample, u.samples, u.peaks
FROM {schema}.ops_granted g
JOIN {schema}.recordings_recording r ON r.incident_id = g.incident_pk
JOIN {schema}.recordings_unit u ON u.recording_id = r.id
WHERE g.source <> 'dispatch' AND g.source <> 'reading' AND g.looks AND r.erased_at IS NULL;

REVOKE ALL ON {schema}.ops_granted, {schema}.ops_incident, {schema}.ops_contact, {schema}.ops_fix,
  {schema}.ops_device, {schema}.ops_message, {schema}.ops_event, {schema}.ops_recording, {schema}.ops_loudness
  FROM PUBLIC, sobani_ops;
DO $desk$ BEGIN  -- whatever grants rights on all tables of the schema must not reach the views
  IF '{app_role}'::regrole <> quote_ident(current_user)::regrole THEN
    REVOKE ALL ON {schema}.ops_granted, {schema}.ops_incident, {schema}.ops_contact,
      {schema}.ops_fix, {schema}.ops_device, {schema}.ops_message, {schema}.ops_event, {schema}.ops_recording,
      {schema}.ops_loudness FROM {app_role};
  END IF;
END $desk$;
GRANT SELECT ON {schema}.ops_incident, {schema}.ops_contact, {schema}.ops_fix, {schema}.ops_device,
  {schema}.ops_message, {schema}.ops_event, {schema}.ops_recording, {schema}.ops_loudness TO sobani_ops;

-- Writing. Who acts is read from the grant, so an entry cannot name somebody else.
CREATE OR REPLACE FUNCTION {schema}.ops_append(p_verb text, p_facts text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $desk$
DECLARE held record;
BEGIN
  SELECT * INTO held FROM {schema}.ops_granted;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no grant in force' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN public.audit_append('{schema}', held.incident_id::text, p_facts::jsonb || jsonb_build_object(
    'verb', p_verb, 'grant', held.grant_id, 'source', held.source,
    'actor', jsonb_build_object('kind', 'operator', 'id', held.operator_id)));
END $desk$;

-- Before anything else is locked: whoever closes the incident holds it first and wants the rest then.
CREATE OR REPLACE FUNCTION {schema}.ops_hold() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $desk$
BEGIN
  PERFORM FROM {schema}.incidents_incident
    WHERE id = (SELECT incident_pk FROM {schema}.ops_granted) FOR KEY SHARE;
END $desk$;

CREATE OR REPLACE FUNCTION {schema}.ops_event(p_kind text, p_payload text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $desk$
DECLARE held record; written bigint;
BEGIN
  IF p_kind NOT IN ('desk_note', 'desk_phoned', 'police_called', 'police_reference', 'fire_called',
      'fire_reference') THEN
    RAISE EXCEPTION 'not the desk''s to write: %', p_kind USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM {schema}.ops_hold();
  PERFORM {schema}.ops_append('incident.' || p_kind, '{}');
  SELECT * INTO held FROM {schema}.ops_granted;
  IF held.source IN ('dispatch', 'reading') THEN
    RAISE EXCEPTION 'not theirs to write' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO {schema}.incidents_incidentevent
    (incident_id, kind, actor_kind, actor_id, actor_name, at, payload)
  VALUES (held.incident_pk, p_kind, 'operator', held.operator_id::text,
    public.desk_name(held.operator_id), clock_timestamp(), p_payload::jsonb)
  RETURNING id INTO written;
  RETURN written;
END $desk$;

CREATE OR REPLACE FUNCTION {schema}.ops_message(p_client_id uuid, p_text text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $desk$
DECLARE held record; fresh bigint; written bigint;
BEGIN
  PERFORM {schema}.ops_hold();
  PERFORM {schema}.ops_append('incident.message', jsonb_build_object('client_id', p_client_id)::text);
  SELECT * INTO held FROM {schema}.ops_granted;
  IF held.source IN ('dispatch', 'reading') THEN
    RAISE EXCEPTION 'not theirs to write' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO {schema}.incidents_message
    (public_id, incident_id, client_id, author_kind, author_id, author_name, text, at)
  VALUES (gen_random_uuid(), held.incident_pk, p_client_id, 'operator', held.operator_id::text,
    public.desk_name(held.operator_id), p_text, clock_timestamp())
  ON CONFLICT (incident_id, client_id) DO NOTHING RETURNING id INTO fresh;
  IF fresh IS NULL THEN RETURN NULL; END IF;
  INSERT INTO {schema}.incidents_incidentevent
    (incident_id, kind, actor_kind, actor_id, actor_name, at, payload)
  VALUES (held.incident_pk, 'message', 'operator', held.operator_id::text,
    public.desk_name(held.operator_id), clock_timestamp(), jsonb_build_object('text', p_text))
  RETURNING id INTO written;
  RETURN written;
END $desk$;

-- What a responder reports to the desk: read by grant holders only, kept once for each client_id.
CREATE OR REPLACE FUNCTION {schema}.ops_report(p_client_id uuid, p_text text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $desk$
DECLARE held record; written bigint;
BEGIN
  PERFORM {schema}.ops_hold();
  PERFORM {schema}.ops_append('dispatch.report', jsonb_build_object('client_id', p_client_id)::text);
  SELECT * INTO held FROM {schema}.ops_granted;
  IF held.source <> 'dispatch' THEN
    RAISE EXCEPTION 'only a responder''s to write' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(p_client_id::text, 0));
  IF EXISTS (SELECT FROM {schema}.incidents_incidentevent e WHERE e.incident_id = held.incident_pk
      AND e.kind = 'responder_note' AND e.payload->>'client_id' = p_client_id::text) THEN
    RETURN NULL;
  END IF;
  INSERT INTO {schema}.incidents_incidentevent
    (incident_id, kind, actor_kind, actor_id, actor_name, at, payload)
  VALUES (held.incident_pk, 'responder_note', 'operator', held.operator_id::text,
    public.desk_name(held.operator_id), clock_timestamp(),
    jsonb_build_object('text', p_text, 'client_id', p_client_id))
  RETURNING id INTO written;
  RETURN written;
END $desk$;

CREATE OR REPLACE FUNCTION {schema}.ops_listen(p_recording uuid, p_mode text, p_key_hash bytea)
RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $desk$
DECLARE held record; heard bigint; session uuid := gen_random_uuid();
BEGIN
  SELECT * INTO held FROM {schema}.ops_granted
    WHERE source NOT IN ('dispatch', 'reading') AND looks;
  SELECT r.id INTO heard FROM {schema}.recordings_recording r
  WHERE r.public_id = p_recording AND r.incident_id = held.incident_pk AND r.erased_at IS NULL;
  IF heard IS NULL THEN
    RAISE EXCEPTION 'no grant in force' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO {schema}.recordings_playsession (public_id, recording_id, actor_kind, operator_id,
    grant_id, actor_name, session_key_hash, mode, reason, acting, started_at)
  VALUES (session, heard, 'operator', held.operator_id, held.grant_id,
    public.desk_name(held.operator_id), p_key_hash, p_mode, '', true, clock_timestamp());
  PERFORM public.audit_append('{schema}', p_recording::text, jsonb_build_object(
    'verb', 'recording.opened', 'grant', held.grant_id, 'session', session, 'mode', p_mode,
    'acting', true, 'actor', jsonb_build_object('kind', 'operator', 'id', held.operator_id)));
  RETURN session;
END $desk$;

REVOKE ALL ON FUNCTION {schema}.ops_hold(), {schema}.ops_append(text, text),
  {schema}.ops_event(text, text), {schema}.ops_message(uuid, text),
  {schema}.ops_report(uuid, text), {schema}.ops_listen(uuid, text, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {schema}.ops_append(text, text), {schema}.ops_event(text, text),
  {schema}.ops_message(uuid, text), {schema}.ops_report(uuid, text),
  {schema}.ops_listen(uuid, text, bytea) TO sobani_ops;
