"""What the device of an alarm says of itself, in the words of both alarm screens."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Protocol

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SOUND: "dict[str, tuple[StrOrPromise, bool]]" = {
    "recording": (gettext_lazy("The device is recording"), True),
    "no_permission": (
        gettext_lazy("The microphone is not permitted: there is no recording"),
        False,
    ),
    "no_microphone": (gettext_lazy("No microphone: there is no recording"), False),
    "muted": (gettext_lazy("The microphone is muted: no sound comes"), False),
    "stopped": (gettext_lazy("Recording has stopped"), False),
    "starting": (gettext_lazy("Recording is starting"), True),
    "off": (gettext_lazy("The device is not recording"), False),
}
POSITION: "dict[str, tuple[StrOrPromise, bool]]" = {
    "shared": (gettext_lazy("The device shares its position"), True),
    "no_permission": (gettext_lazy("Position is not permitted: none comes"), False),
    "unavailable": (gettext_lazy("The device does not know its position"), False),
    "unsent": (gettext_lazy("Positions have not been sent yet"), False),
    "off": (gettext_lazy("The device does not share its position"), False),
}
LOW_BATTERY = 15


class SaysOfItself(Protocol):
    """A row of the company's, or what the desk may see of it."""

    sound: str
    position: str
    unsent_seconds: int | None
    battery_percent: int | None
    network: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class DeviceLine:
    text: str
    is_well: bool = True


@dataclass(frozen=True, slots=True)
class DeviceWords:
    at: str
    lines: list[DeviceLine]


def device_words(state: SaysOfItself | None, zone: tzinfo | None = None) -> DeviceWords | None:
    """None where it has said nothing in this alarm. ``zone``: where it is not the reader's."""
    if state is None:
        return None
    known = [SOUND.get(state.sound), POSITION.get(state.position)]
    lines = [DeviceLine(str(text), is_well) for text, is_well in filter(None, known)]
    return DeviceWords(_time_of(state.received_at, zone), [*lines, *_condition(state)])


def _condition(state: SaysOfItself) -> list[DeviceLine]:
    lines = []
    if state.unsent_seconds:
        unsent = ngettext(
            "%(n)s second not sent yet", "%(n)s seconds not sent yet", state.unsent_seconds
        )
        lines.append(DeviceLine(unsent % {"n": state.unsent_seconds}, is_well=False))
    if state.battery_percent is not None:
        battery = _("Battery %(percent)s%%") % {"percent": state.battery_percent}
        lines.append(DeviceLine(battery, is_well=state.battery_percent > LOW_BATTERY))
    if state.network:
        lines.append(DeviceLine(_("Network %(name)s") % {"name": state.network}))
    return lines


def _time_of(at: datetime, zone: tzinfo | None) -> str:
    return _("As of %(time)s") % {"time": f"{timezone.localtime(at, zone):%H:%M:%S}"}
