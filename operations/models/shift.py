"""Where and when the desk's own staff are on duty. A shift ends only with empty hands."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from operations.models.case import Case


class Centre(models.Model):
    """A control room. Cases that nobody takes go to the backup centres as well."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    prefecture = models.CharField(_("prefecture"), max_length=10)
    phone = models.CharField(_("call-back number"), max_length=20)
    email = models.EmailField(_("e-mail"), blank=True, default="")
    is_backup = models.BooleanField(_("backup centre"), default=False)

    class Meta:
        verbose_name = _("control centre")
        verbose_name_plural = _("control centres")
        ordering = ("is_backup", "name")

    def __str__(self) -> str:
        return self.name


class ShiftQuerySet(models.QuerySet["Shift"]):
    def on_duty(self) -> "ShiftQuerySet":
        return self.filter(ended_at__isnull=True)

    def awake(self) -> "ShiftQuerySet":
        """Consoles that gave a sign of life lately."""
        return self.on_duty().filter(seen_at__gt=Now() - Case.SIGN_OF_LIFE)


class Shift(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    operator_id = models.UUIDField()
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="shifts")
    console = models.CharField(_("console"), max_length=10, blank=True, default="")
    is_lead = models.BooleanField(default=False)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ("-started_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["operator_id"],
                condition=Q(ended_at__isnull=True),
                name="one_shift_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class HandoverQuerySet(models.QuerySet["Handover"]):
    def open(self) -> "HandoverQuerySet":
        return self.filter(accepted_at=None, cancelled_at=None)


class Handover(models.Model):
    """offered -> accepted (the other side owns the case) | cancelled (by either side)

    Until it is accepted, `note` is all that the other side reads of what the desk has learnt: it
    names nobody. `notes` is how many there were then.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="handovers")
    from_operator = models.UUIDField()
    to_operator = models.UUIDField()
    note = models.CharField(max_length=1000, blank=True, default="", db_default="")
    notes = models.PositiveIntegerField(null=True)
    offered_at = models.DateTimeField(db_default=Now())
    accepted_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(accepted_at__isnull=True, cancelled_at__isnull=True),
                name="one_open_handover_per_case",
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)
