"""The list of closed alarms as a file for a spreadsheet: every row that the filter shows."""

import csv
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime, timedelta
from io import StringIO

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import signed_in
from incidents.closed import Wanted, closed_incidents, note_export, summary_of
from incidents.models import Incident
from people.parsing import harmless
from portal.supervisor import rows
from portal.supervisor.closed import for_rows, kinds_of, until_seen
from portal.supervisor.filters import FilterForm
from tenants.context import current_company, run_in

IN_A_CHUNK = 500


@never_cache
@require_safe
@login_required
def closed_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Send the rows. That they leave is noted before the first byte does."""
    user, wanted = signed_in(request), FilterForm(request.GET).wanted()
    count = summary_of(closed_incidents(user, wanted)).count
    note_export(viewer=user, wanted=wanted, count=count)
    chunks = _entering_for_each(_chunks(user, wanted))
    is_async = isinstance(request, ASGIRequest)
    body = _one_by_one(chunks) if is_async else chunks
    answer = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    name = f"alarms-{timezone.localdate():%Y%m%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


async def _one_by_one(chunks: Iterator[str]) -> AsyncIterator[str]:
    """Each chunk in the request's own thread, where its connection is."""
    following = sync_to_async(lambda: next(chunks, None))
    while (chunk := await following()) is not None:
        yield chunk


def _entering_for_each(chunks: Iterator[str]) -> Iterator[str]:
    """When a chunk is asked for, the view has returned and left company and language."""
    company, language = current_company(), get_language()

    def following() -> str | None:
        return next(chunks, None)

    def read() -> Iterator[str]:
        while True:
            with override(language):
                chunk = run_in(company, following)
            if chunk is None:
                return
            yield chunk

    return read()


def _chunks(user: User, wanted: Wanted) -> Iterator[str]:
    yield "\ufeff" + _csv([_heading()])
    keys = list(closed_incidents(user, wanted).values_list("pk", flat=True))
    for start in range(0, len(keys), IN_A_CHUNK):
        # Asked anew: as far as the person may still see them.
        found = for_rows(closed_incidents(user, wanted)).filter(
            pk__in=keys[start : start + IN_A_CHUNK]
        )
        yield _csv(_cells(incident) for incident in found)


def _csv(lines: Iterable[list[str]]) -> str:
    text = StringIO()
    csv.writer(text).writerows([harmless(cell) for cell in line] for line in lines)
    return text.getvalue()


def _heading() -> list[str]:
    return [
        _("Alarm no."),
        _("Started"),
        _("Ended"),
        _("Reporter"),
        _("Employee number"),
        _("Department"),
        _("Place"),
        _("Classification"),
        _("Result"),
        _("Drill"),
        _("Seconds until confirmed"),
        _("Seconds until the end"),
        _("Handled by"),
        _("Support"),
    ]


def _cells(incident: Incident) -> list[str]:
    closed_at = incident.closed_at or timezone.now()
    return [
        rows.label_of(incident),
        _moment(incident.opened_at),
        _moment(closed_at),
        rows.reporter_of(incident),
        incident.reporter.number if incident.reporter else "",
        rows.department_of(incident),
        rows.place_of(incident),
        "、".join(kinds_of(incident)),
        rows.outcome_of(incident),
        _("Drill") if rows.is_drill(incident) else "",
        _seconds(until_seen(incident)),
        _seconds(closed_at - incident.opened_at),
        rows.handler_of(incident),
        rows.support_of(incident),
    ]


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y/%m/%d %H:%M:%S}"


def _seconds(length: timedelta | None) -> str:
    return "" if length is None else str(int(length.total_seconds()))
