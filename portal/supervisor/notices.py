"""The bell: whether notices reach this person, and a test that goes by all their own ways."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import signed_in
from notifications.own_tests import (
    SAID_BY_A_PERSON,
    OwnTest,
    answer_test,
    newest_test,
    push_of,
    send_test,
)


@never_cache
@require_safe
@login_required
def standing(request: HttpRequest) -> JsonResponse:
    user = signed_in(request)
    test = newest_test(user)
    return JsonResponse({"push": push_of(user), "test": _words_of(test) if test else None})


def _words_of(test: OwnTest) -> dict[str, Any]:
    return {"state": test.state, "failed": test.failed}


@require_POST
@login_required
def test(request: HttpRequest) -> HttpResponse:
    send_test(signed_in(request))
    return HttpResponse(status=202)


@require_POST
@login_required
def answer(request: HttpRequest) -> HttpResponse:
    stage = request.POST.get("stage", "")
    if stage not in SAID_BY_A_PERSON:
        return HttpResponse(status=400)
    answer_test(user=signed_in(request), stage=stage)
    return HttpResponse(status=204)
