"""緊急閲覧: who looked into what, with whose consent, why, and until when. The lead reads it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.actors import Actor
from operations.models import AccessGrant
from operations.selectors import break_glass_since, operator_names
from portal.desk.access import for_lead

DAYS = 90


@dataclass(frozen=True, slots=True)
class BreakGlassLine:
    grant: AccessGrant
    who: str
    consent: str
    now: datetime

    @property
    def ended_at(self) -> datetime | None:
        ends = [at for at in (self.grant.closed_at, self.grant.expires_at) if at is not None]
        earliest = min(ends, default=None)
        return earliest if earliest and earliest <= self.now else None

    @property
    def state(self) -> str:
        if self.grant.opened_at is None:
            return "declined" if self.grant.closed_at else "waiting"
        return "ended" if self.ended_at else "open"


@require_safe
@for_lead
def overview(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    now = timezone.now()
    grants = list(break_glass_since(now - timedelta(days=DAYS)))
    people = [one.operator_id for one in grants] + [one.approved_by for one in grants]
    names = operator_names(people)
    lines = [
        BreakGlassLine(one, names.get(one.operator_id, ""), _name(names, one.approved_by), now)
        for one in grants
    ]
    return render(request, "desk/break_glass.html", {"lines": lines, "days": DAYS, "is_lead": True})


def _name(names: dict[UUID, str], operator_id: UUID | None) -> str:
    return names.get(operator_id, "") if operator_id else ""
