"""How somebody wants their pages: language and appearance, kept with the sign-in.

The browser is told as well, because the sign-in page and pages of a failure know nobody.
"""

from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from web import appearance
from web.appearance import Appearance

Answer = TypeVar("Answer", bound=HttpResponse)

A_YEAR = 365 * 24 * 3600


@transaction.atomic
def choose(*, user: User, language: str, appearance: Appearance) -> None:
    """Keep the choice of both. Who is signed in elsewhere has it there from the next page on."""
    user.language, user.appearance = language, appearance
    user.save(update_fields=["language", "appearance"])


def tell_browser(answer: Answer, user: User) -> Answer:
    for name, value in (
        (settings.LANGUAGE_COOKIE_NAME, user.language),
        (appearance.COOKIE, user.appearance),
    ):
        answer.set_cookie(
            name,
            value,
            max_age=A_YEAR,
            samesite="Lax",
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return answer


def appearance_for(request: HttpRequest) -> Appearance:
    user = getattr(request, "user", None)
    if isinstance(user, User):
        return Appearance(user.appearance)
    return appearance.appearance_in_cookie(request)
