"""The one-click sign-in. Only for people who sit at the machine itself."""

import ipaddress

from django.contrib.auth import login
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import second_factor
from accounts.models import Role, User
from demo.links import signer
from tenants.context import current_company

HOMES = {
    Role.SUPERVISOR: "/portal/",
    Role.SITE_MANAGER: "/portal/devices/",
    Role.OCCUPATIONAL_HEALTH: "/portal/conditions/",
    Role.OPERATOR: "/console/",
    Role.LEAD: "/console/",
    Role.RESPONDER: "/field/",
}
GOOD_FOR = 7 * 24 * 3600


def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    if not ipaddress.ip_address(request.META["REMOTE_ADDR"]).is_loopback:
        raise Http404
    try:
        schema, username = signer().unsign(token, max_age=GOOD_FOR).split(":")
    except BadSignature as error:
        raise Http404 from error
    user = User.objects.filter(username=username, is_active=True).first()
    if schema != current_company().schema or user is None:
        raise Http404
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    second_factor.vouch(request.session, "demo")
    return redirect(HOMES.get(Role(user.roles[0]), "/admin/"))
