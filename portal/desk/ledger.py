"""The desk's books: which responders were sent, and which cases have ended. On paper as CSV."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from audit.actors import Actor
from operations.ledger import DispatchLine, closed_between, dispatches_between
from portal.desk.access import for_desk, is_lead
from portal.desk.period import TOKYO, Period, spreadsheet

DAYS = 7
MOST_SEARCHED = 80


@require_safe
@for_desk
def dispatches(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    period = Period.of(request, DAYS)
    context = {
        "period": period,
        "lines": dispatches_between(period.since, period.until),
        "is_lead": is_lead(actor),
    }
    return render(request, "desk/dispatches.html", context)


@require_safe
@for_desk
def dispatches_as_csv(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    period = Period.of(request, DAYS)
    lines = dispatches_between(period.since, period.until)
    name = f"dispatches-{period.first:%Y%m%d}-{period.last:%Y%m%d}"
    return spreadsheet(name, _heads(), [_cells(line) for line in lines])


def _heads() -> list[str]:
    return [
        _("Alarm no."),
        _("Company"),
        _("Site"),
        _("Responder"),
        _("Sent by"),
        pgettext("responder", "Sent"),
        pgettext("responder", "Accepted"),
        _("Departed"),
        _("Arrived"),
        _("Left"),
        _("State"),
        _("Result"),
    ]


def _cells(line: DispatchLine) -> list[object]:
    order = line.dispatch
    return [
        order.case.number,
        order.case.company.name,
        order.case.site_name,
        order.responder.call_sign,
        line.sent_by,
        *map(
            _moment,
            (
                order.sent_at,
                order.accepted_at,
                order.departed_at,
                order.arrived_at,
                order.left_at,
            ),
        ),
        order.get_state_display(),
        order.get_result_display(),
    ]


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(TOKYO):%Y-%m-%d %H:%M:%S}" if at else ""


@require_safe
@for_desk
def closed(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    """Closed cases: company, site and result only; to see more, ask for break-glass."""
    period = Period.of(request, DAYS)
    text = request.GET.get("q", "")[:MOST_SEARCHED].replace("\0", "").strip()
    context = {
        "period": period,
        "text": text,
        "lines": closed_between(period.since, period.until, text),
        "is_lead": is_lead(actor),
    }
    return render(request, "desk/closed.html", context)
