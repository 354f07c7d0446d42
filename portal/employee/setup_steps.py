"""The permissions that the set-up asks for, one a screen, each with one sentence why."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class SetupStep:
    name: str
    icon: str
    title: str | Promise
    why: str | Promise


SETUP_STEPS = (
    SetupStep(
        "microphone",
        "mic",
        _("Microphone"),
        _("During an alarm your supervisors hear what happens, so you need not speak to them."),
    ),
    SetupStep(
        "place",
        "map-pin",
        _("Position"),
        _("During an alarm those who come find you at once. It is read only then."),
    ),
    SetupStep(
        "notices",
        "bell-ring",
        _("Notices"),
        _("You learn who has seen your alarm and who is coming, even with the screen off."),
    ),
)
