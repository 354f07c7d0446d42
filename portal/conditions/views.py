"""Pages about conditions. Names are shown only after the look has been noted."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode
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
from people.models import Department, Employee, Site
from portal.conditions.screen import ConditionBoard, PersonScreen, care_of
from portal.conditions.sheet import workbook_of
from portal.live.page import render_page
from wellbeing.care import AlreadyDone, TooLate, put_off, take_back
from wellbeing.daily import local_now
from wellbeing.followups import QUESTIONS, UnknownAnswer
from wellbeing.followups import settle as settle_task
from wellbeing.models import CareTask, WellbeingSettings
from wellbeing.selectors import BOARD_DAYS, care_tasks, just_settled, team_of
from wellbeing.services import note_export, note_looks

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PERIODS = (7, BOARD_DAYS, 30)
WEEKS_OF_A_PERSON = 12
LATER = (1, 3, 7)
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
    team = team_of(viewer).order_by()
    context = {
        "page": page,
        "board": _board(request, viewer, page),
        "departments": list(Department.objects.filter(pk__in=team.values("department"))),
        "sites": list(Site.objects.filter(pk__in=team.values("site"))),
        "department": request.GET.get("department", ""),
        "site": request.GET.get("site", ""),
        "periods": PERIODS,
        "days": _days(request),
        "query": _kept(request),
        "outcomes": CareTask.Outcome.choices,
        "later": LATER,
        "may_export": WellbeingSettings.current().exports_on,
        "section": "conditions",
    }
    return render_page(request, "conditions/board.html", context)


def _kept(request: HttpRequest) -> str:
    """The filters of this address, for its other pages."""
    kept = {key: request.GET[key] for key in ("department", "site", "days") if key in request.GET}
    return urlencode(kept)


def _days(request: HttpRequest) -> int:
    """Days that the board goes back; what is not on offer is not obeyed."""
    wanted = request.GET.get("days", "")
    return next((days for days in PERIODS if str(days) == wanted), BOARD_DAYS)


def _page_of_team(request: HttpRequest, viewer: User) -> "Page[Employee]":
    team = team_of(viewer)
    for group in ("department", "site"):
        wanted = request.GET.get(group, "")
        if wanted.isdecimal() and len(wanted) < 10:
            team = team.filter(**{group: int(wanted)})
    return Paginator(team, PAGE).get_page(request.GET.get("page"))


def _board(request: HttpRequest, viewer: User, page: "Page[Employee]") -> ConditionBoard:
    today = local_now().date()
    team_board = ConditionBoard(viewer, list(page.object_list), today, _days(request))
    if team_board.seen:
        note_looks(viewer=viewer, employees=team_board.seen)
    return team_board


@require_safe
@for_carers
def person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    viewer = signed_in(request)
    employee = get_object_or_404(team_of(viewer), public_id=public_id)
    screen = PersonScreen(viewer, employee, local_now().date(), WEEKS_OF_A_PERSON)
    note_looks(viewer=viewer, employees=[employee])
    context = {"person": screen, "section": "conditions"}
    return render_page(request, "conditions/person.html", context)


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
    team_board = _board(request, viewer, _page_of_team(request, viewer))
    note_export(viewer=viewer, employees=team_board.seen, form=form)
    return viewer, team_board


@require_safe
@for_carers
def care(request: HttpRequest) -> HttpResponse:
    viewer = signed_in(request)
    page = Paginator(care_tasks(viewer), PAGE).get_page(request.GET.get("page"))
    cases = care_of(page.object_list, local_now().date(), {})
    settled = list(just_settled(viewer))
    if cases or settled:
        people = [one.task.employee for one in cases] + [task.employee for task in settled]
        note_looks(viewer=viewer, employees=list({one.pk: one for one in people}.values()))
    context = {
        "care": cases,
        "settled": settled,
        "page": page,
        "outcomes": CareTask.Outcome.choices,
        "later": LATER,
        "section": "conditions",
    }
    return render_page(request, "conditions/care.html", context)


@require_POST
@for_carers
def later(request: HttpRequest, public_id: UUID) -> HttpResponse:
    viewer = signed_in(request)
    task = get_object_or_404(care_tasks(viewer), public_id=public_id)
    days = next((one for one in LATER if str(one) == request.POST.get("days")), None)
    if days is None:
        messages.error(request, _("Choose a day."))
        return _back(request)
    try:
        put_off(task=task, user=viewer, until=local_now().date() + timedelta(days=days))
    except AlreadyDone:
        messages.info(request, _("Somebody has noted this already."))
    else:
        messages.success(request, _("Noted for later. It stays on the list."))
    return _back(request)


@require_POST
@for_carers
def undo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    viewer = signed_in(request)
    task = get_object_or_404(just_settled(viewer), public_id=public_id)
    try:
        take_back(task=task, user=viewer)
    except TooLate:
        messages.info(request, _("There is a newer one for this person. Go on with that one."))
    else:
        messages.success(request, _("Taken back. It is open again."))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    return redirect("conditions:care" if "from_list" in request.POST else "conditions:board")


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
    return _back(request)


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
