"""Who must learn nothing of whom."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models.employee import Employee


class ExclusionQuerySet(models.QuerySet["Exclusion"]):
    def in_force(self) -> "ExclusionQuerySet":
        return self.filter(ended_at__isnull=True)


class Exclusion(models.Model):
    """A conflict of interest: this person learns nothing of one incident, or of one employee."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exclusions")
    employee = models.ForeignKey(
        Employee, models.CASCADE, null=True, blank=True, related_name="exclusions"
    )
    # Incidents are in a layer above: their public id, without a foreign key.
    incident_id = models.UUIDField(_("incident"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = ExclusionQuerySet.as_manager()

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        constraints = [
            models.CheckConstraint(
                condition=Q(employee__isnull=False, incident_id__isnull=True)
                | Q(employee__isnull=True, incident_id__isnull=False),
                name="exclusion_has_one_scope",
            ),
            models.UniqueConstraint(
                fields=["user", "employee", "incident_id"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="excluded_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ↛ {self.employee or self.incident_id}"
