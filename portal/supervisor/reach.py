"""The page of a test message (届き方の確認). Opening it does nothing; its button says it arrived.

The link is the credential, so that it works on a phone on which nobody has signed in; it allows
this and nothing else.
"""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from notifications.models import Notice, Receipt
from notifications.reach_checks import check_for_link, note_answer

SAID_BY_BROWSERS = {Receipt.Stage.DISPLAYED, Receipt.Stage.OPENED}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reach(request: HttpRequest, public_id: UUID) -> HttpResponse:
    notice = _check_of(request, public_id)
    if request.method == "POST":
        note_answer(notice=notice, stage=Receipt.Stage.CONFIRMED, by=request.GET.get("by", ""))
        return redirect(request.get_full_path())
    confirmed = notice.receipts.filter(stage=Receipt.Stage.CONFIRMED).first()
    context = {
        "person": notice.recipient_user,
        "sent_at": notice.created_at,
        "confirmed": confirmed,
    }
    return render(request, "supervisor/reach.html", context)


# Said by the service worker, which has no form's token; the signed link stands for it.
@csrf_exempt
@never_cache
@require_POST
def receipts(request: HttpRequest, public_id: UUID) -> HttpResponse:
    notice = _check_of(request, public_id)
    stage = request.POST.get("stage", "")
    if stage not in SAID_BY_BROWSERS:
        return HttpResponse(status=400)
    note_answer(notice=notice, stage=stage, by=request.GET.get("by", ""))
    return HttpResponse(status=204)


def _check_of(request: HttpRequest, public_id: UUID) -> Notice:
    notice = check_for_link(public_id, request.GET.get("t", ""))
    if notice is None:
        raise Http404
    return notice
