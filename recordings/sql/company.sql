-- Marks are appended and withdrawn, never changed: a database with one role for everything cannot
-- hold that, as its health page says of the audit.
DO $marks$ BEGIN
  IF '{app_role}'::regrole <> quote_ident(current_user)::regrole THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON {schema}.recordings_mark,
      {schema}.recordings_mark_withdrawal FROM {app_role};
  END IF;
END $marks$;

-- For the desk, by a grant, as operations/sql/company.sql does it: where it may hear the sound, it
-- sees what others marked in it, and marks itself.
CREATE OR REPLACE VIEW {schema}.ops_mark WITH (security_barrier = true) AS
SELECT m.public_id, r.public_id AS recording_id, p.operator_id, p.actor_name AS who, m.at_ms,
  m.word, m.made_at, w.withdrawn_at
FROM {schema}.ops_granted g
JOIN {schema}.recordings_recording r ON r.incident_id = g.incident_pk
JOIN {schema}.recordings_playsession p ON p.recording_id = r.id
JOIN {schema}.recordings_mark m ON m.play_id = p.id
LEFT JOIN {schema}.recordings_mark_withdrawal w ON w.mark_id = m.id
WHERE g.source <> 'dispatch' AND g.source <> 'reading' AND g.looks AND r.erased_at IS NULL;

-- What clock the sound goes by, beside ops_loudness: a pause of the recorder moves it.
CREATE OR REPLACE VIEW {schema}.ops_spoken WITH (security_barrier = true) AS
SELECT r.public_id AS recording_id, u.seq, u.device_time_ms, u.sent_ms, u.received_at
FROM {schema}.ops_granted g
JOIN {schema}.recordings_recording r ON r.incident_id = g.incident_pk
JOIN {schema}.recordings_unit u ON u.recording_id = r.id
WHERE g.source <> 'dispatch' AND g.source <> 'reading' AND g.looks AND r.erased_at IS NULL;

REVOKE ALL ON {schema}.ops_mark, {schema}.ops_spoken FROM PUBLIC, sobani_ops;
DO $desk$ BEGIN  -- whatever grants rights on all tables of the schema must not reach the views
  IF '{app_role}'::regrole <> quote_ident(current_user)::regrole THEN
    REVOKE ALL ON {schema}.ops_mark, {schema}.ops_spoken FROM {app_role};
  END IF;
END $desk$;
GRANT SELECT ON {schema}.ops_mark, {schema}.ops_spoken TO sobani_ops;

-- Who listens marks: the session is the operator's own, under the grant in force.
CREATE OR REPLACE FUNCTION {schema}.ops_mark(
  p_recording uuid, p_session uuid, p_client_id uuid, p_at_ms integer, p_word text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $desk$
DECLARE heard record; made uuid;
BEGIN
  SELECT p.id, r.public_id AS recording, g.operator_id, g.grant_id INTO heard
  FROM {schema}.ops_granted g
  JOIN {schema}.recordings_recording r ON r.incident_id = g.incident_pk AND r.erased_at IS NULL
  JOIN {schema}.recordings_playsession p ON p.recording_id = r.id AND p.ended_at IS NULL
    AND p.operator_id = g.operator_id AND p.grant_id = g.grant_id
  WHERE p.public_id = p_session AND r.public_id = p_recording AND g.source <> 'dispatch' AND g.source <> 'reading' AND g.looks;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no grant in force' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO {schema}.recordings_mark (public_id, play_id, client_id, at_ms, word, made_at)
  VALUES (gen_random_uuid(), heard.id, p_client_id, p_at_ms, p_word, clock_timestamp())
  ON CONFLICT (play_id, client_id) DO NOTHING RETURNING public_id INTO made;
  IF made IS NULL THEN
    SELECT m.public_id INTO made FROM {schema}.recordings_mark m
    WHERE m.play_id = heard.id AND m.client_id = p_client_id;
    RETURN made;
  END IF;
  PERFORM public.audit_append('{schema}', heard.recording::text, jsonb_build_object(
    'verb', 'recording.marked', 'grant', heard.grant_id, 'session', p_session, 'mark', made,
    'at_ms', p_at_ms, 'actor', jsonb_build_object('kind', 'operator', 'id', heard.operator_id)));
  RETURN made;
END $desk$;

CREATE OR REPLACE FUNCTION {schema}.ops_withdraw_mark(p_recording uuid, p_mark uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $desk$
DECLARE held record; marked bigint;
BEGIN
  SELECT g.operator_id, g.grant_id, m.id INTO held
  FROM {schema}.ops_granted g
  JOIN {schema}.recordings_recording r ON r.incident_id = g.incident_pk AND r.erased_at IS NULL
  JOIN {schema}.recordings_playsession p ON p.recording_id = r.id AND p.operator_id = g.operator_id
  JOIN {schema}.recordings_mark m ON m.play_id = p.id
  WHERE m.public_id = p_mark AND r.public_id = p_recording
    AND g.source <> 'dispatch' AND g.source <> 'reading' AND g.looks;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no grant in force' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO {schema}.recordings_mark_withdrawal (mark_id, withdrawn_at)
  VALUES (held.id, clock_timestamp()) ON CONFLICT (mark_id) DO NOTHING RETURNING mark_id INTO marked;
  IF marked IS NULL THEN RETURN false; END IF;
  PERFORM public.audit_append('{schema}', p_recording::text, jsonb_build_object(
    'verb', 'recording.mark_withdrawn', 'grant', held.grant_id, 'mark', p_mark,
    'actor', jsonb_build_object('kind', 'operator', 'id', held.operator_id)));
  RETURN true;
END $desk$;

REVOKE ALL ON FUNCTION {schema}.ops_mark(uuid, uuid, uuid, integer, text),
  {schema}.ops_withdraw_mark(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {schema}.ops_mark(uuid, uuid, uuid, integer, text),
  {schema}.ops_withdraw_mark(uuid, uuid) TO sobani_ops;
