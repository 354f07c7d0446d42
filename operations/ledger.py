"""The desk's own books: which responders were sent, and which cases have ended."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from operations.case_search import BIGGEST_NUMBER
from operations.models import Case, Dispatch
from operations.selectors import operator_names

MOST = 1000


@dataclass(frozen=True, slots=True)
class DispatchLine:
    dispatch: Dispatch
    sent_by: str


@dataclass(frozen=True, slots=True)
class ClosedLine:
    case: Case
    closed_by: str
    """Empty where the company took the request back."""


def dispatches_between(since: datetime, until: datetime) -> list[DispatchLine]:
    """Every order to a responder, the newest first; a reservation is none until it is sent."""
    sent = Dispatch.objects.filter(sent_at__gte=since, sent_at__lt=until)
    ordered = sent.select_related("case__company", "responder").order_by("-sent_at", "-pk")
    orders = list(ordered[:MOST])
    names = operator_names(one.requested_by for one in orders)
    return [DispatchLine(one, names.get(one.requested_by, "")) for one in orders]


def closed_between(since: datetime, until: datetime, text: str = "") -> list[ClosedLine]:
    """Cases that ended, the newest first; `text` is of a company, a site, a place or a number."""
    closed = Case.objects.filter(closed_at__gte=since, closed_at__lt=until)
    cases = list(_fitting(closed, text).select_related("company").order_by("-closed_at")[:MOST])
    names = operator_names(case.closed_by for case in cases)
    return [
        ClosedLine(case, names.get(case.closed_by, "") if case.closed_by else "") for case in cases
    ]


def _fitting(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    if not text:
        return cases
    fits = (
        Q(company__name__icontains=text) | Q(site_name__icontains=text) | Q(place__icontains=text)
    )
    if text.isascii() and text.isdecimal():
        fits |= Q(number=min(int(text), BIGGEST_NUMBER))
    return cases.filter(fits)
