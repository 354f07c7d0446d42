"""良い / 普通 / 悪い, once a day and person; edited the same day, with its history kept.

All of it is treated as sensitive: it leaves by retention or erasure, and every look is noted.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from people.models import Department, Employee


class Condition(models.TextChoices):
    GOOD = "good", _("good")
    NORMAL = "normal", _("normal")
    BAD = "bad", _("bad")


STEPS = {Condition.BAD: 0, Condition.NORMAL: 1, Condition.GOOD: 2}


class CheckInAudience(models.TextChoices):
    """Who may read the note. The condition itself is always seen by both."""

    SUPERVISOR = "supervisor", _("supervisors and occupational health")
    HEALTH = "health", _("occupational health only")
    NOBODY = "nobody", _("only me")


class CheckIn(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(Employee, models.CASCADE, related_name="check_ins")
    # Where the person belonged on that day: a later transfer does not move old answers.
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    date = models.DateField(_("date"))
    condition = models.CharField(_("condition"), max_length=6, choices=Condition)
    note = models.CharField(_("note"), max_length=1000, blank=True, default="")
    note_audience = models.CharField(
        _("who may read the note"),
        max_length=10,
        choices=CheckInAudience,
        default=CheckInAudience.SUPERVISOR,
    )
    wants_contact = models.BooleanField(_("wishes to be spoken to"), default=False)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ("-date",)
        constraints = [
            models.UniqueConstraint(fields=["employee", "date"], name="one_check_in_a_day")
        ]
        indexes = [models.Index(fields=["date"], name="check_in_by_date")]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.date}"

    def note_for(self, reader: CheckInAudience) -> str:
        """The note, if it was meant for this reader; supervisors are the wider circle."""
        circles = {
            CheckInAudience.SUPERVISOR: {CheckInAudience.SUPERVISOR},
            CheckInAudience.HEALTH: {CheckInAudience.SUPERVISOR, CheckInAudience.HEALTH},
        }
        return self.note if self.note_audience in circles.get(reader, set()) else ""


class CheckInRevision(models.Model):
    """The answer before an edit."""

    check_in = models.ForeignKey(CheckIn, models.CASCADE, related_name="revisions")
    condition = models.CharField(max_length=6, choices=Condition)
    note = models.CharField(max_length=1000, blank=True, default="")
    note_audience = models.CharField(max_length=10, choices=CheckInAudience)
    wants_contact = models.BooleanField()
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("replaced_at", "pk")

    def __str__(self) -> str:
        return f"{self.check_in_id} {self.written_at}"


class Look(models.Model):
    """Somebody saw this person's conditions on this day. The person can read it."""

    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    employee = models.ForeignKey(Employee, models.CASCADE, related_name="looks")
    on = models.DateField()

    class Meta:
        ordering = ("-on", "pk")
        constraints = [
            models.UniqueConstraint(fields=["viewer", "employee", "on"], name="one_look_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.viewer_id} {self.employee_id} {self.on}"
