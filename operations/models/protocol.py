"""What a company wants its operators to do, step by step, and what has been done in a case.

A company without steps of its own gets the desk's (rows without a company).
"""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from operations.models.case import Case


class ProtocolStep(models.Model):
    class Fact(models.TextChoices):
        """A fact that ticks a step by itself."""

        LISTENED = "listened", _("the desk listened")
        PHONED = "phoned", _("the company was telephoned")
        DISPATCHED = "dispatched", _("a responder was sent")
        ARRIVED = "arrived", _("a responder arrived")
        EMERGENCY_CALLED = "emergency_called", _("110 or 119 was called")
        CLOSED = "closed", _("the case was closed with a result")

    company = models.ForeignKey(
        "tenants.Company", models.CASCADE, null=True, blank=True, related_name="+"
    )
    order = models.PositiveSmallIntegerField(_("order"))
    text = models.CharField(_("what is to be done"), max_length=200)
    within_seconds = models.PositiveIntegerField(_("within seconds"), null=True, blank=True)
    fact = models.CharField(
        _("ticked by itself when"),
        max_length=20,
        choices=Fact,
        blank=True,
        default="",
        db_default="",
    )
    is_retired = models.BooleanField(_("no longer used"), default=False)

    class Meta:
        verbose_name = _("protocol step")
        verbose_name_plural = _("protocol steps")
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return self.text


class StepDone(models.Model):
    case = models.ForeignKey(Case, models.PROTECT, related_name="steps_done")
    step = models.ForeignKey(ProtocolStep, models.PROTECT, related_name="+")
    done_by = models.UUIDField()
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "step"], name="step_done_once_per_case")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.step_id}"
