"""Until when a record is kept: by category, and the longest wins.

Only says it. What a person chose as the outcome of an alarm never shortens it here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, DateTimeField, ExpressionWrapper, F, Max, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from incidents.models import Incident, RetentionSettings

STEPS = (0, 30, 90, 365)


@dataclass(frozen=True, slots=True)
class RetentionDue:
    """Number of records due within so many days from now; ``None`` days: later."""

    within_days: int | None
    count: int


def dates_of(incidents: QuerySet[Incident]) -> list[datetime]:
    """Dates until which closed incidents are kept."""
    rules = RetentionSettings.current()
    plain = Case(
        When(drill=Incident.Drill.NONE, then=Value(rules.keep_unclassified_days)),
        default=Value(rules.keep_drill_days),
    )
    days = Coalesce(Max("classifications__category__keep_days"), plain)
    until = F("closed_at") + days * Value(timedelta(days=1))
    dated = incidents.annotate(keep_until=ExpressionWrapper(until, output_field=DateTimeField()))
    closed = dated.filter(state=Incident.State.CLOSED)
    return list(closed.values_list("keep_until", flat=True))


def keep_until(incident: Incident) -> datetime | None:
    """Date until which it is kept; None while it is open."""
    return next(iter(dates_of(Incident.objects.filter(pk=incident.pk))), None)


def preview() -> list[RetentionDue]:
    """Count each record once: already due, then by how soon, then all the rest."""
    now = timezone.now()
    left = [(until - now) / timedelta(days=1) for until in dates_of(Incident.objects.all())]
    steps, before = [], 0
    for step in STEPS:
        count = sum(days <= step for days in left)
        steps.append(RetentionDue(step, count - before))
        before = count
    return [*steps, RetentionDue(None, len(left) - before)]
