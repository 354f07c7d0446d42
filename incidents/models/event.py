from django.db import models
from django.db.models.functions import Now

from incidents.models.incident import LONGEST_NAME, Incident


class IncidentEvent(models.Model):
    """One line of what happened. Written by the room that did it, in its transaction."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=40)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=40, blank=True, default="")
    actor_name = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    at = models.DateTimeField(db_default=Now())
    payload = models.JSONField(default=dict)

    class Meta:
        ordering = ("at", "pk")
        # A poll asks what has happened in the last seconds.
        indexes = [models.Index(fields=["at"], name="incident_event_at")]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.kind}"
