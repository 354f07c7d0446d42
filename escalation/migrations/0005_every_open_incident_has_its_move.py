"""Incidents that are open during the upgrade: each gets the next move that fits where it stands,
with its job, and the clocks of the former release are taken back. Nobody is forgotten."""

from django.db import migrations

# The newest case of each open incident, and the ladder's waiting job.
STANDING = """
CREATE TEMPORARY TABLE standing ON COMMIT DROP AS
SELECT i.id, c.state AS case_state, c.turn AS case_turn, c.waiting_since, c.result AS case_result,
  (SELECT min(j.due_at) FROM public.jobs_job j
   WHERE j.state IN ('pending', 'leased') AND j.key LIKE 'climb:' || i.public_id || ':%%') AS climb_at
FROM incidents_incident i
LEFT JOIN LATERAL (SELECT * FROM public.operations_case c
  WHERE c.incident_id = i.public_id AND c.company_id = {company}
  ORDER BY c.requested_at DESC, c.id DESC LIMIT 1) c ON true
WHERE i.state = 'open'"""

RUNGS = """
UPDATE escalation_rung r SET first_called_at = r.climbed_at,
  called_round = CASE WHEN r.climbed_at IS NOT NULL THEN i.round END,
  frozen_at = i.opened_at,
  step_seconds = COALESCE(NULLIF((SELECT min(o.after_seconds) FROM escalation_rung o
    WHERE o.incident_id = i.id AND o.after_seconds > 0), 0), 30)
FROM incidents_incident i WHERE i.id = r.incident_id"""

# Pressed again after 安全です, or long after somebody had set out: the former release called nobody.
CRIED = """
UPDATE incidents_incident i SET safe_at = NULL,
  coming_at = CASE WHEN i.coming_at > clock_timestamp() - interval '10 minutes' THEN i.coming_at END,
  coming_by_id = CASE WHEN i.coming_at > clock_timestamp() - interval '10 minutes'
    THEN i.coming_by_id END
WHERE i.state = 'open' AND EXISTS (SELECT FROM incidents_incidentevent e
  WHERE e.incident_id = i.id AND e.kind IN ('tapped_again', 'still_going')
    AND e.at > GREATEST(i.safe_at, i.coming_at))"""

# What was told before counts as called; drills and closed incidents are handled below.
COLUMNS = """
UPDATE incidents_incident i SET
  first_seen_at = i.acknowledged_at,
  cried_at = CASE WHEN i.safe_at IS NULL THEN i.opened_at END,
  called_at = CASE WHEN i.safe_at IS NULL THEN i.opened_at END,
  presses = (SELECT count(*) FROM incidents_incidentevent e
    WHERE e.incident_id = i.id AND e.kind IN ('tapped_again', 'still_going')),
  told_110 = i.desk_silent_at IS NOT NULL,
  desk = CASE WHEN s.case_state = 'requested' AND i.desk_silent_at IS NULL THEN 'asked'
    WHEN s.case_state = 'requested' THEN 'unanswered'
    WHEN s.case_state = 'claimed' THEN 'acting'
    WHEN s.case_state = 'closed' AND s.case_result <> 'withdrawn' THEN 'ended' ELSE 'none' END,
  desk_turn = COALESCE(s.case_turn, 0),
  desk_result = CASE WHEN s.case_state = 'closed' THEN s.case_result ELSE '' END,
  desk_at = CASE WHEN s.case_state = 'requested' AND i.desk_silent_at IS NULL
    THEN GREATEST(s.waiting_since, clock_timestamp() - interval '60 seconds') END,
  remind_at = CASE WHEN i.drill <> 'none' THEN i.opened_at + interval '30 minutes'
    WHEN i.safe_at IS NOT NULL THEN clock_timestamp() + interval '10 minutes'
    WHEN s.case_state = 'claimed' THEN clock_timestamp() + interval '30 minutes' END,
  reminders = CASE WHEN i.safe_at IS NOT NULL THEN 1 ELSE 0 END,
  call_at = NULL
FROM standing s WHERE s.id = i.id"""

# Where the ladder runs: when it was promised; else soon if the alarm is young; else it had ended
# in silence, and begins again within the hour, spread so that not everything rings at once.
LADDER = """
UPDATE incidents_incident i SET
  lap = CASE WHEN s.climb_at IS NULL AND i.opened_at < clock_timestamp() - interval '1 hour'
    THEN 4 ELSE 0 END,
  round = CASE WHEN s.climb_at IS NULL THEN i.round + 1 ELSE i.round END,
  call_at = CASE
    WHEN s.climb_at IS NOT NULL
      THEN GREATEST(s.climb_at, clock_timestamp() + interval '5 seconds')
    WHEN i.opened_at >= clock_timestamp() - interval '1 hour'
      THEN clock_timestamp() + interval '30 seconds'
    ELSE clock_timestamp() + interval '10 minutes' + random() * interval '50 minutes' END
FROM standing s WHERE s.id = i.id AND i.drill = 'none' AND i.safe_at IS NULL
  AND i.coming_at IS NULL AND i.desk NOT IN ('asked', 'acting')"""

DRILLS = """
UPDATE incidents_incident SET state = 'closed', outcome = 'drill', closed_by_kind = 'clock',
  closed_at = clock_timestamp(), shown_closed_at = clock_timestamp(),
  upload_until = clock_timestamp(), remind_at = NULL, next_move = NULL, next_move_at = NULL
WHERE state = 'open' AND drill <> 'none'
  AND opened_at < clock_timestamp() - interval '30 minutes'"""

