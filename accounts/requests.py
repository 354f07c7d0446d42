"""Who sent a request, where only somebody signed in gets this far."""

from django.http import HttpRequest

from accounts.models import User


def signed_in(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
