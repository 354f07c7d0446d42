from django.db import models
from django.db.models.functions import Now

from incidents.models.incident import Incident
from people.models import Device


class Tap(models.Model):
    """Every press as it arrived. The first body of a tap_id stands; differing ones are counted."""

    tap_id = models.UUIDField(unique=True)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="taps")
    device = models.ForeignKey(Device, models.PROTECT, related_name="taps")
    level = models.CharField(max_length=10, choices=Incident.Level)
    # What the device says, by its own clock.
    pressed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(db_default=Now())
    body_sha256 = models.BinaryField()
    differing_bodies = models.PositiveSmallIntegerField(default=0)
    report_only = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.tap_id)
