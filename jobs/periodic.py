"""Work that comes back: one job per company and kind, which stays in its row.

A timekeeper plants what is missing once a minute, for new companies, with one statement for each
kind that touches public tables only. The key makes two timekeepers one.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from jobs.models import Urgency
from jobs.registry import WORKER, Work, handler, handlers

LANE = 1

# Spread over the period by the company's key, so that a thousand companies do not come at once.
_PLANT = """
INSERT INTO public.jobs_job (company_id, kind, key, lane, crew, urgency, payload, state, due_at)
SELECT c.id, %(kind)s, %(kind)s || ':' || c.id, %(lane)s, %(crew)s, %(urgency)s, '{}', 'pending',
  now() + (c.id * 7919 %% %(seconds)s) * interval '1 second'
FROM public.tenants_company c
WHERE c.kind = 'company' AND NOT EXISTS (
  SELECT FROM public.jobs_job j WHERE j.key = %(kind)s || ':' || c.id)
ON CONFLICT (key) DO NOTHING"""


def periodic(kind: str, *, every: timedelta) -> Callable[[Work], Work]:
    """Run for each client company about every ``every``; the work touches the database only."""
    return handler(kind, lane=LANE, every=every)


@transaction.atomic
def plant_missing() -> None:
    with connection.cursor() as cursor:
        for registered in handlers.values():
            if registered.every is None:
                continue
            seconds = int(registered.every.total_seconds())
            values: dict[str, Any] = {
                "kind": registered.kind,
                "lane": LANE,
                "crew": WORKER,
                "urgency": Urgency.REST,
            }
            cursor.execute(_PLANT, values | {"seconds": seconds})
