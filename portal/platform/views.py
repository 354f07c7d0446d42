"""Health, for alerts and for the on-call engineer: red means that an alarm may be late."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from portal.platform.health import checks, is_red


@never_cache
@require_safe
@vary_on_headers("Accept", "Accept-Language")
def health(request: HttpRequest) -> HttpResponse:
    checked = checks()
    red = is_red(checked)
    status = 503 if red else 200
    if request.get_preferred_type(["application/json", "text/html"]) == "text/html":
        context = {"checks": checked, "is_red": red}
        return render(request, "platform/health.html", context, status=status)
    results = {check.name: {"ok": check.ok, "detail": check.detail} for check in checked}
    return JsonResponse({"status": "failing" if red else "ok", "checks": results}, status=status)
