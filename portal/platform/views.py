"""Health, for alerts and for whoever is called at night: red means that an alarm may be late."""

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
    found = checks()
    red = is_red(found)
    status = 503 if red else 200
    if request.get_preferred_type(["application/json", "text/html"]) == "text/html":
        context = {"checks": found, "is_red": red}
        return render(request, "platform/health.html", context, status=status)
    told = {check.name: {"ok": check.ok, "detail": check.detail} for check in found}
    return JsonResponse({"status": "failing" if red else "ok", "checks": told}, status=status)
