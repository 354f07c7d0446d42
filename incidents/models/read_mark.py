from django.conf import settings
from django.db import models

from incidents.models.incident import Incident


class ReadMark(models.Model):
    """Up to which line somebody has read what the person who pressed wrote."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="read_marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    line = models.BigIntegerField()
    """The key of that line; the mark never moves back."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "user"], name="one_read_mark_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.line}"
