"""What is settled goes to its own table, and what waits gets its crew and its rank."""

from django.db import migrations

SETTLED = """
INSERT INTO public.jobs_settledjob
  (key, company_id, kind, lane, state, due_at, attempts, failures, last_error, settled_at)
SELECT key, company_id, kind, lane, state, due_at, attempts, 0, last_error,
  coalesce(done_at, clock_timestamp())
FROM public.jobs_job WHERE state IN ('done', 'cancelled')
ON CONFLICT (key) DO NOTHING"""
GONE = "DELETE FROM public.jobs_job WHERE state IN ('done', 'cancelled')"

# What was running begins anew: its holder is not known any more.
WAITING = """
UPDATE public.jobs_job j SET
  state = CASE WHEN state = 'leased' THEN 'pending' ELSE state END, lease_until = NULL,
  crew = CASE WHEN lane = 1 THEN 'worker'
    WHEN kind IN ('notifications.deliver', 'escalation.tell_operators', 'operations.call_backup')
    THEN 'sender' ELSE 'clock' END,
  urgency = CASE WHEN lane = 0 THEN 0 ELSE 3 END,
  failures = CASE WHEN state = 'dead' THEN attempts ELSE 0 END"""

# What comes back is one row from now on, named by kind and company alone.
PERIODIC = r"""
WITH rhythm AS (
  SELECT id, row_number() OVER (PARTITION BY kind, company_id ORDER BY state, due_at) AS place
  FROM public.jobs_job WHERE lane = 1 AND state IN ('pending', 'dead')
    AND key ~ ('^' || kind || ':' || company_id || ':(planted:)?[0-9]+$')),
others AS (DELETE FROM public.jobs_job WHERE id IN (SELECT id FROM rhythm WHERE place > 1))
UPDATE public.jobs_job j SET key = kind || ':' || company_id, state = 'pending', failures = 0
FROM rhythm WHERE j.id = rhythm.id AND rhythm.place = 1"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0003_claims_and_settled_jobs")]

    operations = [
        migrations.RunSQL(statement, "") for statement in (SETTLED, GONE, WAITING, PERIODIC)
    ]
