"""The page that says why a sign-in at the identity provider was refused."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from accounts.refused_sign_ins import Method, Reason, note_refusal


def refused(
    request: HttpRequest, why: str, *, status: int = 401, user: User | None = None
) -> HttpResponse:
    note_refusal(request, Reason(f"sso_{why}"), method=Method.SINGLE_SIGN_ON, user=user)
    return render(request, "account/sso_refused.html", {"why": why}, status=status)
