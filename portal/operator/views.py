"""What waits at the operators' desk. A plain list until the console exists: public rows only, no
name, no position, no sound."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import Subject, can
from incidents.models import Incident
from operations.models import Case
from people.selectors import actor_for

MOST = 200
View = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    company: str
    site: str
    level: str
    state: str
    is_waiting: bool
    is_drill: bool
    requested_at: datetime
    requested_ms: int


def for_operators(view: View) -> View:
    """Signed in, and an operator: anybody else on this host is told so, politely."""

    @never_cache
    @require_safe
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        assert isinstance(request.user, User)
        if not can(actor_for(request.user), "see_queue", Subject(kind="case")):
            raise PermissionDenied
        return view(request)

    return guarded


@for_operators
def cases(request: HttpRequest) -> HttpResponse:
    now = int(timezone.now().timestamp() * 1000)
    return render(request, "console/cases.html", {"rows": rows(), "now": now})


@for_operators
def case_rows(request: HttpRequest) -> HttpResponse:
    return render(request, "console/rows.html", {"rows": rows()})


def rows() -> list[Row]:
    found = Case.objects.select_related("company").waiting_first()
    return [row_of(case) for case in found[:MOST]]


def row_of(case: Case) -> Row:
    return Row(
        number=case.number,
        company=case.company.name,
        site=case.site_name,
        level=str(Incident.Level(case.level).label),
        state=str(case.get_state_display()),
        is_waiting=case.is_waiting,
        is_drill=case.drill != Incident.Drill.NONE,
        requested_at=case.requested_at,
        requested_ms=int(case.requested_at.timestamp() * 1000),
    )
