"""How fast the desk answers, in the form of the BS 8484 tables: by day, by month, and as CSV."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from audit.actors import Actor
from operations.figures import AnswerTimes, answer_times, daily, monthly
from portal.desk.access import for_desk, is_lead
from portal.desk.bars import bars_of, width_of
from portal.desk.period import TOKYO, Period, spreadsheet

MONTHS = 12
DAYS = 30
SORTED_BY: dict[str, Callable[[AnswerTimes], float | None]] = {
    "alarms": lambda line: line.alarms,
    "within_30": lambda line: line.share(30),
    "within_60": lambda line: line.share(60),
    "p80": lambda line: line.p80,
    "over": lambda line: line.told_at_90,
}
HEADS: dict[str, Promise] = {
    "alarms": gettext_lazy("Alarms"),
    "within_30": gettext_lazy("Within 30 s"),
    "within_60": gettext_lazy("Within 60 s"),
    "p80": gettext_lazy("Four of five within"),
    "over": gettext_lazy("Over 90 s"),
}


@dataclass(frozen=True, slots=True)
class SortHead:
    """A head by which the companies can be sorted: pressed again, the other way round."""

    key: str
    name: Promise
    state: str

    @property
    def order(self) -> str:
        return f"{self.key}-up" if self.state == "descending" else f"{self.key}-down"


@require_safe
@for_desk
def figures(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    now = timezone.now()
    period = Period.of(request, DAYS)
    days = bars_of(daily(period.since, period.until))
    order = request.GET.get("order", "")
    context = {
        "today": answer_times(midnight(now), now),
        "months": _by_month(monthly(_first_month(now), now)),
        "period": period,
        "lines": _sorted(answer_times(period.since, period.until), order),
        "columns": _columns(order),
        "days": days,
        "chart_width": width_of(days),
        "at": now,
        "is_lead": is_lead(actor),
    }
    return render(request, "desk/figures.html", context)


def _sorted(lines: list[AnswerTimes], order: str) -> list[AnswerTimes]:
    """The whole desk first; companies without such a figure last, whichever way."""
    key, _dash, way = order.partition("-")
    if key not in SORTED_BY:
        return lines
    figure, sign = SORTED_BY[key], -1 if way == "down" else 1

    def rank(line: AnswerTimes) -> tuple[bool, bool, float, str]:
        value = figure(line)
        return line.company_id is not None, value is None, sign * (value or 0), line.company

    return sorted(lines, key=rank)


def _columns(order: str) -> list[SortHead]:
    key, _dash, way = order.partition("-")
    states = {"down": "descending", "up": "ascending"}
    return [
        SortHead(one, name, states.get(way, "none") if one == key else "none")
        for one, name in HEADS.items()
    ]


def midnight(now: datetime) -> datetime:
    return now.astimezone(TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)


def _first_month(now: datetime) -> datetime:
    month_start = midnight(now).replace(day=1)
    years, month = divmod(month_start.month - MONTHS, 12)
    return month_start.replace(year=month_start.year + years, month=month + 1)


def _by_month(lines: list[AnswerTimes]) -> list[tuple[object, list[AnswerTimes]]]:
    """Group lines by month, the latest first."""
    return [(month, list(of)) for month, of in groupby(lines, lambda one: one.begins)][::-1]


@require_safe
@for_desk
def as_csv(_request: HttpRequest, *, actor: Actor) -> HttpResponse:
    now = timezone.now()
    lines = monthly(_first_month(now), now)
    name = f"answer-times-{now.astimezone(TOKYO):%Y%m%d}"
    return spreadsheet(name, _heads(), [_cells(line) for line in lines])


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
        f"{line.begins:%Y-%m}",
        line.company or _("The desk as a whole"),
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


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
