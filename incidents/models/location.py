from django.db import models
from django.db.models.functions import Now

from incidents.models.incident import Incident
from people.models import Device


class LocationFix(models.Model):
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="fixes")
    device = models.ForeignKey(Device, models.PROTECT, related_name="+")
    latitude = models.FloatField()
    longitude = models.FloatField()
    accuracy_m = models.FloatField(null=True)
    # What the device says, by its own clock.
    recorded_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(db_default=Now())
    # When it was measured by our clock: this alone counts for age and order.
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("at",)
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "device", "recorded_at"], name="one_fix_per_moment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.at}"