# The earliest clock, in the order of `escalation.next_move`. Whoever set out long ago is asked within
# the hour.
NEXT = """
UPDATE incidents_incident i SET (next_move, next_move_at) = (
  SELECT move, at FROM (VALUES
    (1, 'desk', CASE WHEN i.desk = 'asked' THEN i.desk_at + interval '90 seconds' END),
    (2, 'call', i.call_at),
    (3, 'arrive', CASE WHEN i.safe_at IS NOT NULL OR i.coming_at IS NULL THEN NULL
      WHEN i.coming_at > clock_timestamp() - interval '10 minutes'
        THEN i.coming_at + interval '10 minutes'
      ELSE clock_timestamp() + interval '10 minutes' + random() * interval '50 minutes' END),
    (4, 'ask', CASE WHEN i.desk = 'acting' AND i.drill = 'none' AND i.safe_at IS NULL
      AND i.coming_at IS NULL THEN i.remind_at END),
    (5, 'close', CASE WHEN i.safe_at IS NOT NULL OR i.drill <> 'none' THEN i.remind_at END)
  ) AS clocks (rank, move, at) WHERE at IS NOT NULL ORDER BY at, rank LIMIT 1)
WHERE i.state = 'open'"""

# Closed by others and no word from her: the second person looks, as was promised.
ASK = """
UPDATE incidents_incident i SET next_move = 'ask', next_move_at = j.due_at, remind_at = j.due_at,
  turn = 1
FROM public.jobs_job j
WHERE i.state = 'closed' AND i.safe_at IS NULL AND j.state IN ('pending', 'leased')
  AND j.kind = 'escalation.no_answer' AND j.key = 'no_answer:' || i.public_id || ':' || i.round"""

JOBS = """
INSERT INTO public.jobs_job
  (company_id, kind, key, lane, payload, state, due_at, attempts, lease_by, last_error)
SELECT {company}, 'escalation.move', 'move:' || public_id || ':' || turn, 0,
  jsonb_build_object('incident', public_id, 'turn', turn), 'pending', next_move_at, 0, '', ''
FROM incidents_incident WHERE next_move IS NOT NULL
ON CONFLICT (key) DO NOTHING"""

GONE = """
DELETE FROM public.jobs_job WHERE company_id = {company} AND state IN ('pending', 'leased') AND (
  kind IN ('escalation.climb', 'escalation.no_answer',
    'incidents.event_recorded:escalation.close_case')
  OR kind = 'operations.climb' AND payload->>'step' = '3')"""

# A case of an incident that had ended, whose job of the former release had not run yet.
WITHDRAWN = """
UPDATE public.operations_case c SET state = 'closed', closed_at = clock_timestamp(),
  result = 'withdrawn', owner_id = NULL, owner_until = NULL
FROM incidents_incident i WHERE i.public_id = c.incident_id AND c.company_id = {company}
  AND i.state = 'closed' AND c.state = 'requested'"""

# What is known of closed ones when they go on: who closed it, and who has it at the desk.
CLOSED = """
UPDATE incidents_incident i SET first_seen_at = i.acknowledged_at,
  closed_by_id = (SELECT u.id FROM incidents_incidentevent e
    JOIN accounts_user u ON u.public_id::text = e.actor_id
    WHERE e.incident_id = i.id AND e.kind = 'closed' AND e.actor_kind = 'user'
    ORDER BY e.id DESC LIMIT 1)
WHERE i.state = 'closed'"""
CLOSED_WITH_A_CASE = """
UPDATE incidents_incident i SET desk = 'acting', desk_turn = c.turn
FROM public.operations_case c
WHERE c.incident_id = i.public_id AND c.company_id = {company} AND c.state = 'claimed'
  AND i.state = 'closed'"""
OPERATOR_TOLD = """
UPDATE public.operations_case c SET company_closed_at = i.closed_at
FROM incidents_incident i
WHERE c.incident_id = i.public_id AND c.company_id = {company} AND c.state = 'claimed'
  AND i.state = 'closed'"""

# Those that had been left alone: whoever is in charge and HR read it at once.
LEFT_ALONE = """
INSERT INTO public.jobs_job
  (company_id, kind, key, lane, payload, state, due_at, attempts, lease_by, last_error)
SELECT {company}, 'escalation.left_alone', 'left_alone:' || public_id, 0,
  jsonb_build_object('incident', public_id), 'pending', clock_timestamp(), 0, '', ''
FROM incidents_incident WHERE state = 'open' AND lap = 4
ON CONFLICT (key) DO NOTHING"""

STEPS = (
    STANDING, RUNGS, CRIED, COLUMNS, LADDER, DRILLS, NEXT, ASK, CLOSED, CLOSED_WITH_A_CASE,
    JOBS, LEFT_ALONE, GONE, WITHDRAWN, OPERATOR_TOLD,
)  # fmt: skip


def give_moves(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM public.tenants_company WHERE schema_name = current_schema()"
        )
        company = cursor.fetchone()
        if company is None:  # the template, from which companies are made
            return
        for step in STEPS:
            cursor.execute(step.replace("{company}", str(company[0])).replace("%%", "%"))


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0004_next_move"),
        ("incidents", "0006_next_move"),
        ("jobs", "0002_settled_index"),
        ("operations", "0006_next_move"),
    ]

    operations = [migrations.RunPython(give_moves, migrations.RunPython.noop)]
