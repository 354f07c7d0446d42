"""What goes on in the restored database, in a process of its own: `manage.py shell` calls it."""

import psycopg
from django.conf import settings

from jobs.running import run_next_inside

# Time passes for each incident by itself, until its next move is due.
BRING_FORWARD = """
SELECT dump.move_incident(company, n.public_id, clock_timestamp() - next_move_at - interval '1 s')
FROM dump.incident n
JOIN (SELECT public_id, next_move_at FROM acme.incidents_incident
      UNION ALL SELECT public_id, next_move_at FROM globex.incidents_incident) i USING (public_id)
WHERE next_move_at > clock_timestamp()"""
# Meanwhile the consoles of those who have a case give signs of life.
KEEP_CONSOLES = """
UPDATE operations_case SET owner_until = clock_timestamp() + interval '45 s'
WHERE state = 'claimed'"""


def run_what_is_due() -> None:
    """As a timekeeper and a worker do, but nothing that calls out."""
    while run_next_inside(0) or run_next_inside(1):
        pass


def make_next_moves(times: int) -> None:
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as owner:
        for _ in range(times):
            owner.execute(BRING_FORWARD)
            owner.execute(KEEP_CONSOLES)
            run_what_is_due()
