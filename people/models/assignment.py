"""Who answers for whom."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.changes import changes_kept
from people.models.department import Department
from people.models.employee import Employee, at_work
from people.models.site import Site


def active_on(day: date) -> Q:
    """Condition: valid on that day, by `starts_on` and `ends_on`."""
    return Q(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class AssignmentQuerySet(models.QuerySet["SupervisorAssignment"]):
    def in_force(self, on: date | None = None) -> "AssignmentQuerySet":
        """Active on a day (today), and the supervisor can be called."""
        return self.active_on(on).filter(supervisor__user__is_active=True)

    def active_on(self, on: date | None = None) -> "AssignmentQuerySet":
        """Active on a day (today), whether or not the supervisor can sign in and be called."""
        day = on or timezone.localdate()
        return self.filter(active_on(day), at_work("supervisor__", day))


@changes_kept()
class SupervisorAssignment(models.Model):
    """Who answers for a department, a site or one person, in which order, and when."""

    supervisor = models.ForeignKey(
        Employee, models.PROTECT, verbose_name=_("supervisor"), related_name="assignments"
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        verbose_name=_("department"),
        null=True,
        blank=True,
        related_name="assignments",
    )
    site = models.ForeignKey(
        Site,
        models.PROTECT,
        verbose_name=_("site"),
        null=True,
        blank=True,
        related_name="assignments",
    )
    employee = models.ForeignKey(
        Employee,
        models.PROTECT,
        verbose_name=_("employee"),
        null=True,
        blank=True,
        related_name="supervised_by",
    )
    priority = models.PositiveSmallIntegerField(_("calling order"), default=1)
    on_site = models.BooleanField(_("is on site"), default=False)
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    # What a list of employees said, a later list may replace; what somebody chose by hand stays.
    from_file = models.BooleanField(default=False, db_default=False, editable=False)

    is_away: bool
    """On leave that day; read where somebody is to be called."""

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("supervisor assignment")
        verbose_name_plural = _("supervisor assignments")
        ordering = ("priority", "pk")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(department__isnull=False, site__isnull=True, employee__isnull=True)
                    | Q(department__isnull=True, site__isnull=False, employee__isnull=True)
                    | Q(department__isnull=True, site__isnull=True, employee__isnull=False)
                ),
                name="assignment_has_one_scope",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="assignment_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        scope = self.employee or self.department or self.site
        return f"{self.supervisor} → {scope} ({self.priority})"
