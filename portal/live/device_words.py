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


# Why nothing comes: said where it is waited for


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why there is no sound or no position; empty where nothing is amiss."""

    sound: str = ""
    position: str = ""
    also: str = ""
    """What makes it worse: a network, a battery."""

    @property
    def is_said(self) -> bool:
        return bool(self.sound or self.position)


def why_not(
    state: SaysOfItself | None, *, report_only: bool, is_heard: bool, is_placed: bool
) -> WhyNot:
    """`is_heard`, `is_placed`: whether any sound, any position has come of this alarm."""
    if report_only:
        return WhyNot(
            _("From a device that was revoked: no sound comes"),
            _("From a device that was revoked: no position comes"),
        )
    sound, position = _why_silent(state, is_heard), _why_unplaced(state, is_placed)
    also = _condition(state) if state and (sound or position) else []
    return WhyNot(sound, position, _(", ").join(line.text for line in also))


def _why_silent(state: SaysOfItself | None, is_heard: bool) -> str:
    if state is None:
        return "" if is_heard else _("No sound has come yet, and the device has not said why")
    words, is_well = SOUND.get(state.sound, ("", True))
    if not is_well:
        return str(words)
    if state.unsent_seconds:
        return _("Recorded on the device; it has not been sent yet")
    return "" if is_heard else _("The first sound is on its way")


def _why_unplaced(state: SaysOfItself | None, is_placed: bool) -> str:
    if state is None:
        return "" if is_placed else _("No position has come yet, and the device has not said why")
    words, is_well = POSITION.get(state.position, ("", True))
    if not is_well:
        return str(words)
    return "" if is_placed else _("The first position is on its way")
