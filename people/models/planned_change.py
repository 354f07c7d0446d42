"""A transfer that waits for its day.

waiting -> done       its day has come
waiting -> withdrawn  by somebody, with the import that brought it, or because the person has left
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models.department import Department
from people.models.employee import Employee
from people.models.import_run import ImportRun
from people.models.site import Site

OTHERS = "other_departments"
WAITS = Q(done_at__isnull=True, withdrawn_at__isnull=True)


class PlannedChangeQuerySet(models.QuerySet["PlannedChange"]):
    def waiting(self) -> "PlannedChangeQuerySet":
        return self.filter(WAITS)


class PlannedChange(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(Employee, models.CASCADE, related_name="planned_changes")
    on = models.DateField(_("takes effect on"))
    due_at = models.DateTimeField()
    # Which of the next five change; an empty one is emptied. No supervisor: that one stays.
    fields = ArrayField(models.CharField(max_length=30), default=list)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("department"), null=True, related_name="+"
    )
    site = models.ForeignKey(
        Site, models.PROTECT, verbose_name=_("site"), null=True, related_name="+"
    )
    other_departments = models.ManyToManyField(
        Department, verbose_name=_("further departments"), related_name="+"
    )
    floor = models.CharField(_("floor"), max_length=20, blank=True)
    job_title = models.CharField(_("job title"), max_length=60, blank=True)
    supervisor = models.ForeignKey(
        Employee, models.PROTECT, verbose_name=_("supervisor"), null=True, related_name="+"
    )
    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="planned_changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = PlannedChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned change")
        verbose_name_plural = _("planned changes")
        ordering = ("on", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "on"], condition=WAITS, name="one_plan_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.employee}"

    @property
    def values(self) -> dict[str, Any]:
        """Changed fields of the employee's own row."""
        return {name: getattr(self, name) for name in self.fields if name != OTHERS}

    @property
    def in_words(self) -> str:
        others = self.other_departments.all() if OTHERS in self.fields else None
        return transfer_in_words(self.values, others, self.supervisor)


def transfer_in_words(
    values: Mapping[str, Any], others: Iterable[Department] | None, supervisor: Employee | None
) -> str:
    """What changes, and to what; "—" is emptied."""
    titles = {one.name: one.verbose_name for one in Employee._meta.fields}
    shown = {titles[name]: value for name, value in values.items()}
    if others is not None:
        shown[_("further departments")] = "・".join(one.name for one in others)
    if supervisor:
        shown[_("supervisor")] = f"{supervisor.number} {supervisor}"
    return "、".join(f"{name} → {value or '—'}" for name, value in shown.items())
