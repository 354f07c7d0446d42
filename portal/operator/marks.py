"""Marks in the sound of a case, made and seen under a grant."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from audit.actors import Actor
from operations.errors import NoGrant
from portal.operator.access import for_operators, grant_of
from recordings.mark_views import mark_wish, marks_data
from recordings.marks import mark_by_grant, marks_by_grant, withdraw_mark_by_grant
from web.problems import CONTENT_TYPE, Problem


@require_safe
@for_operators
def marks(
    request: HttpRequest, operator: Actor, case_id: UUID, recording_id: UUID
) -> HttpResponseBase:
    try:
        found = marks_by_grant(
            grant_id=grant_of(case_id, operator).public_id,
            operator=operator,
            recording_id=recording_id,
        )
    except NoGrant:
        raise Http404 from None
    return JsonResponse(marks_data(found))


@require_POST
@for_operators
def make(
    request: HttpRequest, operator: Actor, case_id: UUID, recording_id: UUID
) -> HttpResponseBase:
    grant = grant_of(case_id, operator)
    try:
        wish = mark_wish(request)
        made = mark_by_grant(
            grant_id=grant.public_id,
            operator=operator,
            recording_id=recording_id,
            session=wish.session,
            client_id=wish.client_id,
            at_ms=wish.at_ms,
            word=wish.word,
        )
    except NoGrant:
        raise Http404 from None
    except Problem as problem:
        return JsonResponse(problem.body(), status=problem.status, content_type=CONTENT_TYPE)
    return JsonResponse({"id": str(made)}, status=201)


@require_POST
@for_operators
def withdraw(
    request: HttpRequest, operator: Actor, case_id: UUID, recording_id: UUID, mark_id: UUID
) -> HttpResponseBase:
    try:
        withdraw_mark_by_grant(
            grant_id=grant_of(case_id, operator).public_id,
            operator=operator,
            recording_id=recording_id,
            mark_id=mark_id,
        )
    except NoGrant:
        raise Http404 from None
    return HttpResponse(status=204)
