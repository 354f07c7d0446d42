"""The HTTP door: the Host header decides company and urls, before anything else runs."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.urls import set_urlconf

from tenants.hosts import CompanyRef, company_for_host
from tenants.schemas import current_schema, enter_schema

URLCONFS = {
    "company": "config.urls_company",
    "ops": "config.urls_ops",
    "platform": "config.urls_platform",
}


class CompanyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = current_schema()
        company = company_for_host(request.META.get("HTTP_HOST", ""))
        if company is None:
            return HttpResponseNotFound("unknown host\n", content_type="text/plain")
        enter(request, company)
        try:
            return self.get_response(request)
        finally:
            enter_schema(before)  # public, except where a test is already inside a company


def enter(request: HttpRequest, company: CompanyRef) -> None:
    enter_schema(company.schema)
    request.urlconf = URLCONFS[company.kind]  # type: ignore[attr-defined]
    set_urlconf(request.urlconf)  # type: ignore[attr-defined]
