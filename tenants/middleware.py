"""The HTTP door: the Host header decides company and urls, before anything else runs."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.urls import set_urlconf

from tenants.context import inside
from tenants.hosts import company_for_host, forget_cached_companies
from tenants.service_stops import ServiceStopped

URLCONFS = {
    "company": "config.urls_company",
    "ops": "config.urls_ops",
    "platform": "config.urls_platform",
}


class CompanyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        company = company_for_host(request.META.get("HTTP_HOST", ""))
        if company is None:
            return unknown_host()
        request.urlconf = URLCONFS[company.kind]
        set_urlconf(request.urlconf)
        with inside(company):
            return self.get_response(request)

    def process_exception(self, _request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer as an unknown host when the company was suspended after it was cached here."""
        if not isinstance(exception, ServiceStopped):
            return None
        forget_cached_companies()
        return unknown_host()


def unknown_host() -> HttpResponse:
    return HttpResponseNotFound("unknown host\n", content_type="text/plain")
