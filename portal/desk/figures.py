"""How fast the desk answers, in the form of the BS 8484 tables: now, by month, and as CSV."""

import csv
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from audit.actors import Actor
from operations.figures import AnswerTimes, answer_times, monthly
from portal.desk.access import for_desk, is_lead

MONTHS = 12
TOKYO = ZoneInfo("Asia/Tokyo")


@require_safe
@for_desk
def figures(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    now = timezone.now()
    context = {
        "today": answer_times(midnight(now), now),
        "months": _by_month(monthly(_first_month(now), now)),
        "at": now,
        "is_lead": is_lead(actor),
    }
    return render(request, "desk/figures.html", context)


def midnight(now: datetime) -> datetime:
    return now.astimezone(TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)


def _first_month(now: datetime) -> datetime:
    month_start = midnight(now).replace(day=1)
    years, month = divmod(month_start.month - MONTHS, 12)
    return month_start.replace(year=month_start.year + years, month=month + 1)


def _by_month(lines: list[AnswerTimes]) -> list[tuple[object, list[AnswerTimes]]]:
    """Group lines by month, the latest first."""
    return [(month, list(of)) for month, of in groupby(lines, lambda one: one.month)][::-1]


@require_safe
@for_desk
def as_csv(_request: HttpRequest, *, actor: Actor) -> HttpResponse:
    """The figures as CSV, with a byte order mark so that Excel reads the Japanese."""
    now = timezone.now()
    name = f"answer-times-{now.astimezone(TOKYO):%Y%m%d}.csv"
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(_heads())
    for line in monthly(_first_month(now), now):
        writer.writerow(_cells(line))
    return response


def _heads() -> list[str]:
    return [
        _("Month"),
        _("Company"),
        _("Alarms"),
        pgettext("alarms", "Answered"),
        _("Within 30 s"),
        _("Within 60 s"),
        _("Share within 30 s"),
        _("Share within 60 s"),
        _("Over 90 s"),
        "P50",
        "P80",
        "P95",
        "P98.5",
        _("Pressed by mistake"),
        _("Dispatches"),
        "110",
        "119",
        _("Drills"),
    ]


def _cells(line: AnswerTimes) -> list[object]:
    return [
        f"{line.month:%Y-%m}",
        _safe(line.company) or _("The desk as a whole"),
        line.alarms,
        line.answered,
        line.within_30,
        line.within_60,
        _share(line.share(30)),
        _share(line.share(60)),
        line.told_at_90,
        *map(_seconds, (line.p50, line.p80, line.p95, line.p985)),
        line.mistaken,
        line.dispatched,
        line.police,
        line.fire,
        line.drills,
    ]


def _safe(text: str) -> str:
    """Escape a name that a spreadsheet would take for a formula."""
    return f"'{text}" if text[:1] in set("=+-@\t\r") else text


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
