"""Who hands out and takes back the devices of a site's people."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from audit.changes import changes_kept
from people.models.assignment import active_on
from people.models.employee import at_work
from people.models.site import Site


class SiteManagementQuerySet(models.QuerySet["SiteManagement"]):
    def in_force(self) -> "SiteManagementQuerySet":
        """Of people who still work here and still have the role, today."""
        return self.filter(
            active_on(timezone.localdate()),
            at_work("user__employee__"),
            user__is_active=True,
            user__roles__contains=[Role.SITE_MANAGER],
        )


@changes_kept()
class SiteManagement(models.Model):
    """A site manager and one site, from a day until a day. No alarm is seen by it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("site manager"),
        related_name="site_managements",
        limit_choices_to={"roles__contains": [Role.SITE_MANAGER], "is_active": True},
        help_text=_("Found only with the role “site manager”; give it in “Users and roles” first."),
    )
    site = models.ForeignKey(
        Site, models.PROTECT, verbose_name=_("site"), related_name="managements"
    )
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = SiteManagementQuerySet.as_manager()

    class Meta:
        verbose_name = _("site manager's site")
        verbose_name_plural = _("site managers")
        ordering = ("site__name", "starts_on", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="site_management_ends_after_start",
                violation_error_message=_("The end is before the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.site}"
