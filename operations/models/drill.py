"""A joint drill: announced by a company, agreed with the desk.

    announced -> agreed | declined      by the lead
    announced|agreed -> cancelled       by the company

While an agreed one lasts, the company's drill presses reach the desk: striped, and nobody is sent.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class JointDrillQuerySet(models.QuerySet["JointDrill"]):
    def running(self) -> "JointDrillQuerySet":
        return self.filter(
            agreed_at__isnull=False,
            cancelled_at__isnull=True,
            starts_at__lte=Now(),
            ends_at__gt=Now(),
        )

    def waiting(self) -> "JointDrillQuerySet":
        return self.filter(agreed_at=None, declined_at=None, cancelled_at=None, ends_at__gt=Now())


class JointDrill(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    company = models.ForeignKey("tenants.Company", models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    announced_by = models.UUIDField()
    announced_at = models.DateTimeField(db_default=Now())
    answered_by = models.UUIDField(null=True)
    agreed_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    objects = JointDrillQuerySet.as_manager()

    class Meta:
        verbose_name = _("joint drill")
        verbose_name_plural = _("joint drills")
        ordering = ("-starts_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="joint_drill_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True) | Q(declined_at__isnull=True),
                name="joint_drill_agreed_or_declined",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def state(self) -> str:
        if self.cancelled_at:
            return "cancelled"
        if self.declined_at:
            return "declined"
        return "agreed" if self.agreed_at else "announced"
