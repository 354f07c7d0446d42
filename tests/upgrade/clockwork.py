"""What goes on in the restored database, in a process of its own: `manage.py shell` calls it."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection, transaction

from incidents.models import Incident
from jobs.claims import Claim, claim
from jobs.models import Job
from jobs.registry import CLOCK, WORKER, handlers
from jobs.runs import CLOCK_LEASE, run
from notifications.models import Notice
from operations.models import Case
from people.devices.services import create_device
from people.models import Device
from tenants.context import run_in
from tenants.models import Company
from tests.conftest import Phone

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


NEVER = "2100-01-01T00:00:00Z"


def press_and_come_back() -> None:
    """Writes what a press would cause everywhere; then the timekeeper is back."""
    sys.stdout.write(json.dumps(dict(_press_everywhere())))
    run_what_is_due()


def run_what_is_due() -> None:
    """As a timekeeper and a worker do, but nothing that calls out."""
    while jobs := [*_claimed(0, CLOCK), *_claimed(1, WORKER)]:
        for job in jobs:
            run(job)


def _claimed(lane: int, crew: str) -> list[Job]:
    calls_out = [kind for kind, one in handlers.items() if one.calls_out]
    Job.objects.filter(lane=lane, kind__in=calls_out).update(due_at=NEVER)
    return claim(Claim(lane, [crew], "clockwork", CLOCK_LEASE))


def make_next_moves(times: int) -> None:
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as owner:
        for _ in range(times):
            owner.execute(BRING_FORWARD)
            owner.execute(KEEP_CONSOLES)
            run_what_is_due()


def _press_everywhere() -> Iterator[tuple[str, dict[str, Any]]]:
    """On each open real incident; nothing of it stays."""
    settings.WHITENOISE_AUTOREFRESH = True
    for company in Company.objects.filter(kind=Company.Kind.COMPANY):
        for incident in run_in(company, lambda: list(Incident.objects.real().open())):
            with transaction.atomic():
                yield str(incident.public_id), _press(company, incident)
                transaction.set_rollback(True)


def _press(company: Company, incident: Incident) -> dict[str, Any]:
    known = run_in(company, lambda: set(Notice.objects.values_list("pk", flat=True)))
    watch = run_in(company, _another_device, incident)
    answer = Phone(*watch, host=f"{company.schema}.localhost").tap()
    assert (answer.status_code, answer.json()["id"]) == (200, str(incident.public_id))
    return run_in(company, _caused, incident, known)


def _another_device(incident: Incident) -> tuple[Device, str]:
    return create_device(
        employee=incident.reporter, post=incident.post, kind="watch", name="another"
    )


def _caused(incident: Incident, known: set[int]) -> dict[str, Any]:
    incident.refresh_from_db()
    paged = Notice.objects.filter(kind="alarm").exclude(pk__in=known)
    cases = Case.objects.filter(incident_id=incident.public_id, cried_at__isnull=False)
    return {
        "paged": list(paged.values_list("recipient_user__username", flat=True)),
        "next_move": incident.next_move,
        "in_seconds": _seconds_until(incident),
        "coming": incident.coming_at is not None,
        "desk_was_told": cases.exists(),
    }


def _seconds_until(incident: Incident) -> float:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM %s - clock_timestamp())::float8", [incident.next_move_at]
        )
        return float(cursor.fetchone()[0])
