"""The page behind an invitation, and where a company's start address leads."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.invitations import NoLongerGood, UnknownInvitation, accept, invitation_of
from accounts.models import Invitation, User
from accounts.refused_sign_ins import Reason, note_refusal
from accounts.roles import Role
from accounts.second_factor import COMPULSORY

PAGE = "account/invitation.html"
GONE = "account/invitation_gone.html"


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(_start_of(request.user))


def _start_of(user: object) -> str:
    """Start page of a user: the administration for those who keep records and are never called."""
    if isinstance(user, User) and user.roles == [Role.SITE_MANAGER]:
        return "/portal/devices/"
    at_desk = isinstance(user, User) and user.is_staff and Role.SUPERVISOR not in user.roles
    return "/admin/" if at_desk else "/portal/"


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the new password. GET does nothing: programs that scan mail open every link."""
    try:
        invited = invitation_of(token)
    except UnknownInvitation:
        return render(request, GONE, {"state": "unknown"}, status=404)
    if invited.state != Invitation.State.GOOD:
        return _gone(request, invited)
    form: SetPasswordForm[User] = SetPasswordForm(invited.user, request.POST or None)
    if not form.is_valid():
        needs_app = bool(COMPULSORY & set(invited.user.roles))
        return render(request, PAGE, {"form": form, "invited": invited, "needs_app": needs_app})
    try:
        user = accept(invitation=invited, password=form.cleaned_data["new_password1"])
    except NoLongerGood:
        invited.refresh_from_db()
        return _gone(request, invited)
    return _sign_in(request, user)


def _gone(request: HttpRequest, invited: Invitation) -> HttpResponse:
    return render(request, GONE, {"state": invited.state}, status=410)


def _sign_in(request: HttpRequest, user: User) -> HttpResponse:
    """Sign in as with the password just chosen, which need not be typed once more to set up the
    second factor; a user who already has one is asked for it."""
    record_authentication(request, user, method="password", reauthenticated=True)
    response: HttpResponse = perform_login(request, Login(user=user, redirect_url=_start_of(user)))
    return response


@never_cache
@require_safe
@login_required
def own_address(request: HttpRequest) -> HttpResponse:
    """django-allauth's page of this name would add and confirm addresses; here HR alone does."""
    return render(request, "account/email.html")


SIGN_IN_PAGES = ("/accounts/login/", "/accounts/sso/", "/accounts/2fa/")


def too_many(request: HttpRequest) -> HttpResponse:
    """django-allauth's answer to clients that ask its pages too often."""
    if request.path.startswith(SIGN_IN_PAGES):
        note_refusal(request, Reason.TOO_MANY)
    page: HttpResponse = ratelimit.handler429(request)
    return page
