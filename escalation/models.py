"""The contact plan of one incident, frozen when it was raised: later changes of who answers for
whom do not touch a running alarm."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from incidents.models import Incident


class Rung(models.Model):
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="rungs")
    order = models.PositiveSmallIntegerField()
    after_seconds = models.PositiveIntegerField()
    user_ids = ArrayField(models.BigIntegerField(), default=list)
    on_site = models.BooleanField(default=False)
    asks_support = models.BooleanField(default=False)
    climbed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("order",)
        constraints = [
            models.UniqueConstraint(fields=["incident", "order"], name="one_rung_per_order")
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.order}"
