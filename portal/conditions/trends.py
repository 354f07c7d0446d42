"""Conditions over weeks, and before and after incidents: frozen figures, never the answers."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Subject, can
from accounts.requests import signed_in
from people.models import Department
from portal.conditions.charts import Chart, Shares, chart_of
from portal.live.page import render_page
from wellbeing.daily import local_now
from wellbeing.models import IncidentFigure, WeeklyFigure, WellbeingSettings
from wellbeing.selectors import shown_figures, shown_quarters

WEEKS = 13
QUARTERS = 8


@dataclass(frozen=True, slots=True)
class QuarterFigure:
    label: str
    figure: IncidentFigure


@never_cache
@require_safe
@login_required
def figures(request: HttpRequest) -> HttpResponse:
    actor = signed_in(request).as_actor()
    if not can(actor, "see_condition_figures", Subject(kind="company")):
        raise Http404
    floor = WellbeingSettings.current().small_group_floor
    shown = shown_figures(WEEKS)
    departments = Department.objects.filter(pk__in={one.department_id for one in shown})
    wanted = request.GET.get("department", "")
    chosen = departments.filter(pk=int(wanted)).first() if wanted.isdecimal() else None
    weeks = [one for one in shown if one.department_id == (chosen and chosen.pk)]
    quarters = _quarters()
    context = {
        "weeks": weeks,
        "weeks_chart": _chart_of_weeks(weeks),
        "this_week": _monday(local_now().date()),
        "quarters": quarters,
        "quarters_chart": _chart_of_quarters(quarters),
        "departments": departments,
        "chosen": chosen,
        "floor": floor,
        "may_erase": can(actor, "erase_conditions", Subject(kind="employee")),
        "section": "figures",
    }
    return render_page(request, "conditions/figures.html", context)


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


def _quarters() -> list[QuarterFigure]:
    return [QuarterFigure(_label(one), one) for one in shown_quarters(QUARTERS)]


def _label(figure: IncidentFigure) -> str:
    first = figure.quarter
    return f"{first.year}/{first.month}–{first.month + 2}"


def _chart_of_weeks(weeks: list[WeeklyFigure]) -> Chart:
    return chart_of(
        [Shares(f"{one.week.month}/{one.week.day}", one.good, one.normal, one.bad) for one in weeks]
    )


def _chart_of_quarters(quarters: list[QuarterFigure]) -> Chart:
    return chart_of(
        [
            Shares(one.label, one.figure.better, one.figure.same, one.figure.worse)
            for one in quarters
        ]
    )
