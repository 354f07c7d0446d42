from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from incidents.models.incident import Incident
from people.models import Device

BEFORE_ITS_TAP = timedelta(minutes=1)
LONGEST_NETWORK = 40
MOST_SECONDS = 2**31 - 1


class DeviceStateQuerySet(models.QuerySet["DeviceState"]):
    def in_alarm(self, incident: Incident) -> "DeviceStateQuerySet":
        """What devices that pressed in an open alarm say of themselves, the newest word first."""
        if not incident.is_open:
            return self.none()
        taps = incident.taps
        of_its_time = Q(received_at__gte=incident.opened_at - BEFORE_ITS_TAP)
        of_its_tap = Q(tap_id__in=taps.values("tap_id"))
        pressed = self.filter(of_its_time | of_its_tap, device__in=taps.values("device"))
        return pressed.order_by("-received_at")


class DeviceState(models.Model):
    """The newest word of a device about itself: whether it hears and sees, and what it has not sent
    yet. One row for each device."""

    class Sound(models.TextChoices):
        RECORDING = "recording"
        NO_PERMISSION = "no_permission"
        NO_MICROPHONE = "no_microphone"
        MUTED = "muted"
        STOPPED = "stopped"
        STARTING = "starting"
        OFF = "off"
        UNKNOWN = "unknown"

    class Position(models.TextChoices):
        SHARED = "shared"
        NO_PERMISSION = "no_permission"
        UNAVAILABLE = "unavailable"
        UNSENT = "unsent"
        OFF = "off"
        UNKNOWN = "unknown"

    device = models.OneToOneField(Device, models.CASCADE, related_name="state")
    sound = models.CharField(max_length=20, choices=Sound, default=Sound.UNKNOWN)
    position = models.CharField(max_length=20, choices=Position, default=Position.UNKNOWN)
    unsent_seconds = models.PositiveIntegerField(null=True)
    battery_percent = models.PositiveSmallIntegerField(null=True)
    network = models.CharField(max_length=LONGEST_NETWORK, blank=True, default="")
    tap_id = models.UUIDField(null=True)
    at = models.DateTimeField(null=True)
    """When it was so, by the device's clock."""
    received_at = models.DateTimeField(db_default=Now())

    objects = DeviceStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("device's state")
        verbose_name_plural = _("devices' states")

    def __str__(self) -> str:
        return f"{self.sound} {self.position}"
