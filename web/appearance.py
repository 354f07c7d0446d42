"""Light, dark, or as the reader's system has it. Who is signed in has it kept with the sign-in
(accounts); the cookie is for pages without one: the sign-in itself and those of a failure."""

from django.db.models import TextChoices
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

COOKIE = "appearance"


class Appearance(TextChoices):
    SYSTEM = "system", _("As this device is set")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


def appearance_in_cookie(request: HttpRequest) -> Appearance:
    chosen = request.COOKIES.get(COOKIE, "")
    return Appearance(chosen) if chosen in Appearance.values else Appearance.SYSTEM
