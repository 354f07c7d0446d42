"""Calls to 110 and 119. What was said stands in the company's record; here is that it was done."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from operations.models.case import Case


class EmergencyCallQuerySet(models.QuerySet["EmergencyCall"]):
    def without_reference(self) -> "EmergencyCallQuerySet":
        return self.filter(reference="")


class EmergencyCall(models.Model):
    """`reference` is the 受理番号: it may follow, and is an open item of the case until then."""

    class Service(models.TextChoices):
        POLICE = "police", "110"
        FIRE = "fire", "119"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="emergency_calls")
    service = models.CharField(max_length=6, choices=Service)
    number_called = models.CharField(max_length=20)
    called_at = models.DateTimeField()
    reference = models.CharField(max_length=40, blank=True, default="")
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField(db_default=Now())

    objects = EmergencyCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("emergency call")
        verbose_name_plural = _("emergency calls")
        ordering = ("called_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(called_at__lte=F("recorded_at")),
                name="call_was_made_before_it_was_recorded",
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)
