"""What a stack's database says when everything is over: nobody forgotten, nothing done twice."""

import json
import sys
from collections import Counter
from collections.abc import Iterator

from django.db import connection

from incidents.models import Incident
from jobs.models import Job
from notifications.models import Delivery
from notifications.services import job_key
from tenants.context import run_in
from tenants.models import Company
from tests.live.once import KIND

CALLS = {"climbed", "hr_called"}


def tell() -> None:
    acme = Company.objects.get(schema_name="acme")
    found = [*run_in(acme, lambda: list(forgotten())), *done_twice(), *given_up()]
    sys.stdout.write(f"AFTERMATH {json.dumps(found)}\n")


def still_promised() -> None:
    sys.stdout.write(f"LEFT {Job.objects.filter(kind=KIND).count()}\n")


def forgotten() -> Iterator[str]:
    promised = set(Job.objects.exclude(state=Job.State.DEAD).values_list("key", flat=True))
    for incident in Incident.objects.prefetch_related("events"):
        move = f"move:{incident.public_id}:{incident.turn}"
        if incident.state == Incident.State.OPEN and move not in promised:
            yield f"{incident}: open, and its next move is promised by nobody"
        yield from _called_twice(incident)
    for delivery in Delivery.objects.filter(state=Delivery.State.PENDING):
        if job_key(delivery.public_id) not in promised:
            yield f"delivery {delivery.public_id}: pending, and promised by nobody"


def _called_twice(incident: Incident) -> Iterator[str]:
    kinds = Counter(event.kind for event in incident.events.all())
    if kinds["opened"] != 1:
        yield f"{incident}: opened {kinds['opened']} times"
    round_: set[str] = set()
    for event in incident.events.order_by("pk"):
        if event.kind not in CALLS:
            round_.clear()
            continue
        whom = json.dumps(event.payload)
        if whom in round_:
            yield f"{incident}: {whom} called twice by one round"
        round_.add(whom)


def done_twice() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, count(*) FROM public.tests_once GROUP BY key HAVING count(*) > 1"
        )
        yield from (f"{key}: done {count} times" for key, count in cursor.fetchall())


def given_up() -> Iterator[str]:
    for job in Job.objects.filter(state=Job.State.DEAD, lane=0):
        yield f"{job.key}: given up: {job.last_error}"
