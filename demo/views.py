"""One click instead of a password, for people who sit at the machine itself."""

from django.contrib.auth import login
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import second_factor
from accounts.models import Role, User
from demo.language import keep_language
from demo.links import GOOD_FOR, signer
from demo.local import only_at_this_machine
from demo.shifts import begin_shift
from tenants.context import current_company

HOMES = {
    Role.SUPERVISOR: "/portal/",
    Role.SITE_MANAGER: "/portal/devices/",
    Role.OCCUPATIONAL_HEALTH: "/portal/conditions/",
    Role.OPERATOR: "/console/",
    Role.LEAD: "/console/",
    Role.RESPONDER: "/field/",
}


@only_at_this_machine
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    try:
        schema, username = signer().unsign(token, max_age=GOOD_FOR).split(":")
    except BadSignature as error:
        raise Http404 from error
    user = User.objects.filter(username=username, is_active=True).first()
    if schema != current_company().schema or user is None:
        raise Http404
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    second_factor.vouch(request.session, "demo")
    begin_shift(user)
    return keep_language(request, redirect(HOMES.get(Role(user.roles[0]), "/admin/")))
