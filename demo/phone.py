"""The employee's link. Nobody's phone is taken away without being asked: a person's app is one,
and a newer one would silently put the older out of use."""

from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from demo.language import keep_language
from demo.links import GOOD_FOR, anna, phone_signer
from demo.local import only_at_this_machine
from people.devices.services import issue_code
from people.models import Device, Employee
from tenants.context import current_company


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@only_at_this_machine
def phone(request: HttpRequest, token: str) -> HttpResponse:
    """Lead to the app with a new code; ask first if there is an app that it would replace."""
    try:
        schema = phone_signer().unsign(token, max_age=GOOD_FOR)
    except BadSignature as error:
        raise Http404 from error
    if schema != current_company().schema:
        raise Http404
    employee = anna()
    if request.method != "POST" and _has_app(employee):
        context = {"employee": employee, "colleague": _free_colleague(employee)}
        return keep_language(request, render(request, "demo/phone.html", context))
    as_colleague = request.POST.get("as") == "colleague"
    holder = (_free_colleague(employee) if as_colleague else None) or employee
    app = HttpResponseRedirect(f"/app/#code={issue_code(holder=holder)}")
    return keep_language(request, app)


def _has_app(employee: Employee) -> bool:
    return employee.devices.filter(kind=Device.Kind.WEB, revoked_at=None).exists()


def _free_colleague(employee: Employee) -> Employee | None:
    """Somebody of the same department and site, who holds no app and is nobody's supervisor."""
    others = Employee.objects.filter(
        department=employee.department, site=employee.site, user=None
    ).exclude(pk=employee.pk)
    taken = Device.objects.filter(kind=Device.Kind.WEB, revoked_at=None, employee__in=others)
    return others.exclude(pk__in=taken.values("employee")).order_by("number").first()
