"""The contact plan of one incident, frozen when it was raised: later changes of who answers for
whom do not touch a running alarm. And exercises: announced -> running -> over; passed_at says that
a supervisor saw a drill tap of it."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from people.models import Department, Device, Employee, Site
from people.selectors import departments_of

LONGEST_EXERCISE = timedelta(hours=4)


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


class ExerciseQuerySet(models.QuerySet["Exercise"]):
    def around(self, moment: object) -> "ExerciseQuerySet":
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)

    def of(self, device: Device) -> "ExerciseQuerySet":
        """Those that the holder of a device takes part in."""
        mine = Q(site=device.site) if device.site else Q(pk__in=[])
        if isinstance(device.holder, Employee):
            mine |= Q(department__in=departments_of(device.holder))
        return self.filter(mine)


class Exercise(models.Model):
    """While it runs the button of those who take part asks whether it is meant in earnest. So it
    is short, and for a site or a department, never for a company."""

    site = models.ForeignKey(Site, models.PROTECT, verbose_name=_("site"), null=True, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("department"), null=True, blank=True
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    announced_at = models.DateTimeField(_("announced at"), auto_now_add=True)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("announced by"), related_name="+"
    )
    passed_at = models.DateTimeField(_("passed at"), null=True, editable=False)
    passed_with = models.ForeignKey(
        Incident, models.SET_NULL, verbose_name=_("alarm"), null=True, editable=False
    )

    objects: ClassVar[ExerciseQuerySet] = ExerciseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("exercise")
        verbose_name_plural = _("exercises")
        ordering = ("-starts_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(site__isnull=False, department__isnull=True)
                | Q(site__isnull=True, department__isnull=False),
                name="exercise_has_one_scope",
            ),
            # One that was forgotten must not stand between people and help.
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("starts_at"))
                & Q(ends_at__lte=F("starts_at") + LONGEST_EXERCISE),
                name="exercise_is_short",
            ),
        ]

    def __str__(self) -> str:
        return str(self.site or self.department)
