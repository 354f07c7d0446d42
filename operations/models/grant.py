"""Who of the desk may look into one incident of one company, and until when.

    opened by a claim, a hand-over or an accepted dispatch -> closed, or expired
    asked for (緊急閲覧) -> opened by a second person -> expired

The views of each company's schema ask this table (sql/company.sql): no row in force, no data. When
the case has ended, what is left of the access is for notes: sound and position are not shown.
"""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from operations.models.case import Case


class AccessGrantQuerySet(models.QuerySet["AccessGrant"]):
    def in_force(self) -> "AccessGrantQuerySet":
        return self.filter(opened_at__isnull=False, closed_at__isnull=True, expires_at__gt=Now())

    def for_looking(self) -> "AccessGrantQuerySet":
        """Grants to follow sound and position: after the case only break-glass."""
        break_glass = Q(source=AccessGrant.Source.BREAK_GLASS)
        return self.in_force().filter(break_glass | ~Q(case__state=Case.State.CLOSED))

    def owning(self) -> "AccessGrantQuerySet":
        return self.filter(source__in=[AccessGrant.Source.CLAIM, AccessGrant.Source.TRANSFER])


class AccessGrant(models.Model):
    class Source(models.TextChoices):
        CLAIM = "claim", _("claimed")
        TRANSFER = "transfer", _("handed over")
        DISPATCH = "dispatch", _("dispatched")
        BREAK_GLASS = "break_glass", _("break-glass")
        READING = "reading", _("reading along")

    class Reason(models.TextChoices):
        POLICE_ASK = "police_ask", _("the police or fire brigade ask")
        COLLEAGUE_AWAY = "colleague_away", _("the operator in charge cannot be reached")
        COMPANY_ASKS = "company_asks", _("the company asks")
        REVIEW = "review", _("review of how the case was handled")

    LONGEST: ClassVar[timedelta] = timedelta(hours=12)
    AFTER_THE_END: ClassVar[timedelta] = timedelta(minutes=30)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="grants")
    company = models.ForeignKey("tenants.Company", models.PROTECT, related_name="+")
    incident_id = models.UUIDField()
    operator_id = models.UUIDField()
    source = models.CharField(max_length=12, choices=Source)
    reason = models.CharField(max_length=20, choices=Reason, blank=True, default="")
    asked_at = models.DateTimeField(db_default=Now())
    approved_by = models.UUIDField(null=True)
    opened_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = AccessGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("access grant")
        verbose_name_plural = _("access grants")
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(source__in=["claim", "transfer"], closed_at__isnull=True),
                name="one_owner_per_case",
            ),
            models.CheckConstraint(
                condition=~Q(source="break_glass")
                | (
                    ~Q(reason="")
                    & (
                        Q(opened_at__isnull=True)
                        | (Q(approved_by__isnull=False) & ~Q(approved_by=models.F("operator_id")))
                    )
                ),
                name="break_glass_needs_reason_and_second_person",
            ),
        ]
        indexes = [models.Index(fields=["company", "incident_id"], name="grant_of_incident")]

    def __str__(self) -> str:
        return str(self.public_id)
