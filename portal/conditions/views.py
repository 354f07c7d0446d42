"""Pages about conditions. Names are shown only after the look has been noted."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role, User
from accounts.requests import signed_in
from accounts.step_up import fresh_factor_required
from people.models import Department, Employee
from portal.conditions.screen import ConditionBoard, care_of
from portal.conditions.sheet import workbook_of
from portal.live.page import render_page
from wellbeing.care import AlreadyDone
from wellbeing.daily import local_now
from wellbeing.followups import QUESTIONS, UnknownAnswer
from wellbeing.followups import settle as settle_task
from wellbeing.models import CareTask, WellbeingSettings
from wellbeing.selectors import care_tasks, team_of
from wellbeing.services import note_export, note_looks

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CARERS = {Role.SUPERVISOR, Role.OCCUPATIONAL_HEALTH}
View = Callable[..., HttpResponse]


def for_carers(view: View) -> View:
    """Restrict a view to those with the duty to ask; 404 for everybody else."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not CARERS & set(signed_in(request).roles):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@for_carers
def board(request: HttpRequest) -> HttpResponse:
    viewer = signed_in(request)
    page = _page_of_team(request, viewer)
    context = {
        "page": page,
        "board": _board(viewer, page),
        "departments": _departments_of(viewer),
        "department": request.GET.get("department", ""),
        "outcomes": CareTask.Outcome.choices,
        "may_export": WellbeingSettings.current().exports_on,
        "section": "conditions",
    }
    return render_page(request, "conditions/board.html", context)


def _page_of_team(request: HttpRequest, viewer: User) -> "Page[Employee]":
    team = team_of(viewer)
    wanted = request.GET.get("department", "")
    if wanted.isdecimal() and len(wanted) < 10:
        team = team.filter(department=int(wanted))
    return Paginator(team, PAGE).get_page(request.GET.get("page"))


def _board(viewer: User, page: "Page[Employee]") -> ConditionBoard:
    team_board = ConditionBoard(viewer, list(page.object_list), local_now().date())
    if team_board.seen:
        note_looks(viewer=viewer, employees=team_board.seen)
    return team_board


def _departments_of(viewer: User) -> list[Department]:
    ids = team_of(viewer).order_by().values("department")
    return list(Department.objects.filter(pk__in=ids))


@require_safe
@for_carers
@fresh_factor_required
def sheet(request: HttpRequest) -> HttpResponse:
    viewer, team_board = _named_list(request, "excel")
    answer = HttpResponse(workbook_of(team_board, viewer.get_full_name()), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="conditions-{team_board.today}.xlsx"'
    return answer


@require_safe
@for_carers
@fresh_factor_required
def paper(request: HttpRequest) -> HttpResponse:
    """The board for the printer. The board itself prints nothing but its notice."""
    viewer, team_board = _named_list(request, "print")
    context = {"board": team_board, "viewer": viewer, "section": "conditions"}
    return render_page(request, "conditions/paper.html", context)


def _named_list(request: HttpRequest, form: str) -> tuple[User, ConditionBoard]:
    if not WellbeingSettings.current().exports_on:
        raise Http404
    viewer = signed_in(request)
    team_board = _board(viewer, _page_of_team(request, viewer))
    note_export(viewer=viewer, employees=team_board.seen, form=form)
    return viewer, team_board


@require_safe
@for_carers
def care(request: HttpRequest) -> HttpResponse:
    viewer = signed_in(request)
    page = Paginator(care_tasks(viewer), PAGE).get_page(request.GET.get("page"))
    cases = care_of(page.object_list, local_now().date(), {})
    if cases:
        note_looks(viewer=viewer, employees=[one.task.employee for one in cases])
    context = {
        "care": cases,
        "page": page,
        "outcomes": CareTask.Outcome.choices,
        "section": "conditions",
    }
    return render_page(request, "conditions/care.html", context)


@require_POST
@for_carers
def settle(request: HttpRequest, public_id: UUID) -> HttpResponse:
    viewer = signed_in(request)
    task = get_object_or_404(care_tasks(viewer), public_id=public_id)
    outcome = request.POST.get("outcome", "")
    if outcome not in CareTask.Outcome.values:
        messages.error(request, _("Choose how it went."))
    else:
        _settle(request, task, viewer, outcome)
    return redirect("conditions:care" if "from_list" in request.POST else "conditions:board")


def _settle(request: HttpRequest, task: CareTask, viewer: User, outcome: str) -> None:
    asked = {code: request.POST[code] for code in QUESTIONS if request.POST.get(code)}
    try:
        settle_task(task=task, user=viewer, outcome=outcome, answers=asked)
    except UnknownAnswer:
        messages.error(request, _("Choose one of the answers."))
    except AlreadyDone:
        messages.info(request, _("Somebody has noted this already."))
    else:
        messages.success(request, _("Noted. Thank you for asking."))
